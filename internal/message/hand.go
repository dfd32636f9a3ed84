package message

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ByHandOf is how a person does without the product what is left to do about an incident, as text.
// Messages that have no room for it lead to it. Commands are to be typed at a place.
func ByHandOf(in quarantine.Incident, at command.Place) string {
	f := factsOf(quarantine.News{Incident: in.ID, Release: in.Release}, Record{Incident: &in, At: at})
	parts := slices.DeleteFunc(f.leftByHand(), part.empty)
	if len(parts) == 0 {
		return "Nothing is left to do by hand.\n"
	}
	return layout(parts)
}

// leftByHand is that by how the incident stands: what is over is not taken anew, and of what a
// person gave back nothing is closed again. What may be amiss comes first.
func (f facts) leftByHand() []part {
	switch f.record.Incident.Status {
	case quarantine.StatusReleased:
		return f.leftAlone()
	case quarantine.StatusReleasing:
		return f.puttingBack()
	}
	var failed, unknown, off []part
	for _, m := range register.All() {
		p := part{title: "To take " + m.Name, lines: f.takingByHand(m)}
		switch {
		case m.Kind != f.resource.Kind:
		case len(by(m.Name, f.heldAndLeft())) > 0:
			failed = append(failed, p)
		case m.On:
			unknown = append(unknown, p)
		default: // nothing tells whether the policy has it taken
			p.title += ", which is off unless the policy says otherwise"
			off = append(off, p)
		}
	}
	keep := part{title: "To keep evidence"}
	if f.record.Incident.Evidence.Status != quarantine.EvidenceComplete {
		keep.lines = f.takeStep()
	}
	return slices.Concat(failed, unknown, f.puttingBack(), []part{keep}, off)
}

// puttingBack puts back what is held.
func (f facts) puttingBack() (out []part) {
	for _, m := range f.measuresOf(f.held()) {
		out = append(out, part{title: "To put back " + m.Name, lines: f.puttingBackByHand(m)})
	}
	return out
}

// takingByHand takes a measure; nothing where there is nothing to take it on.
func (f facts) takingByHand(m measure.Info) []line {
	held := by(m.Name, f.heldAndLeft())
	if m.Name == f.words.Cut.Name {
		held = slices.DeleteFunc(held, func(h quarantine.Hold) bool { return f.record.Incident.GaveBack(h.Thing) })
	}
	open := slices.ContainsFunc(held, func(h quarantine.Hold) bool { return !settled(h) })
	if !open && (len(held) > 0 || f.nothingToTake(m)) {
		return nil
	}
	return f.takenAndLookedAt(m, held)
}

// settled tells whether nothing more can be done on a thing: AWS takes no more by hand than it took
// of the product.
func settled(h quarantine.Hold) bool {
	taken := map[string]quarantine.Part{}
	for name, p := range h.Parts {
		if p.Refused == "" {
			taken[name] = p
		}
	}
	if len(h.Parts) > 0 && len(taken) == 0 {
		return true
	}
	h.Parts = taken
	return measure.Closed(h)
}

// nothingToTake tells whether the record says of a measure that holds nothing that this is how it
// should be: it was taken and found nothing, or is the cut of what was not cut or given back.
func (f facts) nothingToTake(m measure.Info) bool {
	in := f.record.Incident
	if m.Name == f.words.Cut.Name {
		return in.Narrowed != nil || in.ContainedBy != ""
	}
	return slices.ContainsFunc(in.Timeline, func(e quarantine.Event) bool {
		return e.Kind == quarantine.EventMeasure && strings.HasPrefix(e.Text, m.Name+": ")
	})
}

// takenAndLookedAt takes a measure, and then looks, where taking it does not look already.
func (f facts) takenAndLookedAt(m measure.Info, held []quarantine.Hold) []line {
	take, look := m.ByHand(f.resource, held), m.LookByHand(f.resource, held)
	looks := slices.ContainsFunc(take, func(s measure.Step) bool { return slices.ContainsFunc(look, s.Equal) })
	out := f.byHand("", take)
	if looks {
		return out
	}
	return append(out, f.byHand("", look)...)
}

// puttingBackByHand puts back what no other incident holds, and says what one does.
func (f facts) puttingBackByHand(m measure.Info) []line {
	var out []line
	if held := f.onlyHeldHere(m); len(held) > 0 {
		out = f.byHand("", m.UndoByHand(held))
	}
	return append(out, f.heldByOthers(by(m.Name, f.held()))...)
}

// heldByOthers says of each thing which other incident keeps it as it is.
func (f facts) heldByOthers(all []quarantine.Hold) (out []line) {
	for _, h := range all {
		if others := f.otherHolders(h); len(others) > 0 {
			out = append(out, say("%s is held by %s too: it is put back when the last of them lets go.", h.Thing, list(others)))
		}
	}
	return out
}

// onlyHeldHere are the things of a measure that the incident may hold and no other does.
func (f facts) onlyHeldHere(m measure.Info) []quarantine.Hold {
	var out []quarantine.Hold
	for _, h := range by(m.Name, f.held()) {
		if f.mayBeHeld(h) && len(f.otherHolders(h)) == 0 {
			out = append(out, h)
		}
	}
	return out
}
