// Package release ends an incident: on every subnet that no other open incident holds it
// puts back what is on record, leaves alone what others have changed, and claims only what
// it has read back. The further measures are taken back by their own function between its
// steps, and while one still holds something, the incident stays open.
package release

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// lease is how long one invocation keeps the lock. It is longer than the
// function's timeout and the state machine's wait for the next attempt.
const lease = 2 * time.Minute

// Handler is the release function.
//
// Every step can be repeated at any point, by a retry or by another execution,
// with the same outcome; releasing twice is harmless. An isolation that comes at
// any moment wins: what it holds is not released.
//
// IAM actions: ec2:DescribeInstances, ec2:DescribeNetworkAcls, ec2:ReplaceNetworkAclAssociation,
// ec2:DeleteNetworkAcl, dynamodb:GetItem, dynamodb:Query,
// dynamodb:UpdateItem, dynamodb:PutItem, dynamodb:DeleteItem.
//
// Failures: BadRequest, LockLost, NotReleased, NotNarrowed, AccessDenied, InstanceInAnotherAccount
// and InstanceInAnotherRegion are permanent; Throttled,
// Unavailable, Contended and NotVerified pass.
type Handler struct {
	Instances quarantine.Instances // of an incident whose subnets alone are given back
	ACLs      networkacl.Restorer
	Ledger    quarantine.Releases
	Clock     quarantine.Clock
	Log       *slog.Logger
	Meter     quarantine.Meter
}

// The steps of a release. The further measures are taken back between them.
const (
	Begin    = "begin"    // take the lock, and put on record who releases what, and why
	Subnets  = "subnets"  // put back what stood on the subnets
	Conclude = "conclude" // end the incident, unless something of it is still held
	Narrow   = "narrow"   // by itself: give back the subnets alone; the incident goes on
)

// Request is the function's input.
type Request struct {
	Step      string               `json:"step"`
	Incident  string               `json:"incident"`
	Reason    string               `json:"reason"`
	By        string               `json:"by"` // who decided
	Execution quarantine.Execution `json:"execution"`
	// Release is what the step before has answered, and Failures say why measures could
	// not be taken back: of the last step.
	Release  quarantine.Release `json:"release,omitzero"`
	Failures []string           `json:"failures,omitempty"`
	// FalseAlarmUntil says that the incident's findings were false alarms, and until when a
	// person is asked about their types instead of cutting; zero says nothing. Now, or
	// before, ends what was said so.
	FalseAlarmUntil time.Time `json:"falseAlarmUntil,omitzero"`
}

// Handle makes a step of the release. See Handler for the failures.
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
	if record.NeverCut() {
		return quarantine.Release{}, quarantine.Failf(quarantine.BadRequest, "nothing of incident %s was cut: there is nothing to release", in.Incident)
	}
	u := newUndo(h, in, record)
	switch in.Step {
	case Begin:
		return u.begin(ctx)
	case Subnets:
		return u.giveBack(ctx)
	case Conclude:
		return u.conclude(ctx)
	case Narrow:
		return u.narrow(ctx)
	}
	return quarantine.Release{}, quarantine.Failf(quarantine.BadRequest, "%q is no step of a release: begin, subnets, conclude or narrow", in.Step)
}

// over tells whether the incident is released on record: by an earlier attempt of this
// execution, or before it. The lock is free then, or another incident's.
func (u *undo) over() bool { return u.record.Status == quarantine.StatusReleased }

// begin takes the lock and puts on record who releases, and why.
func (u *undo) begin(ctx context.Context) (quarantine.Release, error) {
	if err := u.checkFalseAlarm(); err != nil {
		return quarantine.Release{}, err
	}
	begun := quarantine.Release{Incident: u.record.ID, Resource: u.record.Resource, By: u.in.By, Reason: u.in.Reason, Already: u.over()}
	if u.over() {
		return begun, nil
	}
	if err := u.Ledger.BeginRelease(ctx, u.claim, lease); err != nil {
		return quarantine.Release{}, err
	}
	return begun, u.Ledger.Append(ctx, u.record.ID, u.event(quarantine.EventReleaseBegun, u.Clock.Now().UTC(), "release begun: "+u.in.Reason))
}

