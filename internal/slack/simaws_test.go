package slack

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheAccountInMemoryTakesThePost(t *testing.T) {
	t.Parallel()
	account := simaws.New(simaws.Options{})
	if err := send(t, webhook, &http.Client{Transport: account.Webhook()}); err != nil {
		t.Fatal(err)
	}
	posts := account.Posts()
	if len(posts) != 1 {
		t.Fatalf("%d posts", len(posts))
	}
	var got struct {
		Text   string
		Blocks []any
	}
	if err := json.Unmarshal(posts[0].Body, &got); err != nil || got.Text != "CONTAINED: i-1" || len(got.Blocks) != 3 {
		t.Errorf("%v: %s", err, posts[0].Body)
	}
}

func TestFaultsOfTheAccountAreNamed(t *testing.T) {
	t.Parallel()
	for kind, want := range map[simaws.Kind]string{
		simaws.Throttle:      quarantine.Throttled,
		simaws.ServerError:   quarantine.Unavailable,
		simaws.Deny:          quarantine.AccessDenied,
		simaws.TimeoutBefore: quarantine.Unavailable,
		simaws.TimeoutAfter:  quarantine.Unavailable,
	} {
		account := simaws.New(simaws.Options{})
		account.Inject(simaws.Fault{Service: "slack", Kind: kind})
		err := send(t, webhook, &http.Client{Transport: account.Webhook()})
		if !quarantine.Is(err, want) {
			t.Errorf("fault %d: got %v, want %s", kind, err, want)
		}
		noSecret(t, err)
	}
}
