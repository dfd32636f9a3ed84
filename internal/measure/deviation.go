package measure

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Rests is what a measure implements whose values rest on something that others can change
// without touching the thing: the rules of a security group.
type Rests interface {
	// Unsound says why what the thing's values rest on does not hold any more, or "". It
	// changes nothing. Marks are the ids by which an event of CloudTrail is known to be about it.
	Unsound(ctx context.Context, h quarantine.Hold) (why string, marks []string, err error)
}

// Equals is what a measure implements of which other values close a thing as tightly.
type Equals interface {
	// AsTight tells whether the thing is closed as tightly as the measure closes it.
	AsTight(ctx context.Context, h quarantine.Hold, now Look) (bool, error)
}

// Deviation says how a thing stands that an incident holds, other than it was put.
type Deviation struct {
	// Kind is how it stands other than it was put, or "".
	Kind quarantine.DriftKind
	// What says so in a few words, and Busy why it cannot be told yet: another execution is at
	// it, or AWS is. The next look tells.
	What, Busy string
	// Gone says that the thing does not exist any more: nothing of it can be open.
	Gone bool
	// Marks are the ids by which an event of CloudTrail is known to be about it.
	Marks []string
}

// Deviates tells how a held thing stands now. It changes nothing. While another execution is at
// the thing, or AWS is carrying a change out, that is not known.
func Deviates(ctx context.Context, m Measure, h quarantine.Hold, at time.Time) (Deviation, error) {
	if h.Writer != "" && at.Before(h.LeaseUntil) {
		return Deviation{Busy: h.Thing + " is being changed by another execution"}, nil
	}
	now, err := m.Look(ctx, h)
	switch {
	case isGone(err):
		return Deviation{Gone: true}, nil
	case err != nil:
		return Deviation{}, err
	case now.UnderWay:
		return Deviation{Busy: "AWS is carrying out a change of " + h.Thing}, nil
	case h.VerifiedAt.IsZero() && !refusedWhole(h):
		return Deviation{Kind: quarantine.DriftUnverified, What: "no read-back is on record"}, nil
	}
	out := Deviation{Kind: quarantine.DriftReopened, What: differs(h, now), Marks: []string{Mark(m, h)}}
	if out.What == "" {
		out, err = unsound(ctx, m, h)
	}
	switch {
	case err != nil || out.What == "":
		return Deviation{}, err
	case at.Sub(h.VerifiedAt) < Settled:
		return Deviation{Busy: "EC2 may show an older state of " + h.Thing}, nil
	}
	if equals, does := m.(Equals); does {
		tight, err := equals.AsTight(ctx, h, now)
		if err != nil {
			return Deviation{}, err
		}
		if tight {
			out.Kind = quarantine.DriftOtherwise
		}
	}
	return out, nil
}

// unsound says how a thing stands whose values are as they were put: what they rest on may not.
func unsound(ctx context.Context, m Measure, h quarantine.Hold) (Deviation, error) {
	rests, does := m.(Rests)
	if !does {
		return Deviation{}, nil
	}
	why, marks, err := rests.Unsound(ctx, h)
	return Deviation{Kind: quarantine.DriftReopened, What: why, Marks: append(marks, Mark(m, h))}, err
}

// Mark is the id by which an event of CloudTrail is known to be about the thing.
func Mark(m Measure, h quarantine.Hold) string {
	if of := m.Info().Mark; of != nil {
		return of(h)
	}
	return h.Thing
}

// refusedWhole tells whether AWS takes no part of the change: there is nothing to read back.
func refusedWhole(h quarantine.Hold) bool {
	for _, p := range h.Parts {
		if p.Refused == "" {
			return false
		}
	}
	return len(h.Parts) > 0
}

// differs says which parts are not as they were read back last, or "".
func differs(h quarantine.Hold, now Look) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(h.Parts)) {
		p := h.Parts[name]
		stands, isThere := now.Parts[name]
		if p.Refused != "" || p.After == "" || !isThere || stands == p.After {
			continue
		}
		out = append(out, name+" is "+stands)
	}
	return strings.Join(out, ", ")
}

// Unheld are the things of a resource that a measure finds and the incident's holds of it do
// not name: what came later.
func Unheld(ctx context.Context, m Measure, in quarantine.Incident) ([]quarantine.Hold, error) {
	found, err := m.Find(ctx, in.Resource)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found.Things, func(t quarantine.Hold) bool {
		return slices.ContainsFunc(in.HoldsOf(m.Info().Name), func(h quarantine.Hold) bool { return h.Thing == t.Thing && h.HeldFor(in.ID) })
	}), nil
}
