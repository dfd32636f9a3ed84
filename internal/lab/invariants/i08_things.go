package invariants

import (
	"slices"
	"strings"
)

// thingsStandAsOnRecord is I5 and I8 of the measures beyond the subnets, at the end: what an
// incident holds is as the read-back on record says, and what nobody holds is as it was.
func (c *check) thingsStandAsOnRecord() {
	records := map[string]write{}
	for _, w := range c.itemsAtEnd("HOLD") {
		if strings.HasPrefix(w.text("pk"), "HOLD#") && !strings.HasPrefix(w.text("pk"), "HOLD#network-acl#") {
			records[w.last()] = w
		}
	}
	for id, before := range c.r.Account.AttributesBefore {
		after, there := c.r.Account.Attributes[id]
		if !there {
			continue
		}
		record, known := records[id]
		if !known || len(set(record.item, "holders")) == 0 && record.text("releasing") == "" {
			for name, value := range before {
				if now, there := after[name]; there && now != value {
					c.breaks("I8", "nobody holds %s, whose %s was %q and is %q", id, name, value, after[name])
				}
			}
			continue
		}
		if record.text("verifiedAt") == "" || record.text("releasing") != "" {
			continue // nothing is claimed
		}
		for name, value := range after {
			if claimed := record.text("after_" + name); claimed != "" && claimed != value {
				c.breaks("I5", "on record %s of %s is %q, held by %q, and it is %q", name, id, claimed, set(record.item, "holders"), value)
			}
		}
	}
}

// interfacesOf are the accused instances' interfaces.
func (c *check) interfacesOf() (out []string) {
	for id, of := range c.r.Account.AttributesBefore {
		if _, accused := c.w.Accused[of["instance"]]; accused {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
