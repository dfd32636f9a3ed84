package invariants

import (
	"encoding/json"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// releaseRestores is I8: a release restores exactly what was recorded, and leaves alone
// what others changed or still hold.
func (c *check) releaseRestores() {
	for _, change := range c.r.Changes {
		if c.by(change).Function == "release" {
			c.restores(change)
		}
	}
	for _, e := range c.r.Executions {
		if e.Machine == "quarantine-release" && end(e) == state.Released {
			c.tellsTheTruth(e)
		}
		if e.Machine == "quarantine-release" && end(e) == state.Narrowed {
			c.narrowsAsItSays(e)
		}
	}
}

func (c *check) restores(change account.Change) {
	who := c.by(change).Execution
	record, ok := c.recordAt(change.Subnet, change.Order)
	original := record.text("before_acl")
	switch {
	case ok && change.From.ID == change.To.ID && record.text("retaking") != "" && record.text("releasing") == c.incidentOf(who):
		// It was fenced off against a cut that was being taken again, and stays as it was.
	case !ok:
		c.breaks("I8", "%s put %s on %s, and nothing is on record of it", who, change.To.ID, change.Subnet)
	case change.From.ID != change.To.ID && !madeByProduct(change.From):
		c.breaks("I8", "%s put %s on %s, where somebody else had put %s", who, change.To.ID, change.Subnet, change.From.ID)
	case len(set(record.item, "holders")) > 0 && !c.isQuicker(change, set(record.item, "holders")):
		c.breaks("I8", "%s put %s on %s, which %v still holds", who, change.To.ID, change.Subnet, set(record.item, "holders"))
	case record.text("releasing") != c.incidentOf(who):
		c.breaks("I8", "%s put %s on %s for %s, and the ledger has its release for %q", who, change.To.ID, change.Subnet, c.incidentOf(who), record.text("releasing"))
	case change.To.ID != original && !change.To.Default:
		c.breaks("I8", "%s put %s on %s, and %s is on record", who, change.To.ID, change.Subnet, original)
	case change.To.ID != original && c.sawACL(original, who, change.Order):
		c.breaks("I8", "%s put the default %s on %s, and %s, which is on record, was there", who, change.To.ID, change.Subnet, original)
	}
}

// isQuicker reports whether the release had taken the subnet from the record, with no other
// holder, before the present holders came, and none of these is contained yet. The ledger
// and EC2 cannot change atomically: an isolation that comes in between stops the release or,
// if the release was quicker, cuts again.
func (c *check) isQuicker(change account.Change, holders []string) bool {
	var last write
	for _, w := range c.writes {
		switch {
		case w.order() >= change.Order:
		case w.is("LOCK") && w.text("status") == "contained" && slices.Contains(holders, w.text("incident")):
			return false
		case w.is("HOLD") && w.last() == change.Subnet && w.call.Execution == c.by(change).Execution:
			last = w
		}
	}
	return last.text("releasing") == c.incidentOf(c.by(change).Execution) && len(set(last.item, "holders")) == 0
}

// incidentOf is the incident of a release execution.
func (c *check) incidentOf(execution string) string {
	var in struct{ Incident string }
	input(c.byName[execution], &in)
	return in.Incident
}

// sawACL reports whether the execution's last DescribeNetworkAcls showed the ACL.
func (c *check) sawACL(id, execution string, order int) (there bool) {
	for _, call := range c.r.Calls {
		if call.Operation != "DescribeNetworkAcls" || call.Execution != execution || call.Effect == nil || call.Effect.Order > order {
			continue
		}
		var out struct {
			NetworkACLs []acl `json:"NetworkAcls"`
		}
		printed(call.Effect.Answer, &out)
		there = slices.ContainsFunc(out.NetworkACLs, func(a acl) bool { return a.NetworkACLID == id })
	}
	return there
}

// released is the output of an execution that released an incident, or gave back its subnets.
type released struct {
	Incident string
	Subnets  []struct {
		Subnet  string
		Outcome quarantine.ReleaseOutcome
	}
}

func (c *check) released(e history.Execution) (out released) {
	if err := json.Unmarshal(e.Output, &out); err != nil {
		c.breaks("I8", "%s has an output that cannot be read: %v", e.Name, err)
	}
	return out
}

// tellsTheTruth compares a release's output for each subnet with what was done.
func (c *check) tellsTheTruth(e history.Execution) {
	out := c.released(e)
	freed := c.freed(out.Incident)
	if freed == 0 {
		c.breaks("I8", "%s says that %s is released, and its lock never was", e.Name, out.Incident)
	}
	for _, s := range out.Subnets {
		last, changed := c.lastChange(s.Subnet, freed)
		restored := s.Outcome == quarantine.Restored || s.Outcome == quarantine.RestoredDefault
		switch {
		case restored && changed && cuts(last.To) && !c.cutSince(last, out.Incident):
			c.breaks("I8", "%s says that %s is %s, and it was cut off", e.Name, s.Subnet, s.Outcome)
		case s.Outcome == quarantine.Drifted && changed && c.by(last).Function == "release":
			c.breaks("I8", "%s says that somebody else changed %s, and a release did", e.Name, s.Subnet)
		case s.Outcome == "":
			c.breaks("I8", "%s does not say what became of %s", e.Name, s.Subnet)
		}
	}
}

// cutSince reports whether, before the given cut, a release of the incident read the subnet
// as not cut off, after its own last change.
func (c *check) cutSince(cut account.Change, incident string) bool {
	lastChange := 0
	for _, change := range c.changesOf(cut.Subnet) {
		if change.Order < cut.Order && c.by(change).Function == "release" && c.incidentOf(c.by(change).Execution) == incident {
			lastChange = change.Order
		}
	}
	return slices.ContainsFunc(c.looks("release"), func(b readBack) bool {
		a, there := b.shows[cut.Subnet]
		return there && !a.cuts() && lastChange < b.order && b.order < cut.Order && c.incidentOf(b.execution) == incident
	})
}

// freed is the order at which an incident's lock was released; 0 if it never was.
func (c *check) freed(incident string) int {
	for _, w := range c.writes {
		if w.is("LOCK") && w.text("lastReleased") == incident {
			return w.order()
		}
	}
	return 0
}

func (c *check) lastChange(subnet string, before int) (last account.Change, ok bool) {
	for _, change := range c.changesOf(subnet) {
		if change.Order < before {
			last, ok = change, true
		}
	}
	return last, ok
}
