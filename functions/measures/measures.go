// Package measures takes measures, and takes them back: one measure an invocation, on everything
// of the incident's resource. functions/measures/contain contains incidents by one, too.
// What each does is in its folder below internal/measure; how they do it, whoever else is at the
// same things, is the protocol's.
package measures

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Handler is the measures function. Each group of services has one of its own, with a role
// that reaches that group alone.
//
// Everything can be repeated at any point, by a retry or by another execution.
//
// IAM actions: dynamodb:GetItem, dynamodb:Query, dynamodb:UpdateItem, dynamodb:PutItem,
// dynamodb:ConditionCheckItem, and those of its measures.
//
// Failures: BadRequest, LockLost, NotReleased, NameTaken, NotSupported, QuotaReached,
// AccessDenied, InstanceInAnotherAccount and InstanceInAnotherRegion are permanent; Throttled,
// Unavailable, Contended and NotVerified pass.
type Handler struct {
	Accounts Accounts
	Measures []measure.Measure
	Ledger   quarantine.Holds
	Clock    quarantine.Clock
}

// Accounts tells which resources can be changed. Errors: InstanceInAnotherAccount;
// InstanceInAnotherRegion.
type Accounts interface {
	Reach(r quarantine.Resource) error
}

// What a request asks for.
const (
	Apply   = "apply"
	Undo    = "undo"
	Contain = "contain" // the incident: functions/measures/contain
	Observe = "observe" // likewise: what would become of it is read, and nothing is changed
)

// Request is the function's input.
type Request struct {
	Action  string `json:"action"`  // apply, undo, contain or observe
	Measure string `json:"measure"` // of the first two
	// Claim says for which incident. Of an undo it needs the incident alone; the resource is
	// the ledger's.
	Claim     quarantine.Claim     `json:"claim"`
	Execution quarantine.Execution `json:"execution"`
	// Things, if there are any, are those that it is taken on, of an apply: the watch names what
	// it has found, for a person may want the others left.
	Things []string `json:"things,omitempty"`
}

// Handle takes the measure, or takes it back. See Handler for the failures.
func (h *Handler) Handle(ctx context.Context, in Request) (measure.Result, error) {
	if in.Claim.Incident == "" || in.Execution.ID == "" || in.Measure == "" || in.Action != Apply && in.Action != Undo {
		return measure.Result{}, quarantine.Failf(quarantine.BadRequest, "a measure needs action, name, claim and execution: say what is done for which incident")
	}
	if in.Action == Undo && !h.takes(in.Measure) {
		return h.undoNothing(ctx, in)
	}
	e, err := h.engine(in)
	if err != nil {
		return measure.Result{}, err
	}
	if in.Action == Undo {
		return h.undo(ctx, e, in)
	}
	if err := h.CheckClaim(in, e.Measure.Info()); err != nil {
		return measure.Result{}, err
	}
	e.Only = in.Things
	done, err := e.Apply(ctx, in.Claim)
	if err == nil && done.Status == measure.Done {
		err = h.tell(ctx, in, quarantine.EventMeasure, Words(e.Measure.Info(), in.Claim.Incident, done))
	}
	if err == nil && done.Status == measure.Done {
		err = missed(in, done)
	}
	return done, err
}

// missed says which of the things that were asked for the measure was not taken on, as it does not
// find them: an interface that is another instance's now. The watch would call them put right.
func missed(in Request, done measure.Result) error {
	var names []string
	for _, name := range in.Things {
		if !slices.ContainsFunc(done.Things, func(h quarantine.Hold) bool { return h.Thing == name }) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return quarantine.Failf(quarantine.NotSupported, "%s was not taken on %s: that is not found as the resource's any more, and stays as it is",
		in.Measure, strings.Join(names, ", "))
}

// CheckClaim refuses a claim that says too little, or what this function must not or cannot touch.
func (h *Handler) CheckClaim(in Request, m measure.Info) error {
	switch r := in.Claim.Resource; {
	case in.Claim.Incident == "" || in.Execution.ID == "" || r.ID == "" || in.Claim.Owner == "":
		return quarantine.Failf(quarantine.BadRequest, "the claim needs incident, owner and resource; the state machine takes them from the lock")
	case r.Kind != m.Kind:
		return quarantine.Failf(quarantine.BadRequest, "the measure %s is for resources of kind %s, not %s", m.Name, m.Kind, r.Kind)
	default:
		return h.Accounts.Reach(r)
	}
}

func (h *Handler) takes(name string) bool {
	return slices.ContainsFunc(h.Measures, func(m measure.Measure) bool { return m.Info().Name == name })
}

// undoNothing answers for a measure whose group is not deployed: a release asks for every one that
// there is. What the incident holds by it since the group was there is not let go in silence.
func (h *Handler) undoNothing(ctx context.Context, in Request) (measure.Result, error) {
	record, err := h.Ledger.Incident(ctx, in.Claim.Incident)
	if err != nil {
		return measure.Result{}, err
	}
	out := measure.Result{Measure: in.Measure, Status: measure.Done, Things: []quarantine.Hold{}}
	for _, held := range record.HoldsOf(in.Measure) {
		if held.Outcome == "" {
			return measure.Result{}, quarantine.Failf(quarantine.NotReleased,
				"%s is still held by %s, and no function that takes it back is deployed: deploy its group again, and release again", held.Thing, in.Measure)
		}
		out.Things = append(out.Things, held)
	}
	return out, nil
}

func (h *Handler) engine(in Request) (*measure.Engine, error) {
	for _, m := range h.Measures {
		if m.Info().Name == in.Measure {
			return h.EngineOf(m), nil
		}
	}
	return nil, quarantine.Failf(quarantine.BadRequest, "this function does not take the measure %q", in.Measure)
}

// EngineOf takes a measure by the protocol, as this invocation.
func (h *Handler) EngineOf(m measure.Measure) *measure.Engine {
	return &measure.Engine{Measure: m, Ledger: h.Ledger, Clock: h.Clock, Writer: measure.NewWriter()}
}

func (h *Handler) undo(ctx context.Context, e *measure.Engine, in Request) (measure.Result, error) {
	record, err := h.Ledger.Incident(ctx, in.Claim.Incident)
	if err != nil {
		return measure.Result{}, err
	}
	if err := h.Accounts.Reach(record.Resource); err != nil {
		return measure.Result{}, err
	}
	return e.Undo(ctx, record, in.Execution.ID)
}

// tell puts on record what was done, once an execution and measure.
func (h *Handler) tell(ctx context.Context, in Request, kind quarantine.EventKind, text string) error {
	return h.Ledger.Append(ctx, in.Claim.Incident, quarantine.Event{
		At: h.Clock.Now().UTC(), Kind: kind, By: in.Execution.ID, ID: in.Measure + "-" + in.Execution.Name, Text: text,
	})
}

// Words says in a line what holds now, and what does not.
func Words(m measure.Info, incident string, done measure.Result) string {
	var parts []string
	for _, t := range done.Things {
		s := m.Standing(t, incident, func(at time.Time) string { return at.UTC().Format("15:04:05 UTC") })
		parts = append(parts, s.Thing+" "+strings.Join(s.Clauses(), ", "))
	}
	parts = append(parts, done.Left...)
	if len(parts) == 0 {
		parts = []string{"nothing to do"}
	}
	return m.Name + ": " + strings.Join(parts, "; ")
}
