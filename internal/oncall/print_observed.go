package oncall

import (
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Observed says what would have been done, and how long ago that was, of a finding that the policy has
// observed.
func (p Printer) Observed(in quarantine.Incident) {
	if in.Status != quarantine.StatusObserved {
		return
	}
	p.say(2, "observed %s ago: %s", left(p.Now().Sub(in.OpenedAt)), message.WouldHave(in))
}

// observedRecord writes what is on record of it: nothing was locked, cut or kept.
func (p Printer) observedRecord(in quarantine.Incident) {
	p.say(2, "at %s UTC: %s", minute(in.OpenedAt), message.WouldHave(in))
	p.say(2, "Nothing was changed: the policy has it observed, and this ends by itself after 90 days.")
	o := in.Observation
	if o.Why != "" {
		p.say(2, "%s", o.Why)
	}
	if o.Neighbours != nil {
		p.say(2, "beside it, as counted then: %s", o.Neighbours.Named())
	}
	for _, w := range o.Warnings {
		p.colored(p.Style.Warn, 2, w)
	}
	p.Findings(in)
	p.Next(in)
}
