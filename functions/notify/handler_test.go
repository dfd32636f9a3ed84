package notify

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// channel answers with err, after wait, and keeps what it took.
type channel struct {
	name string
	wait time.Duration
	err  error

	mu   sync.Mutex
	took []quarantine.Message
}

func (c *channel) Name() string { return c.name }

func (c *channel) Send(_ context.Context, m quarantine.Message) error {
	time.Sleep(c.wait)
	if c.err != nil {
		return c.err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.took = append(c.took, m)
	return nil
}

var noon = time.Date(2026, 11, 2, 12, 0, 7, 0, time.UTC)

// contained is as little news as can be told as that.
func contained() quarantine.News {
	return quarantine.News{Kind: quarantine.KindContained, Containment: &quarantine.Containment{
		Instance: quarantine.Instance{ID: "i-0a1b2c3d4e5f60718"},
		Subnets: []quarantine.Quarantine{{
			SubnetID: "subnet-0aaa1111", QuarantineACL: "acl-0quarantine", Association: "aclassoc-0after", VerifiedAt: noon,
		}},
	}}
}

func handler(log *bytes.Buffer, channels ...quarantine.Channel) *Handler {
	return &Handler{Channels: channels, Clock: clocktest.At(noon), Log: slog.New(slog.NewTextHandler(log, nil))}
}

func TestEveryChannelIsSentTheMessage(t *testing.T) {
	t.Parallel()
	a, b := &channel{name: "sns"}, &channel{name: "slack"}
	got, err := handler(&bytes.Buffer{}, a, b).Handle(t.Context(), contained())
	if err != nil {
		t.Fatal(err)
	}
	want := Report{Kind: quarantine.KindContained, Subject: got.Subject, At: noon,
		Sent: []message.Delivery{{Channel: "sns", OK: true}, {Channel: "slack", OK: true}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(a.took) != 1 || len(b.took) != 1 || a.took[0].Subject != got.Subject {
		t.Errorf("sns took %d, slack took %d", len(a.took), len(b.took))
	}
}

func TestOneChannelFailingDoesNotStopTheOther(t *testing.T) {
	t.Parallel()
	for _, broken := range []int{0, 1} {
		var log bytes.Buffer
		channels := []*channel{{name: "sns"}, {name: "slack"}}
		channels[broken].err = quarantine.Failf(quarantine.Throttled, "too\nmany")
		got, err := handler(&log, channels[0], channels[1]).Handle(t.Context(), contained())
		if err != nil {
			t.Fatal(err)
		}
		if d := got.Sent[broken]; d.OK || d.Error != "Throttled: too many" {
			t.Errorf("%+v", d)
		}
		if d := got.Sent[1-broken]; !d.OK || len(channels[1-broken].took) != 1 {
			t.Errorf("%+v", d)
		}
		if !strings.Contains(log.String(), "channel="+channels[broken].name) || !strings.Contains(log.String(), "too many") {
			t.Errorf("log: %s", log.String())
		}
	}
}

func TestNotToldNamesEveryReason(t *testing.T) {
	t.Parallel()
	_, err := handler(&bytes.Buffer{},
		&channel{name: "sns", err: quarantine.Failf(quarantine.AccessDenied, "allow sns:Publish")},
		&channel{name: "slack", err: quarantine.Failf(quarantine.Unavailable, "no answer")},
	).Handle(t.Context(), contained())
	want := "no channel took the message: sns: AccessDenied: allow sns:Publish; slack: Unavailable: no answer"
	if !quarantine.Is(err, quarantine.NotTold) || err.Error() != want {
		t.Errorf("got %v, want NotTold: %s", err, want)
	}
}

func TestNoChannelIsNotTold(t *testing.T) {
	t.Parallel()
	if _, err := handler(&bytes.Buffer{}).Handle(t.Context(), contained()); !quarantine.Is(err, quarantine.NotTold) {
		t.Errorf("got %v, want NotTold", err)
	}
}

func TestNothingIsSentOfWhatCannotBeTold(t *testing.T) {
	t.Parallel()
	c := &channel{name: "sns"}
	n := contained()
	n.Containment.Subnets[0].VerifiedAt = time.Time{}
	if _, err := handler(&bytes.Buffer{}, c).Handle(t.Context(), n); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("got %v, want BadRequest", err)
	}
	if len(c.took) != 0 {
		t.Errorf("sent %q", c.took[0].Subject)
	}
}

func TestChannelsAreServedSideBySide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		h := handler(&bytes.Buffer{}, &channel{name: "sns", wait: time.Minute}, &channel{name: "slack", wait: time.Minute})
		if _, err := h.Handle(t.Context(), contained()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("took %s", took)
		}
	})
}

func TestGoroutinesStartOnlyThroughTheClock(t *testing.T) {
	t.Parallel()
	calls := 0
	h := handler(&bytes.Buffer{}, &channel{name: "sns"}, &channel{name: "slack"})
	h.Clock = clocktest.Clock{Concurrent: func(fns ...func()) {
		calls += len(fns)
		for _, fn := range fns {
			fn()
		}
	}}
	if _, err := h.Handle(t.Context(), contained()); err != nil {
		t.Fatal(err)
	}
	if calls != 2 {
		t.Errorf("%d functions went through the clock", calls)
	}
}
