package message

import (
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
		told(append([]line{
			say("MEASURE NOT TAKEN. %s of %s failed, or could not be proved. %s", name, f.what(), f.cutInEffect()),
			say("The measure %s.", known(m.InShort, m.Does)),
		}, f.about()...)...),
		toDo(f.ifFalseAlarm(), f.hint(), f.lookAt(m), f.takeByHand(m)),
		f.openPart("What stays open because of it", register.StaysOpenWithout(f.Measure, f.heldAndLeft()), nil),
		f.wrong(),
		{title: "How far it came", lines: f.thingsOf(by(f.Measure, f.holds()))},
		f.finding(),
		f.look(),
	}}
}

// lookAt looks at what a read-back did not show.
func (f facts) lookAt(m measure.Info) []line {
	if f.fault.name != quarantine.NotVerified || f.resource.ID == "" {
		return nil
	}
	return f.byHand("", m.LookByHand(f.resource, by(m.Name, f.held())))
}

// takeByHand takes the measure without the product.
func (f facts) takeByHand(m measure.Info) []line {
	if f.resource.ID == "" {
		return nil
	}
	const first = "If it cannot wait, do it by hand."
	return f.handy(first, f.led(first, f.takenAndLookedAt(m, by(m.Name, f.held()))))
}

// thingsOf say how things stand, one line a thing.
func (f facts) thingsOf(holds []quarantine.Hold) []line {
	return f.standings(holds, func(h quarantine.Hold, s measure.Standing) string { return h.Measure + ", " + s.Thing })
}
