package slack

import (
	"encoding/json"
	"net/http"
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
