package message

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// leftAlone is what a release could not put back, as somebody had changed it: nothing else is left
// to do about an incident that is over.
func (f facts) leftAlone() (out []part) {
	if f.Release != nil {
		cut := slices.Concat(f.notAsBefore(quarantine.Drifted), f.notAsBefore(quarantine.RestoredDefault))
		out = append(out, part{title: "Left alone by " + register.Cut().Name, lines: cut})
	}
	left := slices.DeleteFunc(register.Sorted(f.record.Incident.Holds), func(h quarantine.Hold) bool {
		return h.Measure == register.Cut().Name || h.Outcome != quarantine.Drifted
	})
	for _, m := range f.measuresOf(left) {
		of := by(m.Name, left)
		p := part{title: "Left alone by " + m.Name}
		for _, h := range of {
			p.lines = append(p.lines, say("%s: %s.", m.Thing+" "+h.Thing, m.Standing(h, f.incident(), clock).State))
		}
		p.lines = append(p.lines, f.byHand("", m.LookByHand(f.resource, of))...)
		free := slices.DeleteFunc(slices.Clone(of), func(h quarantine.Hold) bool { return len(f.otherHolders(h)) > 0 })
		if len(free) > 0 {
			p.lines = append(p.lines, f.byHand("", m.UndoByHand(remembered(free)))...)
		}
		p.lines = append(p.lines, f.heldByOthers(of)...)
		out = append(out, p)
	}
	return out
}

// remembered are holds that ended, with what is on record of them for some time after that.
func remembered(ended []quarantine.Hold) []quarantine.Hold {
	out := slices.Clone(ended)
	for i, h := range out {
		if len(h.Parts) == 0 {
			out[i].Parts = h.Last
		}
	}
	return out
}
