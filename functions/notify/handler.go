// Package notify sends messages about what happened through every configured channel.
//
// [Handler] reads what is on record of the incident, [message.Compose] makes the
// message of it, and the handler sends that.
package notify

import (
	"context"
	"log/slog"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Handler sends a message to all channels side by side. It reads the ledger first, and
// writes nothing: if the ledger does not answer, the message goes out without it.
//
// IAM actions: dynamodb:GetItem and dynamodb:Query on the ledger's table;
// sns:Publish and sns:ListSubscriptionsByTopic on the topic; events:PutEvents on the bus;
// kms:GenerateDataKey and kms:Decrypt on the topic's key, if the topic is
// encrypted with a customer managed key:
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html. For Slack,
// ssm:GetParameter on the parameter with the webhook, and kms:Decrypt likewise.
type Handler struct {
	Ledger message.Ledger
	// Commands says where people type commands about that ledger.
	Commands command.Place
	Channels []quarantine.Channel
	Clock    quarantine.Clock
	// Log gets an entry for every channel and every read that failed; nil is slog.Default.
	Log   *slog.Logger
	Meter quarantine.Meter
}

// Report is the function's output: what happened to a message.
type Report struct {
	Kind    quarantine.MessageKind `json:"kind"`
	Subject string                 `json:"subject"`
	At      time.Time              `json:"at"`   // when the last channel answered
	Sent    []message.Delivery     `json:"sent"` // one for each channel, in their order
}

// Handle composes the message and sends it. It succeeds if one channel that reaches people
// accepted it; the report and the log name the others, with the reason.
//
// Errors: BadRequest if the news lacks what its kind requires (see
// [message.Compose]); NotTold if no such channel accepted the message, with the reason of
// each. NotTold also if no channel is configured: an installation without channels is
// a mistake, and only a failed execution can still show it.
func (h *Handler) Handle(ctx context.Context, n quarantine.News) (Report, error) {
	n = accusing(n)
	record := h.read(ctx, n)
	record.At = h.Commands
	if record.Unread != nil {
		h.log().WarnContext(ctx, "a message goes out without what is on record", "kind", string(n.Kind), "incident", n.Incident,
			"reason", record.Unread.Error())
	}
	m, err := message.Compose(n, record)
	if err != nil {
		return Report{}, err
	}
	sent, err := message.Sender{Channels: h.Channels, Clock: h.Clock, Log: h.Log, Meter: h.Meter}.Send(ctx, m)
	return Report{Kind: m.Kind, Subject: m.Subject, Sent: sent, At: h.Clock.Now().UTC()}, err
}

// read reads the incident, unless earlier attempts have ended without an answer: what
// ended them may be the reading, and the news must get out.
func (h *Handler) read(ctx context.Context, n quarantine.News) message.Record {
	if n.Retry >= blindFrom && n.Incident != "" {
		return message.Record{Unread: quarantine.Failf(quarantine.Unavailable, "%d earlier attempts to tell this have failed, so it was not read again", n.Retry)}
	}
	return message.Read(ctx, h.Clock, h.Ledger, n)
}

// blindFrom is the retry from which on a message is made without the ledger.
const blindFrom = 3

// accusing is the news with as much of the finding as can be read of an event that
// could not be judged.
func accusing(n quarantine.News) quarantine.News {
	if n.Triage != nil || len(n.Event) == 0 {
		return n
	}
	f := guardduty.Skim(n.Event)
	if f.Type == "" && len(f.Instances) == 0 {
		return n
	}
	n.Triage = &quarantine.Triage{Finding: f, Resources: f.Resources()}
	return n
}

func (h *Handler) log() *slog.Logger {
	if h.Log == nil {
		return slog.Default()
	}
	return h.Log
}
