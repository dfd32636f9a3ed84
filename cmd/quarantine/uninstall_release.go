package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// releaser releases as quarantine release does.
type releaser struct{ c *onCall }

// answered is how long a release may take that a question's answer has set off.
const answered = 2 * time.Minute

// Release decides what people are being asked about the incident, and releases it.
func (r releaser) Release(ctx context.Context, in quarantine.Incident, machine, reason string) error {
	c := r.c.at(r.c.Table) // as it is by now
	goesOn, err := c.answer(ctx, in.Pending(), reason)
	if err != nil || in.Status == "" {
		return err // nothing was cut: what was asked is denied
	}
	if goesOn {
		if done, err := c.releasedWithin(ctx, in.ID, answered); done || err != nil {
			return err
		}
	}
	_, last, err := c.runRelease(ctx, machine, machine == "", order{incident: in.ID, reason: reason})
	if err != nil {
		return err
	}
	return outcomeOf("the release", last)
}

// answer decides each question as whoever releases everything means it: to
// release yes, to cut no. It tells whether an execution goes on to release.
// Where nothing waits for an answer any more, there is nobody to tell.
func (c *onCall) answer(ctx context.Context, questions []quarantine.ApprovalRequest, reason string) (goesOn bool, err error) {
	decider := &approval.Decider{Approvals: c.ledger, Tasks: sfn.New(c.aws.sfn), Clock: quarantine.SystemClock{}, Log: slog.New(slog.DiscardHandler)}
	for _, q := range questions {
		yes := q.Purpose == quarantine.PurposeRelease
		_, err := decider.Decide(ctx, q.ID, quarantine.Decision{Approve: yes, By: c.aws.identity, Via: "cli", Reason: reason})
		switch quarantine.NameOf(err) {
		case "":
			goesOn = goesOn || yes
		case quarantine.TaskGone, quarantine.RequestGone, quarantine.RequestTooLate, quarantine.AlreadyDecided:
		default:
			return false, fmt.Errorf("question %s could not be decided: %w", q.ID, err)
		}
	}
	return goesOn, nil
}

// releasedWithin waits for a release that somebody else carries out.
func (c *onCall) releasedWithin(ctx context.Context, incident string, atMost time.Duration) (bool, error) {
	for end := time.Now().Add(atMost); time.Now().Before(end); {
		record, err := c.ledger.Incident(ctx, incident)
		if err != nil || record.Status == quarantine.StatusReleased {
			return err == nil, err
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(pollEvery):
		}
	}
	return false, nil
}
