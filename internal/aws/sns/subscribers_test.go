package sns_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	awssns "github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var news = quarantine.Message{Subject: "s", Text: "t", Data: json.RawMessage("{}")}

// alerts is a topic of an account in memory, and the channel to it.
type alerts struct {
	*account.Account
	topic   string
	channel *sns.SubscribedChannel
	logged  bytes.Buffer
}

func newAlerts(o account.Options) *alerts {
	a := &alerts{Account: account.New(o)}
	a.topic = a.AddTopic("alerts")
	a.channel = sns.NewSubscribed(a.SNS(), a.topic, quarantine.SystemClock{}, slog.New(slog.NewTextHandler(&a.logged, nil)))
	return a
}

func (a *alerts) send(t *testing.T, want string) error {
	t.Helper()
	err := a.channel.Send(t.Context(), news)
	if want == "" && err != nil || want != "" && !quarantine.Is(err, want) {
		t.Errorf("got %v, want %q", err, want)
	}
	return err
}

// looks is how often the subscribers were counted.
func (a *alerts) looks() (n int) {
	for _, c := range a.Calls() {
		if c.Operation == "GetTopicAttributes" {
			n++
		}
	}
	return n
}

func TestNobodyToHearSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for pending, want := range map[int]string{
		0: "subscribe an e-mail address to the topic, and confirm it",
		2: `2 wait for confirmation: follow the link in the e-mail "AWS Notification - Subscription Confirmation"`,
	} {
		a := newAlerts(account.Options{})
		a.SetSubscribers(a.topic, account.Subscribers{Pending: pending})
		if err := a.send(t, quarantine.NotTold); !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %q", err, want)
		}
		if len(a.Published()) != 1 {
			t.Errorf("the message was not published: whoever confirms meanwhile misses it")
		}
	}
}

func TestASubscriberIsRememberedForFiveMinutesAndNobodyIsNot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAlerts(account.Options{})
		a.SetSubscribers(a.topic, account.Subscribers{Pending: 1})
		_ = a.send(t, quarantine.NotTold)
		a.SetSubscribers(a.topic, account.Subscribers{Confirmed: 1})
		_ = a.send(t, "")
		time.Sleep(5*time.Minute - 1)
		a.SetSubscribers(a.topic, account.Subscribers{})
		_ = a.send(t, "")
		if a.looks() != 2 {
			t.Errorf("counted %d times, want 2", a.looks())
		}
		time.Sleep(time.Nanosecond)
		_ = a.send(t, quarantine.NotTold)
	})
}

func TestSubscribersThatCannotBeCountedAreNotSaidToBeMissing(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.Throttle, account.ServerError, account.Deny, account.TimeoutBefore, account.TimeoutAfter} {
		a := newAlerts(account.Options{})
		a.SetSubscribers(a.topic, account.Subscribers{})
		remove := a.Inject(account.Fault{Service: "sns", Operation: "GetTopicAttributes", Kind: kind})
		_ = a.send(t, "")
		if !strings.Contains(a.logged.String(), "it is not known whether anybody has subscribed") {
			t.Errorf("fault %d: logged was %q", kind, a.logged.String())
		}
		remove()
		_ = a.send(t, quarantine.NotTold) // what is not known is asked again
	}
}

// odd answers with attributes that SNS does not document.
type odd struct {
	sns.API
	attributes map[string]string
}

func (o odd) GetTopicAttributes(context.Context, *awssns.GetTopicAttributesInput, ...func(*awssns.Options)) (*awssns.GetTopicAttributesOutput, error) {
	return &awssns.GetTopicAttributesOutput{Attributes: o.attributes}, nil
}

func TestAnAnswerWithoutTheCountIsNotKnown(t *testing.T) {
	t.Parallel()
	for _, attributes := range []map[string]string{nil, {"SubscriptionsConfirmed": ""}, {"SubscriptionsConfirmed": "none"}} {
		acct := account.New(account.Options{})
		channel := sns.NewSubscribed(odd{acct.SNS(), attributes}, acct.AddTopic("alerts"), quarantine.SystemClock{}, slog.New(slog.DiscardHandler))
		if err := channel.Send(t.Context(), news); err != nil {
			t.Errorf("%v: %v", attributes, err)
		}
	}
}

func TestCountingDelaysNoMessageAndItsReportByASecondAtMost(t *testing.T) {
	t.Parallel()
	for look, want := range map[time.Duration]time.Duration{200 * time.Millisecond: 200 * time.Millisecond, time.Hour: time.Second} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			a := newAlerts(account.Options{Latency: func(_, operation string) time.Duration {
				if operation == "GetTopicAttributes" {
					return look
				}
				return 0
			}})
			_ = a.send(t, "")
			if took := time.Since(began); took != want {
				t.Errorf("a count of %s held the report up for %s, want %s", look, took, want)
			}
			if at := a.Published()[0].At; !at.Equal(began) {
				t.Errorf("the message left after %s", at.Sub(began))
			}
		})
	}
}

func TestAMessageThatIsRefusedFailsForThat(t *testing.T) {
	t.Parallel()
	a := newAlerts(account.Options{})
	a.SetSubscribers(a.topic, account.Subscribers{})
	a.Inject(account.Fault{Service: "sns", Operation: "Publish", Kind: account.Deny})
	_ = a.send(t, quarantine.AccessDenied)
}
