package uninstall

import (
	"context"
	"errors"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// deleteStack deletes the stack and follows the deletion to its end. If a deletion is
// in progress already, it follows that one.
func (r *run) deleteStack(ctx context.Context) error {
	if r.stackGone {
		return nil
	}
	id := r.plan.Stack.ID
	now, err := r.Stacks.Stack(ctx, id)
	if err != nil {
		return r.goneMeanwhile(err)
	}
	d := &deletion{run: r, id: id, failed: map[string]cloudformation.Event{}}
	if now.Status != cloudformation.DeleteInProgress {
		if now.Status == cloudformation.DeleteFailed {
			// Skip the events of the previous attempt.
			if d.seen, err = d.last(ctx); err != nil {
				return err
			}
		}
		r.say("deleting stack %s", r.Stack)
		if err := r.Stacks.Delete(ctx, id); err != nil {
			return err
		}
	}
	return d.follow(ctx)
}

// goneMeanwhile treats a stack that does not exist any more as deleted.
func (r *run) goneMeanwhile(err error) error {
	if _, none := errors.AsType[*cloudformation.NoStackError](err); !none {
		return err
	}
	r.stackGone, r.report.StackStatus = true, cloudformation.DeleteComplete
	return nil
}

// deletion is the deletion of a stack that is being followed.
type deletion struct {
	*run
	id     string
	seen   string // the id of the last event that was reported
	broken bool   // an event of the stack says that this deletion failed
	failed map[string]cloudformation.Event
}

// last is the id of the last event.
func (d *deletion) last(ctx context.Context) (string, error) {
	events, err := d.Stacks.DeletionEvents(ctx, d.id, "")
	if err != nil || len(events) == 0 {
		return "", err
	}
	return events[len(events)-1].ID, nil
}

// patience is the number of successive looks that may fail with a temporary error.
const patience = 24

// follow reports events until the deletion is over. Temporary errors, such as
// throttling, do not end it soon, because CloudFormation continues anyway. Right after
// a new attempt started, the status can still be that of the previous one.
func (d *deletion) follow(ctx context.Context) error {
	for missed := 0; ; {
		status, err := d.look(ctx)
		if missed++; err == nil {
			missed = 0
		}
		switch {
		case err != nil && (!quarantine.Passes(err) || ctx.Err() != nil || missed >= patience):
			return d.goneMeanwhile(err)
		case status == cloudformation.DeleteComplete:
			d.stackGone, d.report.StackStatus = true, status
			return nil
		case status == cloudformation.DeleteFailed && d.broken:
			d.report.StackStatus = status
			return d.failure()
		}
		if err := d.Clock.Sleep(ctx, lookEvery); err != nil {
			return err
		}
	}
}

// look reports the events since the last look. It reads the status before the events,
// so that the events include those of the final status.
func (d *deletion) look(ctx context.Context) (string, error) {
	now, err := d.Stacks.Stack(ctx, d.id)
	if err != nil {
		return "", err
	}
	events, err := d.Stacks.DeletionEvents(ctx, d.id, d.seen)
	if err != nil {
		return "", err
	}
	for _, e := range events {
		d.seen = e.ID
		d.tell(e)
	}
	return now.Status, nil
}

func (d *deletion) tell(e cloudformation.Event) {
	if e.PhysicalID == d.id {
		d.broken = e.Status == cloudformation.DeleteFailed
		return
	}
	switch e.Status {
	case cloudformation.DeleteFailed:
		d.failed[e.LogicalID] = e
		d.say("%s %s %s: %s", e.Status, e.LogicalID, e.Type, e.Reason)
	case cloudformation.DeleteComplete, cloudformation.DeleteSkipped:
		delete(d.failed, e.LogicalID)
		d.say("%s %s %s", e.Status, e.LogicalID, e.Type)
	}
}

// failure is the error with the resources that were not deleted, and the reasons.
func (d *deletion) failure() error {
	out := &DeletionError{Stack: d.Stack, At: d.At}
	for _, e := range sorted(d.failed) {
		out.Failed = append(out.Failed, Undeleted{
			Resource: cloudformation.Resource{LogicalID: e.LogicalID, PhysicalID: e.PhysicalID, Type: e.Type, Status: e.Status},
			Reason:   strings.TrimSpace(e.Reason),
		})
	}
	return out
}
