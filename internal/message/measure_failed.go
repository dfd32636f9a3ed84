package message

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// measureFailed is the news that a measure beyond the cut was not taken. It changes nothing
// about the cut, is bad news, and needs nothing to be told.
func (f facts) measureFailed() draft {
	name := known(Clean(f.Measure, maxName), "not known which")
	m := register.Named(f.Measure)
	return draft{facts: f, subject: f.subject("MEASURE NOT TAKEN (" + name + ")"), parts: []part{
		{lines: append([]line{say("MEASURE NOT TAKEN. %s of %s failed, or could not be proved: it %s. %s",
			name, f.what(), m.Does, f.cutInEffect())}, f.about()...)},
		{title: "What went wrong", lines: f.fault.lines()},
		{title: "How far it came", lines: f.thingsOf(by(f.Measure, f.holds()))},
		{title: "What stays open because of it", lines: items(register.StaysOpenWithout(f.Measure, f.heldAndLeft()))},
		{title: "What to do next", lines: steps(f.hint(), f.takeByHand(m), f.lookByHand(m), f.showStep())},
		f.look(),
		f.finding(),
	}}
}

// takeByHand takes the measure without the product.
func (f facts) takeByHand(m measure.Info) []line {
	if f.resource.ID == "" {
		return nil
	}
	return f.byHand("If it cannot wait, do it by hand.", m.ByHand(f.resource, by(m.Name, f.held())))
}

func (f facts) lookByHand(m measure.Info) []line {
	if f.resource.ID == "" {
		return nil
	}
	return f.byHand("", m.LookByHand(f.resource, by(m.Name, f.held())))
}

// showStep leads to everything that is on record.
func (f facts) showStep() []line {
	if f.incident() == "" {
		return nil
	}
	return []line{say("See all that is on record of the incident:"), f.quarantine("show", f.incident())}
}

// thingsOf say how things stand, one line a thing.
func (f facts) thingsOf(holds []quarantine.Hold) []line {
	var out []line
	for _, h := range holds[:min(len(holds), maxItems)] {
		s := f.standing(h)
		out = append(out, item(h.Measure+", "+s.Thing+": "+strings.Join(s.Clauses(), "; ")))
	}
	return append(out, omitted(len(holds))...)
}
