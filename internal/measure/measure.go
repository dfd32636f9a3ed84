// Package measure has the protocol of a hold: how one reversible change is made on a thing
// and taken back, whoever else is at the thing, and whatever stops in between. Its rules,
// each with the case that made it, are in docs/measures.md.
//
// A measure is a folder below, with its ports, its words and its line in the register.
package measure

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Measure is one reversible change that closes one way. It holds nothing between calls.
//
// Failures are those of the domain's ports. ThingGone or InstanceGone says that a thing does
// not exist any more; NotSupported, that AWS never takes this change on this thing.
type Measure interface {
	Info() Info
	// Find gives the things that the measure would change for the resource, and says of
	// each other one why it is left as it is. It changes nothing.
	Find(ctx context.Context, r quarantine.Resource) (Found, error)
	// Look reads a thing as it stands now.
	Look(ctx context.Context, h quarantine.Hold) (Look, error)
	// Want gives the value that each part of a thing is to have, and makes, or reads
	// again, what those values rest on. A part that it leaves out stays as it is.
	Want(ctx context.Context, h quarantine.Hold, now Look) (map[string]string, error)
	// Put gives a part of a thing a value: one call, or an error.
	Put(ctx context.Context, h quarantine.Hold, part, value string) error
}

// Guarded is what a cut implements that people can keep from some resources.
type Guarded interface {
	// Admissible refuses what the policy exempts, as AWS shows it now. It changes nothing. Errors:
	// UserExempt, and those of the domain's ports.
	Admissible(ctx context.Context, r quarantine.Resource, exempt quarantine.Exemptions) error
}

// Found are the things of a resource.
type Found struct {
	Things []quarantine.Hold // by name alone
	// Left are the things that stay as they are, each with a note of why.
	Left []quarantine.Hold
	// Nothing says why there is nothing to change, where that is no gap.
	Nothing string
}

// Look is a thing as AWS shows it.
type Look struct {
	Parts map[string]string
	// UnderWay says that AWS is carrying out a change: what it shows is not settled.
	UnderWay bool
	// Turns says of what is under way that a release need not wait for its end: AWS takes the change
	// back before that, too.
	Turns bool
}

// Planned says in lines what a measure would change for a resource, as it stands now. It
// reads only.
func Planned(ctx context.Context, m Measure, r quarantine.Resource) ([]string, error) {
	info := m.Info()
	found, err := m.Find(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(found.Things)+len(found.Left) == 0 {
		return []string{info.Name + ": nothing to do: " + cmp.Or(found.Nothing, "nothing is found that it would change")}, nil
	}
	// What is read says whether there is anything to do: what it does is said without its conditions.
	out := []string{info.Name + ": it " + cmp.Or(info.InShort, info.Does)}
	for _, h := range found.Things {
		now, err := m.Look(ctx, h)
		if err != nil {
			return nil, err
		}
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(now.Parts)) {
			parts = append(parts, name+" is "+now.Parts[name])
		}
		out = append(out, "  "+info.Thing+" "+h.Thing+" now: "+strings.Join(parts, ", "))
	}
	for _, h := range found.Left {
		out = append(out, "  "+info.Thing+" "+h.Thing+" stays as it is: "+h.Note)
	}
	if found.Nothing != "" {
		out = append(out, "  nothing to do: "+found.Nothing)
	}
	return out, nil
}

// Status is how far a measure is.
type Status string

// The statuses of a measure.
const (
	// Done: everything that AWS takes is as it should be, as read back.
	Done Status = "done"
	// Pending: look again after some time. Nothing is wrong.
	Pending Status = "pending"
	// Superseded: another execution has the incident now, and takes the measure.
	Superseded Status = "superseded"
)

// Result is what a measure answers.
type Result struct {
	Measure string `json:"measure"`
	Status  Status `json:"status"`
	// After is the number of seconds after which to look again, of a pending one.
	After int `json:"after,omitempty"`
	// Things are the holds as they are on record now.
	Things []quarantine.Hold `json:"things"`
	// Left says what was left as it is, and why.
	Left []string `json:"left,omitempty"`
}

// waits makes a result pending, until the last of what is waited for.
func (r *Result) waits(seconds int) { r.Status, r.After = Pending, max(r.After, seconds) }
