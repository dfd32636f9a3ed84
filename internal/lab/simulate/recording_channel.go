package simulate

import (
	"context"
	"encoding/json"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Sending is a message that was passed to a channel.
type Sending struct {
	Notification
	At    time.Time
	Order int  // number of effects in the account before it
	Taken bool // the channel accepted it
}

// recordingChannel records the messages that a channel was passed and accepted.
type recordingChannel struct {
	quarantine.Channel
	s *simulation
	// laidOut is the message as the channel posts it, where it is laid out; or nil.
	laidOut func(quarantine.Message) (json.RawMessage, error)
}

// Send sends and records the message.
func (c recordingChannel) Send(ctx context.Context, m quarantine.Message) error {
	by, _ := ctx.Value(invocationKey{}).(runner.Invocation)
	n := Notification{Channel: c.Name(), Kind: string(m.Kind), Subject: m.Subject, Text: m.Text, Execution: by.Execution}
	if c.laidOut != nil {
		var err error
		if n.Slack, err = c.laidOut(m); err != nil {
			return err
		}
	}
	at := c.s.noteSending(n)
	if err := c.Channel.Send(ctx, m); err != nil {
		return err
	}
	c.s.noteTaken(at, n)
	if m.Ask != nil {
		c.s.asked(ctx, *m.Ask)
	}
	return nil
}

// noteSending records a message passed to a channel, and returns its index.
func (s *simulation) noteSending(n Notification) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent = append(s.sent, Sending{Notification: n, At: s.clock.Now(), Order: s.account.Effects()})
	return len(s.sent) - 1
}

// noteTaken records that the channel accepted the message.
func (s *simulation) noteTaken(at int, n Notification) {
	s.mu.Lock()
	s.sent[at].Taken = true
	s.notifications = append(s.notifications, n)
	s.mu.Unlock()
	if s.options.Watch.Message != nil {
		s.options.Watch.Message(s.clock.Now(), n)
	}
}

// invocationKey is the context key of a call's [runner.Invocation].
type invocationKey struct{}
