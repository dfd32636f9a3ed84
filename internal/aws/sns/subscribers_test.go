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

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var news = quarantine.Message{Subject: "s", Text: "t", Data: json.RawMessage("{}")}

const (
	list    = "ListSubscriptionsByTopic"
	unknown = "it is not known whether anybody has subscribed to the topic"
)

// alerts is a topic of an in-memory account, and the channel for it.
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

// looks is the number of pages of subscriptions that were read.
func (a *alerts) looks() (n int) {
	for _, c := range a.Calls() {
		if c.Operation == list {
			n++
		}
	}
	return n
}

func TestNoSubscriberSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for subscribers, want := range map[account.Subscribers]string{
		{}:                       "subscribe an e-mail address to the topic, and confirm it",
		{Deleted: 2}:             "subscribe an e-mail address to the topic, and confirm it",
		{Deleted: 1, Pending: 2}: `2 wait for confirmation: follow the link in the e-mail "AWS Notification - Subscription Confirmation"`,
	} {
		a := newAlerts(account.Options{})
		a.SetSubscribers(a.topic, subscribers)
		if err := a.send(t, quarantine.NotTold); !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not contain %q", err, want)
		}
		if len(a.Published()) != 1 {
			t.Errorf("the message was not published, so a subscriber who confirms meanwhile misses it")
		}
	}
}

func TestASubscriberIsCachedForFiveMinutesAndAMissingOneIsNot(t *testing.T) {
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
			t.Errorf("listed %d times, want 2", a.looks())
		}
		time.Sleep(time.Nanosecond)
		_ = a.send(t, quarantine.NotTold)
	})
}

func TestSubscribersThatCannotBeListedAreNotReportedAsMissing(t *testing.T) {
	t.Parallel()
	for _, kind := range []account.Kind{account.Throttle, account.ServerError, account.Deny, account.TimeoutBefore, account.TimeoutAfter} {
		a := newAlerts(account.Options{})
		a.SetSubscribers(a.topic, account.Subscribers{})
		remove := a.Inject(account.Fault{Service: "sns", Operation: list, Kind: kind})
		_ = a.send(t, "")
		if !strings.Contains(a.logged.String(), "it is not known whether anybody has subscribed") {
			t.Errorf("fault %d: logged was %q", kind, a.logged.String())
		}
		remove()
		_ = a.send(t, quarantine.NotTold) // an unknown result is not cached
	}
}

// odd returns lists of subscriptions in a form that SNS does not document.
type odd struct {
	sns.API
	arns []*string
}

func (o odd) ListSubscriptionsByTopic(context.Context, *awssns.ListSubscriptionsByTopicInput, ...func(*awssns.Options)) (*awssns.ListSubscriptionsByTopicOutput, error) {
	out := &awssns.ListSubscriptionsByTopicOutput{}
	for _, arn := range o.arns {
		out.Subscriptions = append(out.Subscriptions, types.Subscription{SubscriptionArn: arn})
	}
	return out, nil
}

func TestASubscriptionInAnUndocumentedStateIsUnknown(t *testing.T) {
	t.Parallel()
	for _, arn := range []*string{nil, aws.String(""), aws.String("Paused")} {
		var logged bytes.Buffer
		acct := account.New(account.Options{})
		api := odd{acct.SNS(), []*string{arn, aws.String("PendingConfirmation")}}
		channel := sns.NewSubscribed(api, acct.AddTopic("alerts"), quarantine.SystemClock{}, slog.New(slog.NewTextHandler(&logged, nil)))
		if err := channel.Send(t.Context(), news); err != nil {
			t.Errorf("%q: %v", aws.ToString(arn), err)
		}
		if !strings.Contains(logged.String(), unknown) {
			t.Errorf("%q: logged was %q", aws.ToString(arn), logged.String())
		}
	}
}

func TestAConfirmedSubscriptionIsFoundOnEveryPage(t *testing.T) {
	t.Parallel()
	for before, want := range map[int]struct {
		looks   int
		unknown bool
	}{0: {1, false}, 99: {1, false}, 100: {2, false}, 999: {10, false}, 1000: {10, true}} {
		a := newAlerts(account.Options{})
		a.SetSubscribers(a.topic, account.Subscribers{Deleted: before / 2, Pending: before - before/2, Confirmed: 1})
		_ = a.send(t, "")
		if got := strings.Contains(a.logged.String(), unknown); a.looks() != want.looks || got != want.unknown {
			t.Errorf("after %d others: %d pages were read, want %d; unknown: %t", before, a.looks(), want.looks, got)
		}
	}
}

func TestNotToldNeedsTheWholeList(t *testing.T) {
	t.Parallel()
	a := newAlerts(account.Options{})
	a.SetSubscribers(a.topic, account.Subscribers{Pending: 1000})
	if err := a.send(t, quarantine.NotTold); !strings.Contains(err.Error(), "1000 wait for confirmation") || a.looks() != 10 {
		t.Errorf("%v after %d pages", err, a.looks())
	}
	a.SetSubscribers(a.topic, account.Subscribers{Pending: 1001})
	_ = a.send(t, "")
	a.SetSubscribers(a.topic, account.Subscribers{Pending: 101})
	a.Inject(account.Fault{Service: "sns", Operation: list, Kind: account.Throttle, Skip: 1})
	_ = a.send(t, "")
	if n := strings.Count(a.logged.String(), unknown); n != 2 {
		t.Errorf("%d times unknown, want 2: %s", n, a.logged.String())
	}
}

func TestListingDelaysNoMessageAndSendByASecondAtMost(t *testing.T) {
	t.Parallel()
	for look, want := range map[time.Duration]time.Duration{200 * time.Millisecond: 200 * time.Millisecond, time.Hour: time.Second} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			a := newAlerts(account.Options{Latency: func(_, operation string) time.Duration {
				if operation == list {
					return look
				}
				return 0
			}})
			_ = a.send(t, "")
			if took := time.Since(began); took != want {
				t.Errorf("a list that takes %s delayed Send by %s, want %s", look, took, want)
			}
			if at := a.Published()[0].At; !at.Equal(began) {
				t.Errorf("the message was published after %s", at.Sub(began))
			}
		})
	}
}

func TestARefusedMessageFailsWithItsOwnError(t *testing.T) {
	t.Parallel()
	a := newAlerts(account.Options{})
	a.SetSubscribers(a.topic, account.Subscribers{})
	a.Inject(account.Fault{Service: "sns", Operation: "Publish", Kind: account.Deny})
	_ = a.send(t, quarantine.AccessDenied)
}
