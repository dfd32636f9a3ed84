package invariants

import (
	"slices"
	"strings"
)

// thingsStandAsOnRecord is I5 and I8 of the measures beyond the subnets, at the end: what an
// incident holds is as the read-back on record says, and what nobody holds is as it was. Several
// measures can hold a thing, each its own attributes.
func (c *check) thingsStandAsOnRecord() {
	records := map[string][]write{}
	for _, w := range c.itemsAtEnd("HOLD") {
		if strings.HasPrefix(w.text("pk"), "HOLD#") && !strings.HasPrefix(w.text("pk"), "HOLD#network-acl#") {
			records[w.last()] = append(records[w.last()], w)
		}
	}
	for id, before := range c.r.Account.AttributesBefore {
		after := c.r.Account.Attributes[id]
		for name, value := range before {
			if now, there := after[name]; there && now != value && !slices.ContainsFunc(records[id], holds(name)) {
				c.breaks("I8", "nobody holds %s, whose %s was %q and is %q", id, name, value, now)
			}
		}
		for _, record := range records[id] {
			c.standsAsOnRecord(id, record, after)
		}
	}
}

// holds tells of a record whether somebody holds the attribute by it: it says before a change
// what it changes.
func holds(name string) func(write) bool {
	return func(record write) bool {
		_, changed := record.item["puts_"+name]
		return changed && (len(set(record.item, "holders")) > 0 || record.text("releasing") != "")
	}
}

func (c *check) standsAsOnRecord(id string, record write, now map[string]string) {
	holders := set(record.item, "holders")
	if len(holders) == 0 || record.text("verifiedAt") == "" || record.text("releasing") != "" {
		return // nothing is claimed
	}
	for name, value := range now {
		if claimed := record.text("after_" + name); claimed != "" && claimed != value {
			c.breaks("I5", "on record %s of %s is %q, held by %q, and it is %q", name, id, claimed, holders, value)
		}
	}
}

// interfacesOf are the accused instances' interfaces, those included that somebody attached.
func (c *check) interfacesOf() (out []string) {
	for _, things := range []map[string]map[string]string{c.r.Account.AttributesBefore, c.r.Account.Attributes} {
		for id, of := range things {
			if _, accused := c.w.Accused[of["instance"]]; accused {
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
