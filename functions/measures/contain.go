package measures

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Cutter is the measures function of a group that has the cut of a kind of resource: asked to, it
// contains an incident by that, as isolate contains one of an instance. Otherwise it is a Handler.
//
// Everything can be repeated at any point, by a retry or by another execution.
//
// IAM actions: dynamodb:GetItem, dynamodb:Query, dynamodb:UpdateItem, dynamodb:PutItem,
// dynamodb:ConditionCheckItem, and those of its measures.
//
// Failures: those of a Handler; UserExempt, ThingGone, BrakeTripped and IncidentReleased are
// permanent, too. After BrakeTripped and UserExempt nothing was changed.
type Cutter struct {
	Handler
	Incidents Incidents
	Meter     quarantine.Meter
}

// Incidents is the part of the ledger that says what is contained. See quarantine.Quarantines.
type Incidents interface {
	CountIsolation(ctx context.Context, i quarantine.Isolation) (others []string, err error)
	Contained(ctx context.Context, c quarantine.Claim, f quarantine.Finding, v quarantine.Verdict, done quarantine.Containment) (first bool, err error)
}

// Handle is answered with a quarantine.Containment, or with a measure.Result as a Handler is. See
// Cutter for the failures.
func (c *Cutter) Handle(ctx context.Context, in Request) (any, error) {
	if in.Action != Contain {
		return c.Handler.Handle(ctx, in)
	}
	done, first, err := c.contain(ctx, in)
	c.Meter.Isolation(in.Finding, done, first, err)
	return done, err
}

// containment is one invocation that contains an incident by the cut of its kind of resource.
type containment struct {
	*Cutter
	in       Request
	cut      *measure.Engine
	warnings []string // for people, whatever else comes of the cut
}

// contain takes the cut of the resource's kind, and puts on record that the incident is contained
// once that was read back. It tells whether it was not before.
func (c *Cutter) contain(ctx context.Context, in Request) (done quarantine.Containment, first bool, err error) {
	i := &containment{Cutter: c, in: in}
	if i.cut, err = c.cutOf(in.Claim.Resource.Kind); err != nil {
		return done, false, err
	}
	if err = c.checkClaim(in, i.cut.Measure.Info()); err != nil {
		return done, false, err
	}
	if err = i.admissible(ctx); err != nil {
		return done, false, err
	}
	taken, err := i.cut.Apply(ctx, in.Claim)
	if err != nil {
		return done, false, err
	}
	if err = i.whole(taken); err != nil {
		return done, false, err
	}
	return i.conclude(ctx, taken)
}

// cutOf is the cut of a kind of resource, if this function takes it.
func (c *Cutter) cutOf(kind quarantine.Kind) (*measure.Engine, error) {
	i := slices.IndexFunc(c.Measures, func(m measure.Measure) bool { return m.Info().Cut && m.Info().Kind == kind })
	if i < 0 {
		return nil, quarantine.Failf(quarantine.BadRequest,
			"this function cuts no resource of kind %q: the group of measures that does is not deployed", kind)
	}
	return c.engineOf(c.Measures[i]), nil
}

// admissible refuses what the policy exempts, as AWS shows it now, and what is beyond its limit.
func (c *containment) admissible(ctx context.Context) error {
	if guarded, is := c.cut.Measure.(measure.Guarded); is {
		if err := guarded.Admissible(ctx, c.in.Claim.Resource, c.in.Exempt); err != nil {
			return err
		}
	}
	return c.brake(ctx)
}

// brakeTime is how long a cut waits for its count.
const brakeTime = time.Second

// brake refuses a cut beyond the policy's limit of an hour, while nothing is changed. If the count
// fails, the cut goes on. Only the limit of the account is of things that are in no VPC.
func (c *containment) brake(ctx context.Context) error {
	counting, cancel := context.WithTimeout(ctx, brakeTime)
	defer cancel()
	_, err := c.Incidents.CountIsolation(counting, quarantine.Isolation{
		Resource: c.in.Claim.Resource, At: c.Clock.Now(), Approved: c.in.Approved,
		Limits: quarantine.Limits{AccountPerHour: c.in.Limits.AccountPerHour},
	})
	reached, limited := errors.AsType[*quarantine.LimitReached](err)
	if err != nil && !limited {
		c.warnings = append(c.warnings, "the brake could not be consulted: "+err.Error())
	}
	if !limited {
		return nil
	}
	begun, err := c.begun(ctx)
	if err != nil || begun {
		return err
	}
	return quarantine.Failf(quarantine.BrakeTripped, "the brake holds this cut: %s. Nothing was changed for it, and a person is asked", reached)
}

// begun tells whether an earlier attempt at this incident holds anything.
func (c *containment) begun(ctx context.Context) (bool, error) {
	in, err := c.Ledger.Incident(ctx, c.in.Claim.Incident)
	if quarantine.Is(err, quarantine.BadRequest) {
		return false, nil // nothing is on record of it yet
	}
	return len(in.Held()) > 0, err
}

// whole tells whether everything that was found is cut, as read back: if not, nothing is claimed.
func (c *containment) whole(taken measure.Result) error {
	what, left := c.in.Claim.Resource.ID, strings.Join(taken.Left, "; ")
	switch {
	case taken.Status == measure.Superseded:
		return quarantine.Failf(quarantine.LockLost, "another execution has incident %s now, or its release has begun", c.in.Claim.Incident)
	case taken.Status == measure.Pending:
		return quarantine.Failf(quarantine.Contended, "%s is not settled: another execution is at it, or one look has to be settled by a second", what)
	case len(taken.Things) == 0:
		return quarantine.Failf(quarantine.NotSupported, "%s is not cut: %s", what, left)
	}
	for _, h := range taken.Things {
		for _, p := range h.Parts {
			if p.Refused != "" {
				return quarantine.Failf(quarantine.NotSupported, "%s is not cut: %s", h.Thing, p.Refused)
			}
		}
		if !measure.Closed(h) {
			return quarantine.Failf(quarantine.ThingGone, "%s is not cut, and nothing can be: %s", h.Thing, left)
		}
	}
	return nil
}

// conclude puts on record what was read back.
func (c *containment) conclude(ctx context.Context, taken measure.Result) (done quarantine.Containment, first bool, err error) {
	info, claim := c.cut.Measure.Info(), c.in.Claim
	done = quarantine.Containment{
		Incident: claim.Incident, Subnets: []quarantine.Quarantine{}, Things: taken.Things, ContainedAt: c.Clock.Now().UTC(),
		Warnings: c.warnings, RemainsOpen: measure.StaysOpen(info.Kind, []measure.Info{info}),
	}
	err = c.Ledger.Append(ctx, claim.Incident, quarantine.Event{
		At: done.ContainedAt, Kind: quarantine.EventContained, By: claim.Owner, ID: c.in.Execution.Name,
		Text: fmt.Sprintf("%s (%s, score %d)", words(info, claim.Incident, taken), c.in.Finding.Type, c.in.Verdict.Score),
	})
	if err != nil {
		return quarantine.Containment{}, false, err
	}
	if first, err = c.Incidents.Contained(ctx, claim, c.in.Finding, c.in.Verdict, done); err != nil {
		return quarantine.Containment{}, false, fmt.Errorf("%s is cut and read back, but the ledger was not told: %w", claim.Resource.ID, err)
	}
	return done, first, nil
}
