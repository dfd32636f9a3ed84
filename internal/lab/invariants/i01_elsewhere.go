package invariants

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// joined requires the finding on the lock of the contained incident that it joined.
func (c *check) joined(e history.Execution) string {
	o := outcomeOf(e)
	contained, noted := false, false
	for _, w := range c.writes {
		if !w.is("LOCK") || w.last() != o.Instance || w.text("incident") != o.Incident {
			continue
		}
		contained = contained || w.text("status") == "contained"
		noted = noted || slices.Contains(set(w.item, "findings"), o.Finding)
	}
	switch {
	case !contained:
		return "nobody contained " + o.Incident + ", which it joined"
	case !noted:
		return "finding " + o.Finding + " is not on record with " + o.Incident
	}
	return ""
}

// recorded requires the verdict with its reasons in the ledger.
func (c *check) recorded(e history.Execution) string {
	for _, w := range c.itemsAtEnd("VERDICT#" + e.Name) {
		if w.last() == outcomeOf(e).Finding && w.text("reasons") != "" {
			return ""
		}
	}
	return "its verdict and reasons are not on record"
}

// awaiting requires a recorded verdict, and another execution that asks about the instance.
func (c *check) awaiting(e history.Execution) string {
	for _, w := range c.writes {
		if w.is("QUESTION") && w.last() == outcomeOf(e).Instance && w.owner() != e.Name {
			return c.recorded(e)
		}
	}
	return "nobody asks about the instance"
}

// fannedOut requires an execution for each instance.
func (c *check) fannedOut(e history.Execution) string {
	for _, child := range outcomeOf(e).Children {
		if !slices.ContainsFunc(c.r.Executions, func(x history.Execution) bool {
			var in struct{ Resource struct{ ID string } }
			input(x, &in)
			return x.Name != e.Name && in.Resource.ID == child.Resource.ID
		}) {
			return "no execution was started for " + child.Resource.ID
		}
	}
	return ""
}
