package message

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ByHandOf is how a person does without the product what is left to do about an incident, as text:
// to take every measure that does not hold everywhere, to put back what is held, and to keep what is
// evidence. Messages that have no room for it lead to it. Commands are to be typed at a place.
func ByHandOf(in quarantine.Incident, at command.Place) string {
	f := factsOf(quarantine.News{Incident: in.ID}, Record{Incident: &in, At: at})
	var parts []part
	for _, m := range register.All() {
		if m.Kind == f.resource.Kind {
			parts = append(parts, part{title: "To take " + m.Name, lines: f.takingByHand(m)})
		}
	}
	for _, m := range f.measuresOf(f.held()) {
		parts = append(parts, part{title: "To put back " + m.Name, lines: f.puttingBackByHand(m)})
	}
	if in.Evidence.Status != quarantine.EvidenceComplete {
		parts = append(parts, part{title: "To keep evidence", lines: f.takeStep()})
	}
	return layout(slices.DeleteFunc(parts, part.empty))
}

// takingByHand takes a measure; nothing where all that it holds is closed.
func (f facts) takingByHand(m measure.Info) []line {
	held := by(m.Name, f.heldAndLeft())
	if len(held) > 0 && len(closed(held)) == len(held) {
		return nil
	}
	return f.takenAndLookedAt(m, held)
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
	for _, h := range by(m.Name, f.held()) {
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
