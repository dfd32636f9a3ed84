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
		if held := f.onlyHeldHere(m); len(held) > 0 {
			parts = append(parts, part{title: "To put back " + m.Name, lines: f.byHand("", m.UndoByHand(held))})
		}
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
	return append(f.byHand("", m.ByHand(f.resource, held)), f.byHand("", m.LookByHand(f.resource, held))...)
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
