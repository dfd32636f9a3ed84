package slack

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheAccountInMemoryTakesThePost(t *testing.T) {
	t.Parallel()
	acct := account.New(account.Options{})
	if err := send(t, webhook, &http.Client{Transport: acct.Webhook()}); err != nil {
		t.Fatal(err)
	}
	posts := acct.Posts()
	if len(posts) != 1 {
		t.Fatalf("%d posts, want 1", len(posts))
	}
	var got struct {
		Text   string
		Blocks []any
	}
	if err := json.Unmarshal(posts[0].Body, &got); err != nil || got.Text != "CONTAINED: i-1" || len(got.Blocks) != 3 {
		t.Errorf("%v: %s", err, posts[0].Body)
	}
}

// Block Kit changes: a layout that is refused costs the layout, and not the news.
func TestARefusedLayoutIsPostedAsText(t *testing.T) {
	t.Parallel()
	acct := account.New(account.Options{})
	acct.Inject(account.Fault{Service: "slack", Kind: account.Code, Code: "invalid_blocks", Times: 1})
	room, err := New(webhook, &http.Client{Transport: acct.Webhook()})
	if err != nil {
		t.Fatal(err)
	}
	evil := question()
	evil.Sections[0].Lines = append(evil.Sections[0].Lines, "<!channel> `", strings.Repeat("long ", 500))
	evil.Sections = append(evil.Sections, quarantine.Section{Lines: []string{strings.Repeat("x", 2900)}})
	if err := room.Send(t.Context(), evil); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Text   string
		Blocks []any
	}
	posts := acct.Posts()
	if err := json.Unmarshal(posts[0].Body, &got); err != nil || len(posts) != 1 || got.Blocks != nil {
		t.Fatalf("%d posts: %v", len(posts), err)
	}
	for _, want := range []string{"*DECISION NEEDED (release): i-1*\n<https://approve.example/r/", "|Open the page>\n*Why*\na miner\n`aws ec2 describe-instances`", "\n_Shortened. "} {
		if !strings.Contains(got.Text, want) {
			t.Errorf("%q is not in %s", want, got.Text)
		}
	}
	if strings.Count(got.Text, "<") != 1 || len(got.Text) > maxSection+200 {
		t.Errorf("%d characters: %s", len(got.Text), got.Text)
	}
}

func TestFaultsOfTheInMemorySlackBecomeNamedErrors(t *testing.T) {
	t.Parallel()
	for kind, want := range map[account.Kind]string{
		account.Throttle:      quarantine.Throttled,
		account.ServerError:   quarantine.Unavailable,
		account.Deny:          quarantine.AccessDenied,
		account.TimeoutBefore: quarantine.Unavailable,
		account.TimeoutAfter:  quarantine.Unavailable,
	} {
		acct := account.New(account.Options{})
		acct.Inject(account.Fault{Service: "slack", Kind: kind})
		err := send(t, webhook, &http.Client{Transport: acct.Webhook()})
		if !quarantine.Is(err, want) {
			t.Errorf("fault %d: got %v, want %s", kind, err, want)
		}
		noSecret(t, err)
	}
}

// Whether a webhook is alive is known without a message.
func TestAWebhookAnswersWithoutAMessage(t *testing.T) {
	t.Parallel()
	for kind, want := range map[account.Kind]string{
		account.Throttle: quarantine.Throttled, account.ServerError: quarantine.Unavailable, account.Deny: quarantine.AccessDenied, account.TimeoutBefore: quarantine.Unavailable,
	} {
		acct := account.New(account.Options{})
		room, err := New(webhook, &http.Client{Transport: acct.Webhook()})
		if err != nil {
			t.Fatal(err)
		}
		if err := room.Answers(t.Context()); err != nil {
			t.Errorf("a webhook that lives: %v", err)
		}
		acct.Inject(account.Fault{Service: "slack", Kind: kind})
		err = room.Answers(t.Context())
		if !quarantine.Is(err, want) {
			t.Errorf("fault %d: got %v, want %s", kind, err, want)
		}
		noSecret(t, err)
		if posts := acct.Posts(); len(posts) != 0 {
			t.Errorf("it was posted: %s", posts[0].Body)
		}
	}
}

func TestAWebhookThatSlackDoesNotKnowIsDead(t *testing.T) {
	t.Parallel()
	acct := account.New(account.Options{})
	acct.Inject(account.Fault{Service: "slack", Kind: account.Code, Code: "no_service"})
	room, err := New(webhook, &http.Client{Transport: acct.Webhook()})
	if err != nil {
		t.Fatal(err)
	}
	if err := room.Answers(t.Context()); !quarantine.Is(err, quarantine.AccessDenied) || !strings.Contains(err.Error(), "make a new webhook") {
		t.Error(err)
	}
}
