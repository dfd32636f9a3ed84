package sns_test

import (
	"encoding/json"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns/snstest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestContractInMemory(t *testing.T) {
	t.Parallel()
	snstest.Contract(t, func(*testing.T) snstest.Env {
		acct := account.New(account.Options{})
		topic := acct.AddTopic("quarantine")
		leave := func(*testing.T) { acct.SetSubscribers(topic, account.Subscribers{}) }
		join := func(_ *testing.T, n int) { acct.SetSubscribers(topic, account.Subscribers{Confirmed: 1 + n}) }
		return snstest.Env{Client: acct.SNS(), TopicARN: topic, Join: join, Leave: leave, Published: func(t *testing.T) []snstest.Message {
			var out []snstest.Message
			for _, m := range acct.Published() {
				out = append(out, snstest.Message{Subject: m.Subject, Bodies: bodies(t, m), Attributes: m.Attributes})
			}
			return out
		}}
	})
}

func bodies(t *testing.T, m account.Message) map[string]string {
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
	for kind, want := range map[account.Kind]string{
		account.Throttle:      quarantine.Throttled,
		account.ServerError:   quarantine.Unavailable,
		account.Deny:          quarantine.AccessDenied,
		account.TimeoutBefore: quarantine.Unavailable,
		account.TimeoutAfter:  quarantine.Unavailable,
	} {
		acct := account.New(account.Options{})
		acct.Inject(account.Fault{Service: "sns", Kind: kind})
		channel := sns.New(acct.SNS(), acct.AddTopic("quarantine"))
		if err := channel.Send(t.Context(), quarantine.Message{Subject: "s", Text: "t", Data: json.RawMessage("{}")}); !quarantine.Is(err, want) {
			t.Errorf("fault %d: got %v, want %s", kind, err, want)
		}
	}
}
