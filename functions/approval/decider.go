// Package approval sends questions to people and receives their answers: through
// a signed link to a page, through Slack's buttons, or from the command line.
//
// [Asker] sends a question, [Server] serves the page, and every decision goes
// through [Decider]. The product stores the task token in the ledger only: it is in no
// link, message, page or log. Step Functions shows it in the execution's history.
package approval

import (
	"context"
	"log/slog"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Maximum lengths of what people enter, in characters.
const (
	maxReason   = 500
	maxIdentity = 300
)

// DecisionLedger is the part of the ledger that Decider uses.
type DecisionLedger interface {
	quarantine.Approvals
	quarantine.Incidents
}

// Decider makes decisions, from whichever channel: it records the decision with
// one conditional write, and then sends it to the state machine.
//
// IAM actions: dynamodb:UpdateItem, dynamodb:GetItem and dynamodb:DeleteItem on the
// ledger's table, and dynamodb:Query to give back subnets alone; states:SendTaskSuccess on
// the state machines that ask.
type Decider struct {
	Approvals DecisionLedger
	Tasks     quarantine.Tasks
	Clock     quarantine.Clock
	// Log gets an entry for every attempt, with the caller and the outcome; nil
	// is slog.Default.
	Log *slog.Logger
}

// Decide records a decision if none is on record, and sends it to the state
// machine. It ignores w.At and uses the decider's clock.
//
// If the ledger has a decision that the state machine does not have, Decide
// sends that one, whoever calls: the next attempt so completes one that stopped
// half-way.
//
// A word to give back the subnets alone is no decision while the incident's record does not
// allow it: the question stays as it is.
//
// Errors: BadRequest if w does not say who decides, or wants the subnets given back by a
// question of another kind; NotNarrowed; RequestGone; AlreadyDecided
// if another decision was recorded first; RequestTooLate; TaskGone if the decision
// is recorded, but no execution waits for it any more; AccessDenied; Throttled;
// Unavailable. Errors that occur after the request was read come with the request
// as it is then: its Decision tells whether a decision is recorded.
func (d *Decider) Decide(ctx context.Context, id string, w quarantine.Decision) (quarantine.ApprovalRequest, error) {
	w.By, w.Reason = message.Clean(w.By, maxIdentity), message.Clean(w.Reason, maxReason)
	w.At = d.Clock.Now().UTC().Truncate(time.Millisecond) // the ledger stores milliseconds
	r, err := d.decide(ctx, id, w)
	d.tell(ctx, id, w, r, err)
	return r, err
}

func (d *Decider) decide(ctx context.Context, id string, w quarantine.Decision) (quarantine.ApprovalRequest, error) {
	if w.By == "" || w.Via == "" {
		return quarantine.ApprovalRequest{}, quarantine.Failf(quarantine.BadRequest, "a decision needs to say who made it, and how")
	}
	if w.Narrow {
		if r, err := d.mayNarrow(ctx, id, w); err != nil {
			return r, err
		}
	}
	r, err := d.Approvals.Decide(ctx, id, w)
	if quarantine.Is(err, quarantine.AlreadyDecided) && same(r.Decision, w) {
		err = nil // this call's own write, repeated after its answer was lost
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

// mayNarrow is nil if the request's incident can be narrowed, as far as the record says, or the
// request is decided by now: then what it was decided is the answer.
func (d *Decider) mayNarrow(ctx context.Context, id string, w quarantine.Decision) (quarantine.ApprovalRequest, error) {
	r, err := d.Approvals.Request(ctx, id)
	if err != nil || r.Status != quarantine.RequestPending {
		return r, err
	}
	if w.Approve || r.Purpose != quarantine.PurposeRelease {
		return r, quarantine.Failf(quarantine.BadRequest, "the subnets are given back by a question whether to release, or everything is; request %s asks whether to %s", id, r.Purpose)
	}
	in, err := d.Approvals.Incident(ctx, r.Incident)
	if err != nil {
		return r, err
	}
	return r, register.CanGiveBack(in, d.Clock.Now())
}

func same(recorded *quarantine.Decision, w quarantine.Decision) bool {
	return recorded != nil && recorded.At.Equal(w.At) &&
		recorded.By == w.By && recorded.Via == w.Via && recorded.Status() == w.Status() && recorded.Reason == w.Reason
}

// deliver sends the recorded decision to the state machine.
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
		// The next attempt gets TaskGone, which is correct.
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

// A double click makes two calls that deliver the same decision at once. The
// slower one gets TaskGone, and waits looks * pause for the faster one to record
// the delivery.
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

// tell logs an attempt, without the reason: that is the person's own text, and stays in the ledger.
func (d *Decider) tell(ctx context.Context, id string, w quarantine.Decision, r quarantine.ApprovalRequest, err error) {
	level, outcome, detail := slog.LevelInfo, "decided", ""
	if err != nil {
		level, outcome, detail = slog.LevelWarn, quarantine.NameOf(err), err.Error()
	}
	d.log().Log(ctx, level, "somebody decided", "request", message.Clean(id, maxIdentity), "incident", r.Incident,
		"by", w.By, "via", w.Via, "approve", w.Approve, "outcome", outcome, "narrow", w.Narrow, "delivered", r.Delivered, "error", detail)
}

func (d *Decider) log() *slog.Logger { return logger(d.Log) }

func logger(l *slog.Logger) *slog.Logger {
	if l == nil {
		return slog.Default()
	}
	return l
}
