package sns_test

import (
	"encoding/json"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns/snstest"
	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestContractInMemory(t *testing.T) {
	t.Parallel()
	snstest.Contract(t, func(*testing.T) snstest.Env {
		account := simaws.New(simaws.Options{})
		return snstest.Env{Client: account.SNS(), TopicARN: account.AddTopic("quarantine"), Published: func(t *testing.T) []snstest.Message {
			var out []snstest.Message
			for _, m := range account.Published() {
				out = append(out, snstest.Message{Subject: m.Subject, Bodies: bodies(t, m), Attributes: m.Attributes})
			}
			return out
		}}
	})
}

func bodies(t *testing.T, m simaws.Message) map[string]string {
	t.Helper()
	if m.Structure == "" { // one form for all
		return map[string]string{"default": m.Text}
	}
	var out map[string]string
	if err := json.Unmarshal([]byte(m.Text), &out); err != nil {
		t.Fatal(err)
	}
	return out
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
		account.Inject(simaws.Fault{Service: "sns", Kind: kind})
		channel := sns.New(account.SNS(), account.AddTopic("quarantine"))
		if err := channel.Send(t.Context(), quarantine.Message{Subject: "s", Text: "t", Data: json.RawMessage("{}")}); !quarantine.Is(err, want) {
			t.Errorf("fault %d: got %v, want %s", kind, err, want)
		}
	}
}
