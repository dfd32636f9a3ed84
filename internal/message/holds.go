package message

import (
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// holds are the records of everything that the incident holds or held, measure by measure,
// the subnets first: the ledger's, or else what isolate has read back.
func (f facts) holds() []quarantine.Hold {
	switch {
	case f.record.Incident != nil:
		return register.Sorted(f.record.Incident.Holds)
	case f.Containment != nil:
		return f.containedHolds()
	default:
		return nil
	}
}

// containedHolds are what the cut has read back, and so held for the incident.
func (f facts) containedHolds() []quarantine.Hold {
	all := slices.Clone(f.Containment.Things)
	for _, q := range f.Containment.Subnets {
		all = append(all, q.Hold())
	}
	var out []quarantine.Hold
	for _, h := range all {
		if !h.HeldFor(f.incident()) {
			h.Holders = append(slices.Clone(h.Holders), f.incident())
		}
		out = append(out, h)
	}
	return out
}

// held are those of the holds that the incident has not let go.
func (f facts) held() []quarantine.Hold {
	if f.record.Incident != nil {
		return register.Sorted(f.record.Incident.Held())
	}
	return f.holds()
}

// heldAndLeft are those with what measures had to leave open.
func (f facts) heldAndLeft() []quarantine.Hold {
	if f.record.Incident != nil {
		return register.Sorted(f.record.Incident.HeldAndLeft())
	}
	return f.holds()
}

// shown are all that are told of: holds, and what the last look found and nothing holds.
func (f facts) shown() []quarantine.Hold {
	if f.record.Incident != nil {
		return register.Sorted(slices.Concat(f.record.Incident.Holds, f.record.Incident.Unheld()))
	}
	return f.holds()
}

// by are the holds of one measure; beyond, those of all others.
func by(name string, holds []quarantine.Hold) []quarantine.Hold {
	return slices.DeleteFunc(slices.Clone(holds), func(h quarantine.Hold) bool { return h.Measure != name })
}

func beyond(name string, holds []quarantine.Hold) []quarantine.Hold {
	return slices.DeleteFunc(slices.Clone(holds), func(h quarantine.Hold) bool { return h.Measure == name })
}

// closed are those that a read-back shows closed.
func closed(holds []quarantine.Hold) []quarantine.Hold {
	return slices.DeleteFunc(slices.Clone(holds), func(h quarantine.Hold) bool { return !measure.Closed(h) })
}

// heldByCut are the things that the cut holds and the incident has not let go, and cutOff those of
// them that a read-back shows closed.
func (f facts) heldByCut() []quarantine.Hold { return by(f.words.Cut.Name, f.held()) }

func (f facts) cutOff() []quarantine.Hold { return closed(f.heldByCut()) }

// cutOnRecord say how the cut's things on record stand now.
func (f facts) cutOnRecord() []line {
	return f.standings(by(f.words.Cut.Name, f.shown()), func(h quarantine.Hold, s measure.Standing) string {
		if f.words.Placed {
			return h.Thing
		}
		return s.Thing
	})
}

// thingsOnRecord say the same of what further measures hold or held.
func (f facts) thingsOnRecord() []line { return f.thingsOf(beyond(f.words.Cut.Name, f.shown())) }

// cutPart and furtherPart are the parts of a message that say what the incident holds.
func (f facts) cutPart() part { return part{title: f.words.Things, lines: f.cutOnRecord()} }

// furtherPart has the further measures. It can be left to the record where all stand as they were put.
func (f facts) furtherPart() part {
	p := part{title: "Further measures", lines: f.thingsOnRecord()}
	for _, h := range beyond(f.words.Cut.Name, f.shown()) {
		if !f.standsNow(h, nameless).sure {
			return p
		}
	}
	return p.elsewhere()
}

func (f facts) otherHolders(h quarantine.Hold) []string {
	return slices.DeleteFunc(slices.Clone(h.Holders), func(id string) bool { return id == f.incident() })
}

// lastVerified is the last time at which one of them was read back.
func lastVerified(holds []quarantine.Hold) time.Time {
	var last time.Time
	for _, h := range holds {
		if h.VerifiedAt.After(last) {
			last = h.VerifiedAt
		}
	}
	return last
}
