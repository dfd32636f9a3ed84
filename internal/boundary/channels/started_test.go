package channels

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/boundary/secret"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/slack"
)

// room is the channel to Slack, whose webhook's URL has to be read first.
func room(a *account.Account, failure error) []quarantine.Channel {
	return []quarantine.Channel{&lateChannel{&secret.Late[quarantine.Channel]{
		Name: "the Slack webhook", Clock: quarantine.SystemClock{}, Log: slog.New(slog.DiscardHandler),
		Read: func(context.Context) (string, error) {
			return "https://hooks.slack.example/services/T0/B0/planted", failure
		},
		Make: func(url string) (quarantine.Channel, error) {
			return slack.New(url, &http.Client{Transport: a.Webhook()})
		},
	}}}
}

func TestWhatAFunctionStartedWithIsSaidAndWhatItLacksIsNamed(t *testing.T) {
	t.Parallel()
	a := account.New(account.Options{})
	if found, err := Started(t.Context(), room(a, nil)); err != nil || !strings.Contains(found, "with the channels slack") {
		t.Errorf("%q, %v", found, err)
	}
	if found, err := Started(t.Context(), nil); err != nil || found != "It started, and has what it needs of secrets." {
		t.Errorf("without channels: %q, %v", found, err)
	}
	if _, err := Started(t.Context(), room(a, quarantine.Failf(quarantine.AccessDenied, "SSM denied GetParameter"))); !quarantine.Is(err, quarantine.AccessDenied) {
		t.Errorf("the secret is gone: %v", err)
	}
	gone := false
	warm := room(a, nil)
	late, _ := warm[0].(*lateChannel)
	read := late.address.Read
	late.address.Read = func(ctx context.Context) (string, error) {
		if gone {
			return "", quarantine.Failf(quarantine.Unexpected, "there is no such parameter")
		}
		return read(ctx)
	}
	if _, err := Started(t.Context(), warm); err != nil {
		t.Error(err)
	}
	gone = true
	if found, err := Started(t.Context(), warm); err == nil {
		t.Errorf("the secret is gone since the process has it: %q", found)
	}
	a.Inject(account.Fault{Service: "slack", Kind: account.Code, Code: "no_service"})
	if _, err := Started(t.Context(), room(a, nil)); !quarantine.Is(err, quarantine.AccessDenied) || strings.Contains(err.Error(), "planted") {
		t.Errorf("the webhook is dead: %v", err)
	}
	if posts := a.Posts(); len(posts) != 0 {
		t.Errorf("it was posted: %s", posts[0].Body)
	}
}
