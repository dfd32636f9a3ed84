// Package notify tells people what happened, through every channel there is.
//
// [message.Compose] makes the message; [Handler] sends it.
package notify

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// maxReason bounds what is said of a channel's failure, in characters.
const maxReason = 800

// Handler sends news to all channels side by side.
//
// IAM actions: sns:Publish on the topic; kms:GenerateDataKey and kms:Decrypt
// on the topic's key, if the topic is encrypted with a customer managed key:
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html. For Slack,
// ssm:GetParameter on the parameter with the webhook, and kms:Decrypt likewise.
type Handler struct {
	Channels []quarantine.Channel
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log is told of every channel that failed; nil is slog.Default.
	Log *slog.Logger
	// Together runs functions side by side and returns when all have; nil is
	// quarantine.Together.
	Together func(fns ...func())
}

// Report is what became of a message: the function's output.
type Report struct {
	Kind    quarantine.MessageKind `json:"kind"`
	Subject string                 `json:"subject"`
	At      time.Time              `json:"at"`   // when the last channel had answered
	Sent    []Delivery             `json:"sent"` // one a channel, in their order
}

// Delivery is what became of a message in one channel.
type Delivery struct {
	Channel string `json:"channel"`
	OK      bool   `json:"ok"`
	Error   string `json:"error,omitempty"` // the failure's name and text; "" if it went through
}

// Handle composes the message and sends it. It succeeds if one channel took
// it; the report and the log say which did not, and why.
//
// Errors: BadRequest if the news cannot be told as what it claims to be (see
// [message.Compose]); NotTold if no channel took the message, with each one's reason.
// NotTold also where no channel is configured: an installation that nobody
// hears is a mistake, and a red execution is the only place left to show it.
func (h *Handler) Handle(ctx context.Context, n quarantine.News) (Report, error) {
	m, err := message.Compose(n)
	if err != nil {
		return Report{}, err
	}
	report := Report{Kind: m.Kind, Subject: m.Subject, Sent: h.send(ctx, m), At: h.now()}
	if err := told(report.Sent); err != nil {
		return report, err
	}
	return report, nil
}

func (h *Handler) send(ctx context.Context, m quarantine.Message) []Delivery {
	sent := make([]Delivery, len(h.Channels))
	tasks := make([]func(), len(h.Channels))
	for i, c := range h.Channels {
		tasks[i] = func() { sent[i] = h.deliver(ctx, c, m) }
	}
	h.together(tasks...)
	return sent
}

func (h *Handler) deliver(ctx context.Context, c quarantine.Channel, m quarantine.Message) Delivery {
	err := c.Send(ctx, m)
	if err == nil {
		return Delivery{Channel: c.Name(), OK: true}
	}
	reason := quarantine.NameOf(err) + ": " + message.Clean(err.Error(), maxReason)
	h.log().ErrorContext(ctx, "a channel did not take the message",
		"channel", c.Name(), "kind", string(m.Kind), "reason", reason)
	return Delivery{Channel: c.Name(), Error: reason}
}

// told is nil if one delivery went through.
func told(sent []Delivery) error {
	if len(sent) == 0 {
		return quarantine.Failf(quarantine.NotTold,
			"no channel is configured, so nobody was told: configure an SNS topic, a Slack webhook, or both")
	}
	var reasons []string
	for _, d := range sent {
		if d.OK {
			return nil
		}
		reasons = append(reasons, d.Channel+": "+d.Error)
	}
	return quarantine.Failf(quarantine.NotTold, "no channel took the message: %s", strings.Join(reasons, "; "))
}

func (h *Handler) now() time.Time {
	if h.Now == nil {
		return time.Now().UTC()
	}
	return h.Now().UTC()
}

func (h *Handler) log() *slog.Logger {
	if h.Log == nil {
		return slog.Default()
	}
	return h.Log
}

func (h *Handler) together(fns ...func()) {
	if h.Together == nil {
		quarantine.Together(fns...)
		return
	}
	h.Together(fns...)
}
