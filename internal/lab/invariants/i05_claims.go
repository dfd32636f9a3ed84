package invariants

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// claim is a statement that an instance is contained, at that order.
type claim struct {
	execution, instance string
	order               int
	how                 string
}

// claimsWereReadBack is I5: a claim of containment comes only after a read of every subnet
// that shows the cut, or of every interface where a measure is in its place, later than the
// execution's own last change.
func (c *check) claimsWereReadBack() {
	reads := c.looks("isolate")
	for _, cl := range c.claims() {
		if measure := c.containedBy(cl.execution, cl.order); measure != "" {
			c.everyInterfaceWasReadBack(cl, measure)
			continue
		}
		if isKey(cl.instance) && !c.keyWasReadBack(cl) {
			c.breaks("I5", "%s claims in %s that %s is contained, and no read-back before that shows it inactive", cl.execution, cl.how, cl.instance)
		}
		for _, subnet := range c.w.Accused[cl.instance] {
			if !c.wasReadBack(cl, subnet, reads) {
				c.breaks("I5", "%s claims in %s that %s is contained, and no read-back before that shows %s cut off",
					cl.execution, cl.how, cl.instance, subnet)
			}
		}
	}
}

// readBack is the answer to a DescribeNetworkAcls call.
type readBack struct {
	execution string
	order     int
	shows     map[string]acl // by subnet
}

// looks returns a function's DescribeNetworkAcls calls that got an answer.
func (c *check) looks(function string) (all []readBack) {
	for _, call := range c.r.Calls {
		if call.Operation != "DescribeNetworkAcls" || call.Function != function || call.Effect == nil || call.Error != "" {
			continue
		}
		var out struct {
			NetworkACLs []acl `json:"NetworkAcls"`
		}
		printed(call.Effect.Answer, &out)
		all = append(all, readBack{call.Execution, call.Effect.Order, associations(out.NetworkACLs)})
	}
	return all
}

// wasReadBack reports whether the execution read the subnet as cut off before the claim
// and after its own last change of the subnet, by an association that had not been replaced
// by then. Changes by others after that read cannot be known to the claim.
func (c *check) wasReadBack(cl claim, subnet string, reads []readBack) bool {
	lastChange := 0
	for _, change := range c.changesOf(subnet) {
		if change.Order < cl.order && c.by(change).Function == "isolate" && c.by(change).Execution == cl.execution {
			lastChange = change.Order
		}
	}
	return slices.ContainsFunc(reads, func(b readBack) bool {
		return b.execution == cl.execution && b.order > lastChange && b.order < cl.order && b.shows[subnet].cuts() && !c.isStale(b, subnet)
	})
}

// isStale reports whether a read shows an association of the subnet that had been replaced.
func (c *check) isStale(b readBack, subnet string) bool {
	for _, shown := range b.shows[subnet].Associations {
		if shown.SubnetID == subnet && slices.ContainsFunc(c.changesOf(subnet), func(change account.Change) bool {
			return change.Order < b.order && change.FromAssociation == shown.NetworkACLAssociationID
		}) {
			return true
		}
	}
	return false
}

// claims returns the claims in messages, in the ledger and in outputs.
func (c *check) claims() (all []claim) {
	for _, s := range c.r.Sent {
		if s.Kind == "contained" {
			instance, _ := c.claimOf(s.Execution)
			all = append(all, claim{s.Execution, instance, s.Order + 1, "a message"})
		}
	}
	keys, of := c.history("LOCK")
	for _, key := range keys {
		was := ""
		for _, w := range of[key] {
			if w.text("status") == "contained" && was != "contained" && w.call.Function != "release" { // which gives it back: see i08_narrowed.go
				all = append(all, claim{w.call.Execution, w.last(), w.order(), "the ledger"})
			}
			was = w.text("status")
		}
	}
	for _, e := range c.r.Executions {
		if o := outcomeOf(e); e.Machine == "quarantine" && e.Status == history.StatusSucceeded && o.Outcome == "contained" {
			all = append(all, claim{e.Name, o.Instance, 1 << 62, "its output"})
			if _, known := c.w.Accused[o.Instance]; !known {
				c.breaks("I5", "%s claims that %s is contained, which nobody accused", e.Name, o.Instance)
			}
		}
	}
	return all
}
