package invariants

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// failuresAreToldAndTriedAgain is I6: people are told of a failed isolation, no lock stays
// isolating, and the next finding contains.
func (c *check) failuresAreToldAndTriedAgain() {
	for _, e := range c.r.Executions {
		if e.Machine == "quarantine" && failed(e) && e.Status != history.StatusSucceeded && !c.saysFailed(e) {
			c.breaks("I6", "%s failed to isolate, ended in %s, and nobody was told", e.Name, end(e))
		}
	}
	for _, lock := range c.itemsAtEnd("LOCK") {
		if lock.text("status") == "isolating" {
			c.breaks("I6", "%s is still isolating after every execution has ended", lock.last())
		}
	}
	for _, name := range c.w.Mended {
		c.contains(name)
	}
	c.closedHoldNothing()
}

// closedHoldNothing requires that an incident that was closed because its instance is gone
// had no subnet on record then.
func (c *check) closedHoldNothing() {
	held := map[string]bool{} // by partition key
	for _, w := range c.writes {
		if w.is("HELD#") {
			held[w.text("pk")] = true
		}
		if w.is("INCIDENT") && text(fields(w.item, "release"), "reason") == quarantine.GoneUncut && held[w.text("pk")] {
			c.breaks("I6", "%s was closed because its instance is gone, and it holds a subnet", w.last())
		}
	}
}

// failed reports whether an execution failed to isolate, and did not succeed afterwards.
func failed(e history.Execution) bool {
	at := slices.Index(e.Path, state.MarkFailed)
	return at >= 0 && !slices.Contains(e.Path[at:], state.Respond)
}

// saysFailed reports whether people were told of the failure or, if no channel accepted
// the message, whether the end state says so.
func (c *check) saysFailed(e history.Execution) bool {
	return c.told(e.Name, quarantine.KindContainmentFailed) || end(e) == state.ContainmentFailedUntold && c.given(e.Name, quarantine.KindContainmentFailed)
}

// contains requires that an execution, and those that it started for single instances,
// contained or joined; a release must have released.
func (c *check) contains(name string) {
	e, ran := c.byName[name]
	switch o := outcomeOf(e); {
	case !ran:
		c.breaks("I6", "no execution %s, which was to contain", name)
	case e.Machine == "quarantine" && (end(e) == state.Contained || end(e) == state.Joined):
		c.isCut(name, o.Instance)
	case e.Machine == "quarantine" && end(e) == state.Observed && c.w.Observes:
	case e.Machine == "quarantine-release" && (end(e) == state.Released || end(e) == state.Narrowed):
	case e.Machine == "quarantine" && end(e) == state.FannedOut:
		for _, child := range o.Children {
			c.isCut(name, child.Resource.ID)
		}
	default:
		c.breaks("I6", "nothing was wrong any more, and %s ended in %s: %s", name, end(e), e.Cause)
	}
}

// isCut requires that the instance's subnets are cut off at the end, except those that
// others opened afterwards.
func (c *check) isCut(name, instance string) {
	if c.isContainedUncut(instance) {
		return // what holds it is checked by I5 and I12
	}
	after := associations(acls(c.r.Account.NetworkACLs))
	for _, subnet := range c.w.Accused[instance] {
		all := c.changesOf(subnet)
		opened := len(all) > 0 && c.by(all[len(all)-1]).Function != "isolate"
		if !after[subnet].cuts() && !opened {
			c.breaks("I6", "%s says that %s is contained, and %s is open at the end", name, instance, subnet)
		}
	}
}
