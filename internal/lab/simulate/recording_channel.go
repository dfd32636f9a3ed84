package simulate

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Sending is a message that was given to a channel.
type Sending struct {
	Notification
	Execution string // on whose behalf
	At        time.Time
	Order     int  // how many effects there had been in the account
	Taken     bool // the channel said that it took it
}

// recordingChannel notes what a channel was given, and what it took.
type recordingChannel struct {
	quarantine.Channel
	s *simulation
}

// Send sends, and notes it.
func (c recordingChannel) Send(ctx context.Context, m quarantine.Message) error {
	n := Notification{Channel: c.Name(), Kind: string(m.Kind), Subject: m.Subject, Text: m.Text}
	at := c.s.noteSending(ctx, n)
	if err := c.Channel.Send(ctx, m); err != nil {
		return err
	}
	c.s.noteTaken(at, n)
	if m.Ask != nil {
		c.s.asked(ctx, *m.Ask)
	}
	return nil
}

// noteSending notes a message that a channel is given, and gives its place.
func (s *simulation) noteSending(ctx context.Context, n Notification) int {
	by, _ := ctx.Value(invocationKey{}).(runner.Invocation)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, Sending{Notification: n, Execution: by.Execution, At: s.clock.Now(), Order: s.account.Effects()})
	return len(s.sent) - 1
}

// noteTaken notes that the channel took it.
func (s *simulation) noteTaken(at int, n Notification) {
	s.mu.Lock()
	s.sent[at].Taken = true
	s.notifications = append(s.notifications, n)
	s.mu.Unlock()
	if s.options.Watch.Message != nil {
		s.options.Watch.Message(s.clock.Now(), n)
	}
}

// invocationKey is where a call's context has its [runner.Invocation].
type invocationKey struct{}
