package uninstall

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Leftovers are what measures made, for this deployment.
type Leftovers struct {
	// Removable are unused, as far as was looked, and belong to no other deployment.
	Removable []measure.Leftover `json:"removable"`
	// Kept are unused, but are kept.
	Kept []measure.Leftover `json:"kept"`
	// InUse are the things that have one.
	InUse []Closed `json:"standing"`
}

// Closed is a thing that has what a measure made.
type Closed struct {
	Measure string `json:"measure"`
	Thing   string `json:"thing"`
	VPCID   string `json:"vpcId"`
	Now     string `json:"now"`    // how it stands, in words after "is"
	Before  string `json:"before"` // what stood there, in words
	// Incidents hold the thing, as is on record.
	Incidents []string        `json:"incidents"`
	Hold      quarantine.Hold `json:"-"` // what is on record of it
}

// ByHand are the lines of a person who puts back what stood there.
func (c Closed) ByHand(at command.Place) []string {
	return message.ByHand(register.Named(c.Measure).UndoByHand([]quarantine.Hold{c.Hold}), at.In(c.Hold.Region))
}

// survey asks every measure what it made for the ledger's incidents.
func (u *Uninstaller) survey(ctx context.Context, table string, all []quarantine.Incident) (Leftovers, error) {
	out := Leftovers{Removable: []measure.Leftover{}, Kept: []measure.Leftover{}, InUse: []Closed{}}
	for _, l := range u.leftovers(table) {
		found, err := l.Find(ctx, all)
		if err != nil {
			return Leftovers{}, err
		}
		out.Removable, out.Kept = append(out.Removable, found.Removable...), append(out.Kept, found.Kept...)
		for _, c := range found.Closed {
			h := c.Hold
			out.InUse = append(out.InUse, Closed{
				Measure: h.Measure, Thing: h.Thing, VPCID: h.VPCID, Now: c.Now, Before: register.Named(h.Measure).Before(h), Incidents: h.Holders, Hold: h,
			})
		}
	}
	return out, nil
}

func (u *Uninstaller) leftovers(table string) []measure.Leftovers {
	return register.Leftovers(u.Account, u.Ledger(table), table)
}

// removeUnneeded removes what measures made and no finding needs any more.
func (r *run) removeUnneeded(ctx context.Context) error { return r.removeLeftovers(ctx, false) }

// removeLast removes what is left of that once the stack is gone.
func (r *run) removeLast(ctx context.Context) error { return r.removeLeftovers(ctx, true) }

// removeLeftovers removes what measures made and nothing uses. AWS refuses that of what has
// come into use meanwhile.
func (r *run) removeLeftovers(ctx context.Context, last bool) error {
	if r.plan.Ledger == nil {
		return nil
	}
	all, err := r.Ledger(r.plan.Table).AllIncidents(ctx)
	if err != nil {
		return err
	}
	r.refused = nil
	for _, l := range r.leftovers(r.plan.Table) {
		found, err := l.Find(ctx, all)
		if err != nil {
			return err
		}
		for _, one := range found.Removable {
			if one.Last && !last {
				continue
			}
			if err := r.remove(ctx, l, one); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) remove(ctx context.Context, from measure.Leftovers, one measure.Leftover) error {
	err := from.Remove(ctx, one)
	switch {
	case quarantine.Is(err, quarantine.Contended):
		one.Why = "something has it"
		r.refused = append(r.refused, one)
		r.say("%s is in use: it stays", one)
	case err != nil:
		return err
	default:
		r.say("removed %s", one)
		r.report.Removed = append(r.report.Removed, one)
	}
	return nil
}
