package message

import (
	"context"
	"log/slog"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// maxRefusal bounds what is said of a channel's failure, in characters.
const maxRefusal = 800

// Sender sends messages through all channels side by side. Every channel is
// tried: one that fails keeps the message from none of the others.
type Sender struct {
	Channels []quarantine.Channel
	Clock    quarantine.Clock
	// Log is told of every channel that failed; nil is slog.Default.
	Log *slog.Logger
	// Meter takes every message that a channel did not take.
	Meter quarantine.Meter
}

// Delivery is what became of a message in one channel.
type Delivery struct {
	Channel string `json:"channel"`
	OK      bool   `json:"ok"`
	Error   string `json:"error,omitempty"` // the failure's name and text; "" if it went through
	// Programs says that programs read the channel, and nobody is told by it.
	Programs bool `json:"programs,omitempty"`
}

// Send gives the deliveries, one a channel in their order. Errors: NotTold if no
// channel that reaches people took the message, with each one's reason; also where
// there is none.
func (s Sender) Send(ctx context.Context, m quarantine.Message) ([]Delivery, error) {
	sent := make([]Delivery, len(s.Channels))
	tasks := make([]func(), len(s.Channels))
	for i, c := range s.Channels {
		tasks[i] = func() { sent[i] = s.deliver(ctx, c, m) }
	}
	s.Clock.RunSideBySide(tasks...)
	s.measure(sent)
	return sent, notTold(sent, m)
}

func (s Sender) deliver(ctx context.Context, c quarantine.Channel, m quarantine.Message) Delivery {
	d := Delivery{Channel: c.Name(), Programs: !c.ReachesPeople()}
	err := c.Send(ctx, m)
	if err == nil {
		d.OK = true
		return d
	}
	reason := quarantine.NameOf(err) + ": " + Clean(err.Error(), maxRefusal)
	s.log().ErrorContext(ctx, "a channel did not take the "+noun(m), "channel", c.Name(), "kind", string(m.Kind), "reason", reason)
	d.Error = reason
	return d
}

func (s Sender) measure(sent []Delivery) {
	for _, d := range sent {
		if !d.OK {
			s.Meter.Measure(quarantine.Once(quarantine.MetricChannelFailed))
		}
	}
}

func (s Sender) log() *slog.Logger {
	if s.Log == nil {
		return slog.Default()
	}
	return s.Log
}

// Took are the channels through which people got the message, in their order.
func Took(sent []Delivery) (channels []string) {
	for _, d := range sent {
		if d.OK && !d.Programs {
			channels = append(channels, d.Channel)
		}
	}
	return channels
}

// notTold is nil if people got the message through one channel.
func notTold(sent []Delivery, m quarantine.Message) error {
	var reasons []string
	for _, d := range sent {
		switch {
		case d.Programs:
			continue
		case d.OK:
			return nil
		}
		reasons = append(reasons, d.Channel+": "+d.Error)
	}
	if reasons == nil {
		return quarantine.Failf(quarantine.NotTold,
			"no channel is configured, so nobody was told: configure an SNS topic, a Slack webhook, or both")
	}
	return quarantine.Failf(quarantine.NotTold, "no channel took the %s: %s", noun(m), strings.Join(reasons, "; "))
}

// noun is what a message is to those who read of it.
func noun(m quarantine.Message) string {
	if m.Ask != nil {
		return "question"
	}
	return "message"
}
