// Package release lifts the quarantine of an incident: on every subnet that no
// other open incident holds it puts back what is on record, leaves alone what
// others have changed, and claims only what it has read back.
package release

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	// rounds bounds how often one invocation reads EC2 again because another
	// caller changed a subnet at the same moment. The state machine retries beyond that.
	rounds = 6
	// lease is how long one invocation keeps the lock. It is longer than the
	// function's timeout and the state machine's wait for the next attempt.
	lease = 2 * time.Minute
)

// Handler is the release function.
//
// Every step can be repeated at any point, by a retry or by another execution,
// with the same outcome; releasing twice is harmless. An isolation that comes at
// any moment wins: what it holds is not released.
//
// IAM actions: ec2:DescribeNetworkAcls, ec2:ReplaceNetworkAclAssociation,
// ec2:DeleteNetworkAcl, ec2:DeleteTags, dynamodb:GetItem, dynamodb:Query,
// dynamodb:UpdateItem, dynamodb:PutItem, dynamodb:DeleteItem.
//
// Failures: BadRequest, LockLost, AccessDenied, InstanceInAnotherAccount and
// InstanceInAnotherRegion are permanent; Throttled,
// Unavailable, Contended and NotVerified pass.
type Handler struct {
	ACLs   quarantine.Restorer
	Ledger quarantine.Releases
	Clock  quarantine.Clock
	Log    *slog.Logger
	Meter  quarantine.Meter
}

// Request is the function's input.
type Request struct {
	Incident  string               `json:"incident"`
	Reason    string               `json:"reason"`
	By        string               `json:"by"` // who decided
	Execution quarantine.Execution `json:"execution"`
}

// Handle releases the incident. See Handler for the failures.
func (h *Handler) Handle(ctx context.Context, in Request) (quarantine.Release, error) {
	if in.Incident == "" || in.By == "" || in.Reason == "" || in.Execution.ID == "" {
		return quarantine.Release{}, quarantine.Failf(quarantine.BadRequest, "a release needs incident, by, reason and execution: say who releases what, and why")
	}
	// Nothing is done on a lock that may have run out.
	ctx, cancel := context.WithTimeout(ctx, lease)
	defer cancel()
	record, err := h.Ledger.Incident(ctx, in.Incident)
	if err != nil {
		return quarantine.Release{}, err
	}
	if record.Status == "" {
		return quarantine.Release{}, quarantine.Failf(quarantine.BadRequest, "nothing of incident %s was cut: there is nothing to release", in.Incident)
	}
	u := newUndo(h, in, record)
	if record.Status == quarantine.StatusReleased {
		return u.repeat(ctx)
	}
	if err := u.begin(ctx); err != nil {
		return quarantine.Release{}, err
	}
	if err := u.apply(ctx); err != nil {
		return quarantine.Release{}, err
	}
	return u.conclude(ctx)
}

// begin takes the lock and puts on record who releases, and why.
func (u *undo) begin(ctx context.Context) error {
	if err := u.Ledger.BeginRelease(ctx, u.claim, lease); err != nil {
		return err
	}
	return u.Ledger.Append(ctx, u.record.ID, u.event(quarantine.EventReleaseBegun, u.Clock.Now().UTC(), "release begun: "+u.in.Reason))
}

// conclude puts on record what became of each subnet, and frees the lock. Only
// then are the originals cleared: while they are on record, a retry finds what is
// left to restore and to report.
func (u *undo) conclude(ctx context.Context) (quarantine.Release, error) {
	done := u.warned(u.report())
	err := u.Ledger.Append(ctx, u.record.ID, u.event(quarantine.EventReleased, done.ReleasedAt, tell(done)))
	if err == nil {
		err = u.Ledger.Released(ctx, u.claim, done)
	}
	if err == nil {
		u.measure(done)
		err = u.forget(ctx, done)
	}
	if err != nil {
		return quarantine.Release{}, fmt.Errorf("the subnets are released and read back, but the ledger was not told everything: %w", err)
	}
	return done, nil
}

// measure counts a release that has restored something, when it is on record as
// released: an attempt after that finds it so, and does not count it again.
func (u *undo) measure(done quarantine.Release) {
	if slices.ContainsFunc(done.Subnets, func(s quarantine.ReleasedSubnet) bool {
		return s.Outcome == quarantine.Restored || s.Outcome == quarantine.RestoredDefault
	}) {
		u.Meter.Measure(quarantine.Once(quarantine.MetricReleased))
	}
}

// forget clears what is on record of the subnets that were released. One that
// an incident holds again by now stays on record.
func (h *Handler) forget(ctx context.Context, done quarantine.Release) error {
	var steps []func() error
	for _, s := range done.Subnets {
		if s.Outcome == quarantine.StillHeld || s.Outcome == quarantine.AlreadyReleased {
			continue
		}
		q := quarantine.Quarantine{AccountID: done.Resource.AccountID, Region: done.Resource.Region, VPCID: s.VPCID, SubnetID: s.SubnetID}
		steps = append(steps, func() error {
			err := h.Ledger.Forget(ctx, q, done.Incident)
			if quarantine.Is(err, quarantine.Contended) {
				return nil
			}
			return err
		})
	}
	return h.together(steps...)
}

// together runs fns side by side and joins their errors.
func (h *Handler) together(fns ...func() error) error {
	return quarantine.JoinErrors(h.Clock, fns...)
}
