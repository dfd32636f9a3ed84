package invariants

import (
	"encoding/json"
	"slices"
	"strings"
)

// rolesStandAsOnRecord compares the inline policies of roles at the end with those before: others'
// are as they were (I2), the product's is there where an incident holds the role for an instance, and
// denies that instance alone (I8, I2); what contained incidents hold stands after the last look (I12).
func (c *check) rolesStandAsOnRecord() {
	held := c.heldPolicies()
	for role, now := range c.r.Account.Roles.Policies {
		before := c.r.Account.RolesBefore.Policies[role]
		for name, document := range now {
			instance, ours := strings.CutPrefix(name, policyPrefix)
			switch record, isHeld := held[role+"/"+instance]; {
			case !ours && before[name] != document:
				c.breaks("I2", "the policy %s of %s is not the product's, and was changed", name, role)
			case ours && before[name] != document && !isHeld:
				c.breaks("I8", "nobody holds %s for %s, and it has a policy %s", role, instance, name)
			case ours && isHeld && record.text("verifiedAt") != "" && !deniesAlone(document, instance):
				c.breaks("I2", "the policy %s of %s does not deny %s alone: %s", name, role, instance, document)
			}
		}
		c.noneIsMissing(role, before, now, held)
	}
}

// heldPolicies are the records of roles that are held for an instance, or taken back.
func (c *check) heldPolicies() map[string]write {
	out := map[string]write{}
	for _, w := range c.itemsAtEnd("HOLD") {
		if strings.HasPrefix(w.text("pk"), "HOLD#role-sessions#") && (len(set(w.item, "holders")) > 0 || w.text("releasing") != "") {
			out[w.last()] = w
		}
	}
	return out
}

func (c *check) noneIsMissing(role string, before, now map[string]string, held map[string]write) {
	for name := range before {
		if _, there := now[name]; !there && !strings.HasPrefix(name, policyPrefix) {
			c.breaks("I2", "the policy %s of %s is not the product's, and is gone", name, role)
		}
	}
	for thing, record := range held {
		instance, isOf := strings.CutPrefix(thing, role+"/")
		if !isOf || record.text("verifiedAt") == "" || !slices.ContainsFunc(set(record.item, "holders"), c.isContained) {
			continue
		}
		if _, there := now[policyPrefix+instance]; c.w.Watched && !there {
			c.breaks("I12", "%s is held for %s, and has no policy %s after the last look", role, instance, policyPrefix+instance)
		}
	}
}

// deniesAlone tells whether each statement of a policy denies everything, under a condition that
// names the instance: its other sessions go on, and nothing is allowed.
func deniesAlone(document, instance string) bool {
	var d struct {
		Statement []struct {
			Effect, Action, Resource string
			Condition                map[string]map[string]string
		}
	}
	if json.Unmarshal([]byte(document), &d) != nil || len(d.Statement) == 0 {
		return false
	}
	for _, s := range d.Statement {
		named := 0
		for _, keys := range s.Condition {
			for _, value := range keys {
				if strings.HasSuffix(value, "/"+instance) || strings.HasSuffix(value, ":"+instance) {
					named++
				}
			}
		}
		if s.Effect != "Deny" || s.Action != "*" || s.Resource != "*" || named == 0 {
			return false
		}
	}
	return true
}
