package invariants

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// nothingIsSaidThatWasNotRead is I13 of the looks: one that is on record as having seen
// everything has read each subnet that the incident held all the while, and what was open there
// is on record.
func (c *check) nothingIsSaidThatWasNotRead() {
	reads := c.looks("watch")
	keys, of := c.history("WATCH")
	for _, key := range keys {
		begun := 0
		for _, w := range of[key] {
			if w.call.Function != "watch" {
				continue // a person's word
			}
			if w.text("unseen") != "" {
				begun = w.order()
				continue
			}
			for _, subnet := range c.heldThroughout(w.last(), begun, w.order()) {
				c.wasSeen(w, subnet, reads)
			}
		}
	}
}

// wasSeen wants a read of the subnet by the look, and a drift on record if it showed it open.
func (c *check) wasSeen(look write, subnet string, reads []readBack) {
	var last readBack
	for _, b := range reads {
		if _, shows := b.shows[subnet]; shows && b.execution == look.call.Execution && b.order < look.order() {
			last = b
		}
	}
	a, read := last.shows[subnet]
	switch {
	case !read:
		c.breaks("I13", "%s says that it has seen all of %s, and has not read %s", look.call.Execution, look.last(), subnet)
	case a.allows() && !slices.ContainsFunc(c.writes, func(w write) bool {
		return w.is("DRIFT#"+quarantine.MeasureCut+"#") && strings.HasSuffix(w.text("sk"), "#"+subnet) && w.last() == look.last() && w.call.Execution == look.call.Execution
	}):
		c.breaks("I13", "%s has read %s open, under %s, and nothing of that is on record of %s", look.call.Execution, subnet, a.NetworkACLID, look.last())
	}
}

// heldThroughout are the subnets that the incident held, and nobody released, at both orders.
func (c *check) heldThroughout(incident string, from, to int) (out []string) {
	for _, subnets := range c.w.Accused {
		for _, subnet := range subnets {
			held := func(order int) bool {
				r, _ := c.recordAt(subnet, order)
				return slices.Contains(set(r.item, "holders"), incident) && r.text("releasing") == ""
			}
			if held(from) && held(to) && !slices.Contains(out, subnet) {
				out = append(out, subnet)
			}
		}
	}
	slices.Sort(out)
	return out
}
