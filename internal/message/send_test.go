package message_test

import (
	"bytes"
	"context"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// channel takes a minute, and answers with err.
type channel struct {
	name  string
	err   error
	given []string // subjects
}

func (c *channel) Name() string { return c.name }

// ReachesPeople is false of the one whose readers are programs.
func (c *channel) ReachesPeople() bool { return c.name != "events" }

func (c *channel) Send(_ context.Context, m quarantine.Message) error {
	time.Sleep(time.Minute)
	c.given = append(c.given, m.Subject)
	return c.err
}

// sent is a message through channels that refuse as they say.
func sent(t *testing.T, m quarantine.Message, refusals ...error) (deliveries []message.Delivery, log string, err error) {
	t.Helper()
	var logged bytes.Buffer
	var measured, want []quarantine.Measurement
	s := message.Sender{Clock: quarantine.SystemClock{}, Log: slog.New(slog.NewTextHandler(&logged, nil)),
		Meter: func(all ...quarantine.Measurement) { measured = append(measured, all...) }}
	for i, refusal := range refusals {
		s.Channels = append(s.Channels, &channel{name: []string{"sns", "slack", "pager", "events"}[i], err: refusal})
		if refusal != nil {
			want = append(want, quarantine.Once("ChannelFailed"))
		}
	}
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		deliveries, err = s.Send(t.Context(), m)
		if took := time.Since(began); took > time.Minute {
			t.Errorf("the channels took %s, one after the other", took)
		}
	})
	for _, c := range s.Channels {
		if got := c.(*channel).given; !slices.Equal(got, []string{m.Subject}) {
			t.Errorf("%s was given %q", c.Name(), got)
		}
	}
	if diff := cmp.Diff(want, measured); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
	return deliveries, logged.String(), err
}

var (
	told = quarantine.Message{Kind: quarantine.KindContained, Subject: "contained"}
	put  = quarantine.Message{Kind: quarantine.KindApprovalAsked, Subject: "release?", Ask: &quarantine.MessageAsk{}}
	busy = quarantine.Failf(quarantine.Throttled, "too\nmany")
)

func TestEveryChannelIsTriedAndOneIsEnough(t *testing.T) {
	t.Parallel()
	got, log, err := sent(t, told, nil, busy, nil)
	want := []message.Delivery{{Channel: "sns", OK: true}, {Channel: "slack", Error: "Throttled: too many"}, {Channel: "pager", OK: true}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if took := message.Took(got); !slices.Equal(took, []string{"sns", "pager"}) {
		t.Errorf("taken by %q", took)
	}
	if line := `msg="a channel did not take the message" channel=slack kind=contained reason="Throttled: too many"`; strings.Count(log, "\n") != 1 || !strings.Contains(log, line) {
		t.Errorf("logged was %s, want %s", log, line)
	}
}

func TestWhatNoChannelTakesFailsWithEveryReason(t *testing.T) {
	t.Parallel()
	denied := quarantine.Failf(quarantine.AccessDenied, "allow sns:Publish")
	for want, m := range map[string]quarantine.Message{
		"no channel took the message: sns: AccessDenied: allow sns:Publish; slack: Throttled: too many":  told,
		"no channel took the question: sns: AccessDenied: allow sns:Publish; slack: Throttled: too many": put,
	} {
		got, log, err := sent(t, m, denied, busy)
		if !quarantine.Is(err, quarantine.NotTold) || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		if len(got) != 2 || message.Took(got) != nil || strings.Count(log, "\n") != 2 {
			t.Errorf("deliveries %+v; logged was %s", got, log)
		}
	}
}

// What programs got, nobody was told; and what they did not get, people can have.
func TestProgramsAreNoPeople(t *testing.T) {
	t.Parallel()
	got, _, err := sent(t, told, busy, busy, busy, nil)
	if !quarantine.Is(err, quarantine.NotTold) || strings.Contains(err.Error(), "events") || message.Took(got) != nil {
		t.Errorf("taken by %q: %v", message.Took(got), err)
	}
	if want := (message.Delivery{Channel: "events", OK: true, Programs: true}); got[3] != want {
		t.Errorf("%+v, want %+v", got[3], want)
	}
	got, log, err := sent(t, told, nil, busy, busy, busy)
	if err != nil || !slices.Equal(message.Took(got), []string{"sns"}) || !strings.Contains(log, "channel=events") {
		t.Errorf("taken by %q: %v; logged was %s", message.Took(got), err, log)
	}
	alone := message.Sender{Clock: quarantine.SystemClock{}, Channels: []quarantine.Channel{&channel{name: "events"}}}
	synctest.Test(t, func(t *testing.T) {
		if _, err := alone.Send(t.Context(), told); !quarantine.Is(err, quarantine.NotTold) || !strings.HasPrefix(err.Error(), "no channel is configured") {
			t.Errorf("events alone: %v", err)
		}
	})
}

func TestNoChannelAtAllFails(t *testing.T) {
	t.Parallel()
	if _, _, err := sent(t, told); !quarantine.Is(err, quarantine.NotTold) || !strings.HasPrefix(err.Error(), "no channel is configured") {
		t.Errorf("got %v", err)
	}
}

func TestAChannelsReasonIsBounded(t *testing.T) {
	t.Parallel()
	got, _, err := sent(t, told, quarantine.Failf(quarantine.Unavailable, "%s", strings.Repeat("long ", 1000)))
	if len(got) != 1 || len(got[0].Error) > 900 || err == nil || len(err.Error()) > 950 {
		t.Errorf("%d characters are said of it", len(err.Error()))
	}
}
