// Package contain has an instance contained by one measure in place of the cut, where the policy
// wants its neighbours spared. What the measure does is in its folder; how the incident goes on
// from there is as after a cut.
package contain

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Handler is a measures function that can contain by what it holds, too: of one group alone, for
// it marks incidents as contained.
//
// Everything can be repeated at any point, by a retry or by another execution.
//
// IAM actions: ec2:DescribeInstances, dynamodb:GetItem, dynamodb:Query, dynamodb:UpdateItem,
// dynamodb:PutItem, dynamodb:ConditionCheckItem, and those of its measures.
//
// Failures: those of [measures.Handler], and InstanceGone, IncidentReleased and BrakeTripped, which
// are permanent. After BrakeTripped nothing was changed: the measure cannot hold all of the
// instance, and a person is asked.
type Handler struct {
	measures.Handler
	Instances quarantine.Instances
	Contained Contained
	Meter     quarantine.Meter
}

// Contained is the part of the ledger that a containment writes. See [quarantine.Quarantines].
type Contained interface {
	Contained(ctx context.Context, c quarantine.Claim, f quarantine.Finding, v quarantine.Verdict, done quarantine.Containment) (first bool, err error)
}

// Request is the function's input.
type Request struct {
	measures.Request
	// Why says why the measure is in place of the cut.
	Why string `json:"why"`
}

// Handle contains, or does what a measures function does. See Handler for the failures.
func (h *Handler) Handle(ctx context.Context, in Request) (any, error) {
	if in.Action != measures.Contain {
		return h.Handler.Handle(ctx, in.Request)
	}
	done, first, err := h.contain(ctx, in)
	h.Meter.Isolation(in.Finding, done, first, err)
	return done, err
}

// containment is one invocation at work.
type containment struct {
	*Handler
	in     Request
	engine measure.Engine
}

func (h *Handler) containment(in Request) (*containment, error) {
	at := slices.IndexFunc(h.Measures, func(m measure.Measure) bool { return m.Info().Name == in.Measure })
	switch claim := in.Claim; {
	case claim.Incident == "" || claim.Owner == "" || claim.Resource.ID == "" || in.Execution.ID == "":
		return nil, quarantine.Failf(quarantine.BadRequest,
			"the claim needs incident, owner and resource, and the request its execution; the state machine takes them from the lock")
	case at < 0 || h.Measures[at].Info().Kind != claim.Resource.Kind || len(h.Measures[at].Info().Alone) == 0:
		return nil, quarantine.Failf(quarantine.BadRequest, "this function does not contain resources of kind %q by the measure %q", claim.Resource.Kind, in.Measure)
	}
	return &containment{Handler: h, in: in, engine: measure.Engine{
		Measure: h.Measures[at], Ledger: h.Ledger, Clock: h.Clock, Writer: measure.NewWriter(),
	}}, h.Accounts.Reach(in.Claim.Resource)
}

// contain tells whether the instance was not contained before, too.
func (h *Handler) contain(ctx context.Context, in Request) (done quarantine.Containment, first bool, err error) {
	c, err := h.containment(in)
	if err != nil {
		return done, false, err
	}
	if err := c.admissible(ctx); err != nil {
		return done, false, err
	}
	held, err := c.engine.Apply(ctx, in.Claim)
	if err == nil {
		err = c.whole(held)
	}
	if err != nil {
		return done, false, err
	}
	instance, err := c.covered(ctx, held.Things)
	if err != nil {
		return done, false, err
	}
	return c.record(ctx, instance, held.Things)
}

// record puts on record what the read-back shows.
func (c *containment) record(ctx context.Context, instance quarantine.Instance, things []quarantine.Hold) (done quarantine.Containment, first bool, err error) {
	done = quarantine.Containment{
		Incident: c.in.Claim.Incident, Instance: instance, ContainedAt: c.Clock.Now().UTC(), Subnets: []quarantine.Quarantine{},
		By: c.in.Measure, Things: things, RemainsOpen: c.engine.Measure.Info().StaysOpenAlone(), Warnings: measure.EndedByGroup(instance),
	}
	if c.in.Why != "" {
		done.Warnings = append([]string{c.in.Why}, done.Warnings...)
	}
	if err := c.Ledger.Append(ctx, done.Incident, c.event(done)); err != nil {
		return quarantine.Containment{}, false, err
	}
	if first, err = c.Contained.Contained(ctx, c.in.Claim, c.in.Finding, c.in.Verdict, done); err != nil {
		return quarantine.Containment{}, false, fmt.Errorf("the measure %s holds, as read back, but the ledger was not told: %w", c.in.Measure, err)
	}
	return done, first, nil
}

// event is the containment in the incident's time series.
func (c *containment) event(done quarantine.Containment) quarantine.Event {
	var shown []string
	for _, t := range done.Things {
		s := c.engine.Measure.Info().Standing(t, done.Incident, func(at time.Time) string { return at.UTC().Format("15:04:05 UTC") })
		shown = append(shown, s.Thing+" "+strings.Join(s.Clauses(), ", "))
	}
	return quarantine.Event{
		At: done.ContainedAt, Kind: quarantine.EventContained, By: c.in.Claim.Owner, ID: c.in.Execution.Name,
		Text: fmt.Sprintf("%s contained by %s alone, its subnets are not cut: %s (%s, score %d)",
			done.Instance.ID, done.By, strings.Join(shown, "; "), c.in.Finding.Type, c.in.Verdict.Score),
	}
}
