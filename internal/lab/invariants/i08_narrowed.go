package invariants

import (
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// settled is how long a security group has to have held an interface, as read back, before a
// subnet is given back.
const settled = 10 * time.Minute

// narrowsAsItSays is I8 of an execution that gave back the subnets alone: it says of each what
// was done, and each interface of the accused instances was held by its security group then.
func (c *check) narrowsAsItSays(e history.Execution) {
	out := c.released(e)
	done := c.narrowed(out.Incident)
	if done == 0 {
		c.breaks("I8", "%s says that %s is narrowed, and its lock never was", e.Name, out.Incident)
	}
	for _, s := range out.Subnets {
		last, changed := c.lastChange(s.Subnet, done)
		if s.Outcome == "" || s.Outcome == quarantine.Restored && changed && cuts(last.To) {
			c.breaks("I8", "%s says that %s is %q, and it was cut off: %v", e.Name, s.Subnet, s.Outcome, changed && cuts(last.To))
		}
	}
	for _, change := range c.r.Changes {
		if by := c.by(change); by.Function == "release" && by.Execution == e.Name && cuts(change.From) {
			c.heldByGroups(change, out.Incident)
		}
	}
}

// narrowed is the order at which the incident's lock was given back after that; 0 if it never was.
func (c *check) narrowed(incident string) int {
	for _, w := range c.writes {
		if w.is("LOCK") && w.text("incident") == incident && w.text("narrowedAt") != "" {
			return w.order()
		}
	}
	return 0
}

// heldByGroups wants every interface that was held for the incident by a security group to have
// it as read back, for long enough, when a subnet was opened, and at least one to be held.
func (c *check) heldByGroups(change account.Change, incident string) {
	records := map[string]write{}
	for _, w := range c.writes {
		if w.is("HOLD") && strings.HasPrefix(w.text("pk"), "HOLD#security-group#") && w.order() < change.Order {
			records[w.last()] = w
		}
	}
	held := 0
	for id, record := range records {
		for _, holder := range set(record.item, "holders") {
			if holder != incident {
				continue
			}
			held++
			at, err := time.Parse(time.RFC3339, record.text("verifiedAt"))
			if err != nil || c.by(change).Started.Sub(at) < settled-time.Minute { // the functions' clocks may differ
				c.breaks("I8", "%s was opened for %s while the read-back of %s was of %q", change.Subnet, incident, id, record.text("verifiedAt"))
			}
		}
	}
	if held == 0 {
		c.breaks("I8", "%s was opened for %s, and no security group holds it", change.Subnet, incident)
	}
}

// staysCut requires of an execution that says nothing was changed that it changed nothing.
func (c *check) staysCut(e history.Execution) string {
	for _, change := range c.r.Changes {
		if c.by(change).Execution == e.Name && c.by(change).Function == "release" {
			return "it changed " + change.Subnet
		}
	}
	return ""
}
