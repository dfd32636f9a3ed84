package drill

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Create makes the drill's stack, whose instance looks no domains up: no finding of GuardDuty's
// comes of it. Errors: *cloudformation.StackExistsError where one of before stands;
// *UnfinishedError; those of Stacks.
func (d *Drill) Create(ctx context.Context) (cloudformation.Stack, error) {
	d.Say("creating the stack " + d.Stack() + ", with a VPC and an instance of its own; that takes about three minutes")
	id, err := d.Stacks.Create(ctx, d.Stack(), d.Template, map[string]string{"LookupRounds": "0"})
	if err != nil {
		return cloudformation.Stack{}, err
	}
	s, err := d.settled(ctx, id)
	if err == nil && s.Status != cloudformation.CreateComplete {
		err = fmt.Errorf("the stack %s is %s: %s", s.Name, s.Status, s.Reason)
	}
	return s, err
}

// UnfinishedError means that CloudFormation did not come to an end in time.
type UnfinishedError struct {
	Stack, Status string
	After         time.Duration
}

// Error says what still happens.
func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("the stack %s is still %s after %s", e.Stack, e.Status, e.After)
}

// settled waits until CloudFormation does nothing to a stack any more. Temporary errors do not end
// the wait: CloudFormation goes on anyway.
func (d *Drill) settled(ctx context.Context, id string) (cloudformation.Stack, error) {
	began := d.Clock.Now()
	reminded := began
	for {
		s, err := d.Stacks.Stack(ctx, id)
		if err != nil && (!quarantine.Passes(err) || ctx.Err() != nil) {
			return s, err
		}
		if err == nil && !strings.HasSuffix(s.Status, "_IN_PROGRESS") {
			return s, nil
		}
		now := d.Clock.Now()
		if now.Sub(began) >= stackLimit {
			return s, &UnfinishedError{Stack: cloudformation.NameOf(id), Status: s.Status, After: stackLimit}
		}
		if now.Sub(reminded) >= remindEvery {
			reminded = now
			d.Say(fmt.Sprintf("the stack is still %s, after %s", s.Status, now.Sub(began).Round(time.Second)))
		}
		if err := d.Clock.Sleep(ctx, lookEvery); err != nil {
			return s, err
		}
	}
}

// deleteStack deletes the drill's stack, and follows that to its end.
func (d *Drill) deleteStack(ctx context.Context, s cloudformation.Stack) error {
	d.Say("deleting the stack " + s.Name)
	if err := d.Stacks.Delete(ctx, s.ID); err != nil {
		return err
	}
	if err := d.Clock.Sleep(ctx, lookEvery); err != nil { // the status can still be that of before
		return err
	}
	end, err := d.settled(ctx, s.ID)
	if _, gone := errors.AsType[*cloudformation.NoStackError](err); gone || err == nil && end.Status == cloudformation.DeleteComplete {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("the stack %s is %s: %s", s.Name, end.Status, d.whyNotDeleted(ctx, end))
}

// whyNotDeleted are the reasons that CloudFormation gives.
func (d *Drill) whyNotDeleted(ctx context.Context, s cloudformation.Stack) string {
	why := []string{}
	events, err := d.Stacks.DeletionEvents(ctx, s.ID, "")
	for _, e := range events {
		if e.Status == cloudformation.DeleteFailed && e.PhysicalID != s.ID {
			why = append(why, fmt.Sprintf("%s (%s): %s", e.LogicalID, e.Type, e.Reason))
		}
	}
	if err != nil || len(why) == 0 {
		return s.Reason
	}
	return strings.Join(why, "; ")
}
