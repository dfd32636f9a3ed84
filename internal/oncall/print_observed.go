package oncall

import (
	"slices"

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

// LatestOfEach are the last of those that are observed, the oldest first, so many at most: each finding
// about each resource once, as it was observed last. GuardDuty repeats a finding for as long as it goes on,
// and one that does would leave no room for another.
func LatestOfEach(all []quarantine.Incident, most int) (out []quarantine.Incident) {
	type about struct {
		resource quarantine.Resource
		finding  string
	}
	seen := map[about]bool{}
	for _, in := range slices.Backward(all) {
		of := about{in.Resource, in.ID}
		if len(in.Findings) > 0 {
			of.finding = in.Findings[0].ID
		}
		if len(out) < most && !seen[of] {
			out = append(out, in)
		}
		seen[of] = true
	}
	slices.Reverse(out)
	return out
}
