// Package contain has incidents contained by one measure: by the cut of a kind of resource or, where
// the policy wants the neighbours of an instance spared, by one in place of the cut. What the measure
// does is in its folder; how the incident goes on from there is as after a cut of subnets.
package contain

import (
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Handler is a measures function that contains by what it holds, too, as isolate contains by subnets:
// of few groups, for it marks incidents as contained.
//
// Everything can be repeated at any point, by a retry or by another execution.
//
// IAM actions: ec2:DescribeInstances, dynamodb:GetItem, dynamodb:Query, dynamodb:UpdateItem,
// dynamodb:PutItem, dynamodb:ConditionCheckItem, and those of its measures.
//
// Failures: those of [measures.Handler]; InstanceGone, ThingGone, UserExempt, BrakeTripped, Observed and
// IncidentReleased are permanent, too. After BrakeTripped, Observed and UserExempt nothing was changed.
type Handler struct {
	measures.Handler
	Incidents Incidents
	// Brake counts what is cut; nil where isolate has counted it before.
	Brake Brake
	// Instances describes the instance that a measure contains in place of the cut; nil where none does.
	Instances quarantine.Instances
	Meter     quarantine.Meter
}

// Incidents is the part of the ledger that says what is contained. See [quarantine.Quarantines].
type Incidents interface {
	Contained(ctx context.Context, c quarantine.Claim, f quarantine.Finding, v quarantine.Verdict, done quarantine.Containment) (first bool, err error)
}

// Brake is the part of the ledger that counts. See [quarantine.Quarantines].
type Brake interface {
	CountIsolation(ctx context.Context, i quarantine.Isolation) (others []string, err error)
	LookIsolation(ctx context.Context, i quarantine.Isolation) (others []string, err error)
}

// Request is the function's input: as isolate is asked.
type Request struct {
	// With the action contain, a measure that it names is in place of the cut of the resource's kind.
	measures.Request
	Finding quarantine.Finding    `json:"finding,omitzero"`
	Verdict quarantine.Verdict    `json:"verdict,omitzero"`
	Exempt  quarantine.Exemptions `json:"exempt,omitzero"`
	Limits  quarantine.Limits     `json:"limits,omitzero"`
	// Approved says that a person has approved this cut: the brake counts it, and does not hold it.
	Approved bool `json:"approved,omitempty"`
	// Why says why a measure is in place of the cut.
	Why string `json:"why,omitempty"`
}

// Handle contains, and is answered with a quarantine.Containment; or it observes, and is answered with
// a quarantine.Observation; or it does what a measures function does. See Handler for the failures.
func (h *Handler) Handle(ctx context.Context, in Request) (any, error) {
	switch in.Action {
	case measures.Contain:
	case measures.Observe:
		return h.observe(ctx, in)
	default:
		return h.Handler.Handle(ctx, in.Request)
	}
	done, first, err := h.contain(ctx, in)
	h.Meter.Isolation(in.Finding, done, first, err)
	return done, err
}

// containment is one invocation at work.
type containment struct {
	*Handler
	in       Request
	engine   *measure.Engine
	warnings []string // for people, whatever else comes of it
}

// contain tells whether the incident was not contained before, too.
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
	return c.record(ctx, instance, held)
}

// inPlace tells whether the measure is in place of the cut, and no cut itself.
func (c *containment) inPlace() bool { return c.in.Measure != "" }

func (c *containment) info() measure.Info { return c.engine.Measure.Info() }

// containment chooses the measure, and refuses a claim that this function must not touch.
func (h *Handler) containment(in Request) (*containment, error) {
	kind := in.Claim.Resource.Kind
	at := slices.IndexFunc(h.Measures, func(m measure.Measure) bool {
		info := m.Info()
		if in.Measure == "" {
			return info.Cut && info.Kind == kind
		}
		return info.Name == in.Measure && info.Kind == kind && len(info.Alone) > 0
	})
	switch {
	case at < 0 && in.Measure == "":
		return nil, quarantine.Failf(quarantine.BadRequest,
			"this function cuts no resource of kind %q: the group of measures that does is not deployed", kind)
	case at < 0:
		return nil, quarantine.Failf(quarantine.BadRequest, "this function does not contain resources of kind %q by the measure %q", kind, in.Measure)
	}
	c := &containment{Handler: h, in: in, engine: h.EngineOf(h.Measures[at])}
	return c, h.CheckClaim(in.Request, c.info())
}