// giveBack puts back what stood on the subnets.
func (u *undo) giveBack(ctx context.Context) (quarantine.Release, error) {
	if u.over() {
		return u.repeat(ctx)
	}
	if err := u.Ledger.BeginRelease(ctx, u.claim, lease); err != nil {
		return quarantine.Release{}, err
	}
	if err := u.cut.Apply(ctx); err != nil {
		return quarantine.Release{}, err
	}
	return u.warned(u.report()), nil
}

// conclude puts on record what became of everything, and frees the lock. Only then are the
// originals of the subnets cleared: while they are on record, a retry finds what is left to
// restore and to report.
func (u *undo) conclude(ctx context.Context) (quarantine.Release, error) {
	done := u.in.Release
	if done.Incident != u.record.ID {
		return quarantine.Release{}, quarantine.Failf(quarantine.BadRequest, "the release to conclude is of incident %q, not of %s", done.Incident, u.record.ID)
	}
	done.Things = things(u.record)
	if u.over() {
		if err := u.callFalseAlarm(ctx, &done); err != nil {
			return quarantine.Release{}, err
		}
		return done, u.forget(ctx, done)
	}
	if err := u.Ledger.BeginRelease(ctx, u.claim, lease); err != nil {
		return quarantine.Release{}, err
	}
	if err := u.unreleased(); err != nil {
		return quarantine.Release{}, err
	}
	// Before the lock is free, so that no finding passes between.
	err := u.callFalseAlarm(ctx, &done)
	if err == nil {
		err = u.Ledger.Append(ctx, u.record.ID, u.event(quarantine.EventReleased, done.ReleasedAt, tell("released", done)))
	}
	if err == nil {
		err = u.Ledger.Released(ctx, u.claim, done)
	}
	if err == nil {
		u.measure(done)
		err = u.forget(ctx, done)
	}
	if err != nil {
		return quarantine.Release{}, fmt.Errorf("everything is released and read back, but the ledger was not told everything: %w", err)
	}
	return done, nil
}

// unreleased refuses to end an incident of which something is still held by a measure
// beyond the subnets, with why that is so.
func (u *undo) unreleased() error {
	var held []string
	for _, h := range u.record.HeldFurther() {
		held = append(held, h.Thing+" ("+h.Measure+")")
	}
	if len(held) == 0 {
		return nil
	}
	why := "release again to see why"
	if len(u.in.Failures) > 0 {
		why = strings.Join(u.in.Failures, "; ")
	}
	return quarantine.Failf(quarantine.NotReleased, "incident %s stays open: it still holds %s. %s", u.record.ID, strings.Join(held, ", "), why)
}

// things says what became of what the further measures held.
func things(record quarantine.Incident) []quarantine.ReleasedThing {
	var out []quarantine.ReleasedThing
	for _, h := range record.Holds {
		if h.Measure != quarantine.MeasureCut && h.Outcome != quarantine.LeftOpen {
			out = append(out, quarantine.ReleasedThing{Measure: h.Measure, Thing: h.Thing, Outcome: h.Outcome, Note: h.Note})
		}
	}
	return out
}

// measure counts a release that has restored something that was cut, when it is on record as
// released: an attempt after that finds it so, and does not count it again.
func (u *undo) measure(done quarantine.Release) {
	subnets := slices.ContainsFunc(done.Subnets, func(s quarantine.ReleasedSubnet) bool {
		return s.Outcome == quarantine.Restored || s.Outcome == quarantine.RestoredDefault
	})
	if subnets || slices.ContainsFunc(done.Things, func(t quarantine.ReleasedThing) bool {
		return t.Outcome == quarantine.Restored && register.Named(t.Measure).Cut
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
