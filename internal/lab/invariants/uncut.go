package invariants

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A containment that cut no subnet is by what a measure holds: the interfaces of the instance.

// containedBy is the measure that the execution's last containment before that order was by, or ""
// for the cut.
func (c *check) containedBy(execution string, order int) (measure string) {
	for _, w := range c.writes {
		if w.is("INCIDENT") && w.order() < order && w.owner() == execution && w.text("status") == string(quarantine.StatusContained) {
			measure = w.text("containedBy")
		}
	}
	return measure
}

// everyInterfaceWasReadBack is I5 of such a claim: a read of each interface of the instance, later
// than the execution's own last change of it, shows the groups that are on record as put.
func (c *check) everyInterfaceWasReadBack(cl claim, measure string) {
	interfaces := 0
	for id, of := range c.r.Account.AttributesBefore {
		if of["instance"] != cl.instance {
			continue
		}
		interfaces++
		put := ""
		for _, w := range c.writes {
			if w.is("HOLD") && strings.HasPrefix(w.text("pk"), "HOLD#"+measure+"#") && w.last() == id && w.order() < cl.order {
				put = w.text("after_groups")
			}
		}
		if put == "" || !c.wasRead(cl, id, put) {
			c.breaks("I5", "%s claims in %s that %s is contained by %s, and no read-back before that shows %s with %q", cl.execution, cl.how, cl.instance, measure, id, put)
		}
	}
	if interfaces == 0 {
		c.breaks("I5", "%s claims in %s that %s is contained by %s, and it has no interface", cl.execution, cl.how, cl.instance, measure)
	}
}

// wasRead reports whether the execution read the interface with those groups before the claim, and
// after its own last change of it.
func (c *check) wasRead(cl claim, id, groups string) (read bool) {
	for _, call := range c.r.Calls {
		if call.Effect == nil || call.Execution != cl.execution || call.Effect.Order > cl.order {
			continue
		}
		switch call.Operation {
		case "ModifyNetworkInterfaceAttribute":
			read = read && !slices.Contains(touched(call), id)
		case "DescribeNetworkInterfaces":
			var out struct {
				NetworkInterfaces []struct {
					NetworkInterfaceID string `json:"NetworkInterfaceId"`
					Groups             []struct {
						GroupID string `json:"GroupId"`
					}
				}
			}
			printed(call.Effect.Answer, &out)
			for _, n := range out.NetworkInterfaces {
				read = read || call.Error == "" && n.NetworkInterfaceID == id && len(n.Groups) == 1 && n.Groups[0].GroupID == groups
			}
		}
	}
	return read
}

// uncutStaysHeld is I12 of them: at the end, something of the measure is on record as held for each.
func (c *check) uncutStaysHeld() {
	for _, w := range c.itemsAtEnd("INCIDENT") {
		measure := w.text("containedBy")
		if measure == "" || !c.isContained(w.last()) {
			continue
		}
		if !slices.ContainsFunc(c.itemsAtEnd("HOLD"), func(h write) bool {
			return strings.HasPrefix(h.text("pk"), "HOLD#"+measure+"#") && slices.Contains(set(h.item, "holders"), w.last())
		}) {
			c.breaks("I12", "%s is contained by %s alone, and that holds nothing", w.last(), measure)
		}
	}
}

// isContainedUncut tells whether the instance's incident is contained, at the end, by what a measure
// holds.
func (c *check) isContainedUncut(instance string) bool {
	for _, lock := range c.itemsAtEnd("LOCK") {
		if lock.last() != instance || lock.text("status") != string(quarantine.StatusContained) {
			continue
		}
		return slices.ContainsFunc(c.itemsAtEnd("INCIDENT"), func(w write) bool {
			return w.last() == lock.text("incident") && w.text("containedBy") != ""
		})
	}
	return false
}
