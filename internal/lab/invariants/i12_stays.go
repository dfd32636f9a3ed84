package invariants

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// containedStaysContained is I12: what reopens a held thing is seen, told and put right.
func (c *check) containedStaysContained() {
	if c.w.Watched {
		c.heldSubnetsAreClosed()
	}
	c.narrowedStaysHeld()
	c.uncutStaysHeld()
	for _, change := range c.r.Changes {
		by := c.by(change)
		if by.Function != "isolate" || c.byName[by.Execution].Machine != "quarantine-watch" || cuts(change.From) {
			continue
		}
		if !slices.ContainsFunc(c.r.Sent, func(s simulate.Sending) bool {
			return s.Kind == string(quarantine.KindReopened) && strings.Contains(s.Text, change.Subnet)
		}) && !c.w.Troubled {
			c.breaks("I12", "%s closed %s again, and nobody was told", by.Execution, change.Subnet)
		}
	}
}

// heldSubnetsAreClosed compares the subnets that contained incidents hold with the account, at
// the end.
func (c *check) heldSubnetsAreClosed() {
	now := associations(acls(c.r.Account.NetworkACLs))
	for _, w := range c.itemsAtEnd("HOLD") {
		holders := set(w.item, "holders")
		if !strings.HasPrefix(w.text("pk"), "HOLD#network-acl#") || w.text("releasing") != "" || !slices.ContainsFunc(holders, c.isContained) {
			continue
		}
		a, there := now[w.last()]
		if there && a.allows() {
			c.breaks("I12", "%s is held by %v, and is under %s after the last look, which lets traffic pass", w.last(), holders, a.NetworkACLID)
		}
	}
}

// isContained tells whether the incident has a lock, at the end, and is contained by it.
func (c *check) isContained(incident string) bool {
	return slices.ContainsFunc(c.itemsAtEnd("LOCK"), func(w write) bool {
		return w.text("incident") == incident && w.text("status") == string(quarantine.StatusContained)
	})
}

// narrowedStaysHeld wants an instance whose subnets were given back, and not cut off since, to be
// held by its security group at the end.
func (c *check) narrowedStaysHeld() {
	for _, lock := range c.itemsAtEnd("LOCK") {
		if lock.text("narrowedAt") == "" || lock.text("status") != string(quarantine.StatusContained) {
			continue
		}
		if !slices.ContainsFunc(c.itemsAtEnd("HOLD"), func(w write) bool {
			return strings.HasPrefix(w.text("pk"), "HOLD#security-group#") && slices.Contains(set(w.item, "holders"), lock.text("incident"))
		}) {
			c.breaks("I12", "%s is narrowed, and no security group holds its instance", lock.text("incident"))
		}
	}
}
