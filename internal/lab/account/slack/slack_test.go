package slack_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
)

// blocks is a message of so many blocks of so many characters.
func blocks(n int, kind string, length int) string {
	one := `{"type":"` + kind + `","text":{"type":"mrkdwn","text":"` + strings.Repeat("x", length) + `"}}`
	return `{"blocks":[` + strings.Join(slices.Repeat([]string{one}, n), ",") + `]}`
}

// https://api.slack.com/messaging/webhooks
func TestWebhook(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	client := &http.Client{Transport: a.Webhook()}
	post := func(body string) (int, string) {
		r, err := client.Post("https://hooks.slack.example/services/SECRET", "application/json", strings.NewReader(body))
		accounttest.NoErr(t, err)
		defer func() { _ = r.Body.Close() }()
		text, err := io.ReadAll(r.Body)
		accounttest.NoErr(t, err)
		return r.StatusCode, string(text)
	}
	for _, c := range []struct {
		body   string
		status int
		answer string
	}{
		{`{"attachments":` + strings.Replace(blocks(1, "section", 10), "{", `[{"color":"#2eb67d",`, 1) + `]}`, 200, "ok"},
		{`{"attachments":` + strings.Replace(blocks(1, "section", 10), "{", `[{"color":"green",`, 1) + `]}`, 400, "invalid_attachments"},
		{`{"attachments":[{"color":"good"}]}`, 400, "invalid_attachments"},
		{`{"attachments":[` + blocks(1, "section", 3001) + `]}`, 400, "invalid_blocks"},
		{`{"attachments":[` + blocks(30, "section", 10) + `,` + blocks(21, "section", 10) + `]}`, 400, "invalid_blocks"},
		{`{"attachments":[` + blocks(2, "section", 3000) + `,` + blocks(3, "section", 3000) + `]}`, 400, "msg_blocks_too_long"},
		{`{"blocks":[{"type":"context","elements":[{"type":"mrkdwn","text":"x"}]}]}`, 200, "ok"},
		{`{"blocks":[{"type":"context","elements":[{"type":"mrkdwn","text":""}]}]}`, 400, "invalid_blocks"},
		{`{"text":"contained"}`, 200, "ok"},
		{`{"text":`, 400, "invalid_payload"},
		{`{"channel":"x"}`, 400, "no_text"},
		{`{"blocks":{}}`, 400, "invalid_blocks"},
		{`{"blocks":[1]}`, 400, "invalid_blocks"},
		{blocks(51, "section", 1), 400, "invalid_blocks"},
		{blocks(1, "header", 151), 400, "invalid_blocks"},
		{blocks(1, "section", 3001), 400, "invalid_blocks"},
		{blocks(5, "section", 2900), 400, "msg_blocks_too_long"},
		{blocks(50, "section", 230), 400, "msg_blocks_too_long"}, // 11,500 characters of text, and what is around it
	} {
		if status, answer := post(c.body); status != c.status || answer != c.answer {
			t.Errorf("%s: %d %s", c.body, status, answer)
		}
	}
	for kind, want := range map[account.Kind]int{account.Throttle: 429, account.ServerError: 500, account.Deny: 403} {
		remove := a.Inject(account.Fault{Service: "slack", Kind: kind})
		if status, _ := post(`{"text":"x"}`); status != want {
			t.Errorf("kind %d gave %d, want %d", kind, status, want)
		}
		remove()
	}
	a.Inject(account.Fault{Service: "slack", Operation: "PostWebhook", Kind: account.TimeoutBefore})
	if _, err := client.Post("https://hooks.slack.example/", "application/json", strings.NewReader(`{"text":"x"}`)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error is %v", err)
	}
	if posts := a.Posts(); len(posts) != 3 || string(posts[2].Body) != `{"text":"contained"}` {
		t.Errorf("posts are %s", posts)
	}
}
