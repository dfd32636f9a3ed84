// Package approval puts questions to people and takes their answers: through a
// signed link to a page, through Slack's buttons, or from the command line.
//
// [Asker] asks, [Server] is the page, and [Decider] is the one way in which a
// decision is made. The task token that an answer goes to lives in the ledger:
// it is in no link, message, page or log.
package approval

import (
	"context"
	"log/slog"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Bounds of what people say, in characters.
const (
	maxReason   = 500
	maxIdentity = 300
)

// Decider makes decisions, whichever way they come in: one conditional write,
// and then the state machine is told.
//
// IAM actions: dynamodb:UpdateItem and dynamodb:GetItem on the ledger's table;
// states:SendTaskSuccess on the state machines that ask.
type Decider struct {
	Approvals quarantine.Approvals
	Tasks     quarantine.Tasks
	Clock     quarantine.Clock
	// Log is told of every attempt, with who made it and what came of it; nil
	// is slog.Default.
	Log *slog.Logger
}

// Decide records a decision, if none is on record yet, and hands it over. What
// is in w.At is not looked at: the decider's clock counts.
//
// Where a decision is on record that the state machine does not have, it is
// handed over, whoever asks: so an attempt that stopped half-way is mended by
// the next.
//
// Errors: BadRequest if w does not say who decides; RequestGone; AlreadyDecided
// if another decision counts; RequestTooLate; TaskGone if the decision is on
// record, but nothing waits for it any more; AccessDenied; Throttled;
// Unavailable. The request as it is then is returned with every error that
// comes after it was read: its Decision tells whether one is on record.
func (d *Decider) Decide(ctx context.Context, id string, w quarantine.Decision) (quarantine.ApprovalRequest, error) {
	w.By, w.Reason = message.Clean(w.By, maxIdentity), message.Clean(w.Reason, maxReason)
	w.At = d.Clock.Now().UTC().Truncate(time.Millisecond) // what the ledger keeps
	r, err := d.decide(ctx, id, w)
	d.tell(ctx, id, w, r, err)
	return r, err
}

func (d *Decider) decide(ctx context.Context, id string, w quarantine.Decision) (quarantine.ApprovalRequest, error) {
	if w.By == "" || w.Via == "" {
		return quarantine.ApprovalRequest{}, quarantine.Failf(quarantine.BadRequest, "a decision needs to say who made it, and how")
	}
	r, err := d.Approvals.Decide(ctx, id, w)
	if quarantine.Is(err, quarantine.AlreadyDecided) && same(r.Decision, w) {
		err = nil // our own write, whose answer was lost and which was then repeated
	}
	if r.Decision == nil || r.Delivered {
		return r, err
	}
	handed, failed := d.deliver(ctx, r)
	if failed != nil {
		return handed, failed
	}
	return handed, err
}

func same(recorded *quarantine.Decision, w quarantine.Decision) bool {
	return recorded != nil && recorded.At.Equal(w.At) &&
		recorded.By == w.By && recorded.Via == w.Via && recorded.Approve == w.Approve && recorded.Reason == w.Reason
}

// deliver hands the recorded decision to the state machine.
func (d *Decider) deliver(ctx context.Context, r quarantine.ApprovalRequest) (quarantine.ApprovalRequest, error) {
	token, err := d.Approvals.Token(ctx, r.ID)
	if err != nil {
		return r, undelivered(r, err)
	}
	if token == "" { // another caller delivered it first
		r.Delivered = true
		return r, nil
	}
	err = d.Tasks.Succeed(ctx, token, *r.Decision)
	if quarantine.Is(err, quarantine.TaskGone) && d.deliveredMeanwhile(ctx, r.ID) {
		err = nil
	} else if err != nil {
		return r, undelivered(r, err)
	} else if err := d.Approvals.Delivered(ctx, r.ID); err != nil {
		// Whoever tries again will be told that nothing waits for it, which is so.
		d.log().WarnContext(ctx, "the state machine has the decision, but that could not be noted",
			"request", r.ID, "error", err.Error())
	}
	r.Delivered = true
	return r, err
}

func undelivered(r quarantine.ApprovalRequest, err error) error {
	name, hint := quarantine.NameOf(err), "decide again, in whatever way, to hand it over"
	if name == quarantine.TaskGone {
		hint = "nothing waits for it any more"
	}
	return quarantine.Failf(name, "the decision is on record (%s by %s), but %s: %w", r.Status, r.Decision.By, hint, err)
}

// Whoever clicks twice is two who hand over the same decision at once. The
// slower one is told that the task is gone, and gives the quicker one this
// long to note that it was.
const (
	looks = 4
	pause = 250 * time.Millisecond
)

func (d *Decider) deliveredMeanwhile(ctx context.Context, id string) bool {
	for range looks {
		r, err := d.Approvals.Request(ctx, id)
		if err == nil && r.Delivered {
			return true
		}
		if d.Clock.Sleep(ctx, pause) != nil {
			return false
		}
	}
	return false
}

// tell logs an attempt. The reason is the person's own text, and stays in the ledger.
func (d *Decider) tell(ctx context.Context, id string, w quarantine.Decision, r quarantine.ApprovalRequest, err error) {
	level, outcome, detail := slog.LevelInfo, "decided", ""
	if err != nil {
		level, outcome, detail = slog.LevelWarn, quarantine.NameOf(err), err.Error()
	}
	d.log().Log(ctx, level, "somebody decided", "request", message.Clean(id, maxIdentity), "incident", r.Incident,
		"by", w.By, "via", w.Via, "approve", w.Approve, "outcome", outcome, "delivered", r.Delivered, "error", detail)
}

func (d *Decider) log() *slog.Logger { return logger(d.Log) }

func logger(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.Default()
	}
	return l
}
