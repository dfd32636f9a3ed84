package invariants

import (
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// originalsAreOnRecord is I3: the original association is on record before it is replaced,
// and stays on record as long as the quarantine lasts.
func (c *check) originalsAreOnRecord() {
	for i, change := range c.r.Changes {
		fences := change.From.ID == change.To.ID // the same ACL again, to stop a concurrent release: the record stays
		switch {
		case c.by(change).Function != "isolate" || cuts(change.From) || fences:
		case c.byName[c.by(change).Execution].Machine == "quarantine-watch":
			c.wasRetaken(change)
		default:
			c.wasRecorded(change)
			c.staysRecorded(change, c.until(i))
		}
	}
	for _, a := range acls(c.r.Account.NetworkACLs) {
		for _, as := range a.Associations {
			if a.cuts() && len(c.changesOf(as.SubnetID)) == 0 && !quarantinedBefore(c, as.SubnetID) {
				c.breaks("I3", "%s is cut off, and no recorded change made it so: was the run recorded?", as.SubnetID)
			}
		}
	}
}

func quarantinedBefore(c *check, subnet string) bool {
	before := associations(acls(c.r.Account.NetworkACLsBefore))[subnet]
	return before.madeByProduct()
}

// until is the order at which the cut of the i-th change ended: that of the next change to
// an ACL that does not cut, or a very large number.
func (c *check) until(i int) int {
	for _, later := range c.r.Changes[i+1:] {
		if later.Subnet == c.r.Changes[i].Subnet && !cuts(later.To) {
			return later.Order
		}
	}
	return 1 << 62
}

func (c *check) wasRecorded(cut account.Change) {
	who, what := c.by(cut).Execution, cut.Subnet
	record, ok := c.recordAt(cut.Subnet, cut.Order)
	switch {
	case !ok:
		c.breaks("I3", "%s cut %s off, and what stood there (%s by %s) was not on record", who, what, cut.From.ID, cut.FromAssociation)
	case record.text("before_association") != cut.FromAssociation:
		c.breaks("I3", "%s cut %s off, replacing %s, and %q was on record", who, what, cut.FromAssociation, record.text("before_association"))
	case !madeByProduct(cut.From) && record.text("before_acl") != cut.From.ID:
		c.breaks("I3", "%s cut %s off, which was under %s, and %q was on record", who, what, cut.From.ID, record.text("before_acl"))
	case len(set(record.item, "holders")) == 0:
		c.breaks("I3", "%s cut %s off, and no incident was on record as its holder", who, what)
	}
}

// wasRetaken checks a cut that is taken again: what is replaced is on record.
func (c *check) wasRetaken(cut account.Change) {
	record, _ := c.recordAt(cut.Subnet, cut.Order)
	if record.text("retaking") != cut.FromAssociation || len(set(record.item, "holders")) == 0 {
		c.breaks("I3", "%s cut %s off again, replacing %s, and on record was %q, held by %v", c.by(cut).Execution,
			cut.Subnet, cut.FromAssociation, record.text("retaking"), set(record.item, "holders"))
	}
}

func (c *check) staysRecorded(cut account.Change, until int) {
	for _, w := range c.writes {
		inside := w.order() > cut.Order && w.order() < until
		if inside && w.is("HOLD") && w.last() == cut.Subnet && !madeByProduct(cut.From) && w.text("before_acl") != cut.From.ID {
			c.breaks("I3", "%s was under %s before it was cut off, and %s made the record say %q", cut.Subnet, cut.From.ID, w.call.Execution, w.text("before_acl"))
		}
	}
}
