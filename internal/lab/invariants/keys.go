package invariants

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// isKey tells a user's access key from an instance.
func isKey(resource string) bool { return strings.HasPrefix(resource, "AKIA") }

// keyChange is a change of a key's status by the product.
type keyChange struct {
	call              simulate.Call
	user, key, status string
}

// thing is the key as the ledger names it.
func (k keyChange) thing() string { return k.user + "/" + k.key }

// keyChanges are those that took effect, in the order of the calls.
func (c *check) keyChanges() (all []keyChange) {
	for _, call := range c.r.Calls {
		if call.Operation != "UpdateAccessKey" || call.Effect == nil {
			continue
		}
		var in struct {
			UserName    string
			AccessKeyID string `json:"AccessKeyId"`
			Status      string
		}
		printed(call.Input, &in)
		all = append(all, keyChange{call, in.UserName, in.AccessKeyID, in.Status})
	}
	return all
}

// onlyAccusedKeysChange is I2 of keys, and I3: what stood before is on record before the key is
// changed.
func (c *check) onlyAccusedKeysChange() {
	for _, change := range c.keyChanges() {
		if _, accused := c.w.Accused[change.key]; !accused {
			c.breaks("I2", "%s made %s %s, which nobody accused", change.call.Execution, change.key, change.status)
		}
		if !slices.ContainsFunc(c.writes, func(w write) bool {
			return w.is("HOLD") && w.last() == change.thing() && w.order() < change.call.Effect.Order && w.text("before_status") != ""
		}) {
			c.breaks("I3", "%s made %s %s, and no record says what it was before", change.call.Execution, change.key, change.status)
		}
	}
}

// keyWasReadBack is I5 of keys: the execution read the key as inactive before the claim, and after
// its own last change of it.
func (c *check) keyWasReadBack(cl claim) bool {
	last := 0
	for _, change := range c.keyChanges() {
		if change.key == cl.instance && change.call.Execution == cl.execution && change.call.Effect.Order < cl.order {
			last = max(last, change.call.Effect.Order)
		}
	}
	return slices.ContainsFunc(c.r.Calls, func(call simulate.Call) bool {
		if call.Operation != "ListAccessKeys" || call.Function != "measures-identity" || call.Execution != cl.execution || call.Effect == nil || call.Error != "" {
			return false
		}
		var out struct {
			AccessKeyMetadata []struct {
				AccessKeyID string `json:"AccessKeyId"`
				Status      string
			}
		}
		printed(call.Effect.Answer, &out)
		for _, k := range out.AccessKeyMetadata {
			if k.AccessKeyID == cl.instance && k.Status == "Inactive" {
				return call.Effect.Order > last && call.Effect.Order < cl.order
			}
		}
		return false
	})
}

// evidenceOfKeyIsKept is I7 of keys: there are no snapshots, and what is kept lies in the ledger.
func (c *check) evidenceOfKeyIsKept(execution, incident string) {
	if !slices.ContainsFunc(c.itemsAtEnd("EVIDENCE#"), func(w write) bool { return w.last() == incident }) {
		c.breaks("I7", "%s ended in Contained without evidence of its key", execution)
	}
}
