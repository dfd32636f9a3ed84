package invariants

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// everythingHappensOnce is I4: one isolation and one evidence set per instance, and one
// association change per subnet, unless it was released or opened in between.
func (c *check) everythingHappensOnce() {
	c.oneChangeASubnet()
	c.oneIncidentAnInstance()
	c.oneIsolationAnIncident()
	c.oneEvidenceSetAnIncident()
}

func (c *check) oneChangeASubnet() {
	for _, subnets := range c.w.Accused {
		for _, subnet := range subnets {
			c.oneChange(subnet)
		}
	}
}

func (c *check) oneChange(subnet string) {
	cut := false
	for _, change := range c.changesOf(subnet) {
		isolated := c.by(change).Function == "isolate"
		switch {
		case isolated && cuts(change.From) && !c.learns(change) && !c.releasing(subnet, change.Order) && !c.sawReleasing(c.by(change).Execution, subnet, change.Order):
			c.breaks("I4", "%s replaced the association of %s again, which was cut off already and was not being released", c.by(change).Execution, subnet)
		case isolated && cut && !madeByProduct(change.From):
			c.breaks("I4", "%s was cut off twice, and nothing had opened it in between", subnet)
		}
		cut = cuts(change.To)
	}
}

// learns reports whether the change put the same ACL there again, by an association that was
// not on record as read back when the execution wrote to the record last: by this it learned
// whether what it had read stands.
func (c *check) learns(change account.Change) bool {
	var last write
	for _, w := range c.writes {
		if w.order() < change.Order && w.is("HOLD") && w.last() == change.Subnet && w.call.Execution == c.by(change).Execution {
			last = w
		}
	}
	return change.From.ID == change.To.ID && last.text("after_association") != change.FromAssociation
}

// releasing reports whether a release of the subnet was on record at that order.
func (c *check) releasing(subnet string, order int) bool {
	record, _ := c.recordAt(subnet, order)
	return record.text("releasing") != ""
}

// sawReleasing reports whether a release of the subnet was on record when the execution
// added itself to the holders. If two executions take a subnet back from a release at the
// same time, the slower one cannot know that the quicker one stopped the release already.
func (c *check) sawReleasing(execution, subnet string, order int) bool {
	return slices.ContainsFunc(c.writes, func(w write) bool {
		return w.order() < order && w.is("HOLD") && w.last() == subnet && w.call.Execution == execution && w.text("releasing") != ""
	})
}

func (c *check) oneIncidentAnInstance() {
	keys, of := c.history("LOCK")
	for _, key := range keys {
		incident, open := "", false
		for _, w := range of[key] {
			switch now := w.text("incident"); {
			case w.text("status") == "released":
				open = false
			case open && now != incident:
				c.breaks("I4", "%s opened %s for %s while %s was open", w.call.Execution, now, w.last(), incident)
			default:
				incident, open = now, true
			}
		}
	}
}

// oneIsolationAnIncident checks that no execution isolates a contained instance before a
// release of it has begun, or its subnets were given back.
func (c *check) oneIsolationAnIncident() {
	keys, of := c.history("LOCK")
	for _, key := range keys {
		by := "" // the execution that contained the instance
		for _, w := range of[key] {
			switch owner := w.owner(); w.text("status") {
			case "contained":
				if by != "" && by != owner {
					c.breaks("I4", "%s contained %s, which %s contained already", owner, w.last(), by)
				}
				by = owner
				if w.text("narrowedAt") != "" {
					by = "" // its subnets were given back: later activity cuts them off again
				}
			case "isolating":
				if by != "" {
					c.breaks("I4", "%s isolates %s, which %s contained already", owner, w.last(), by)
				}
			default:
				by = ""
			}
		}
	}
}

// oneEvidenceSetAnIncident leaves out what EC2 accepted and carried out later: CreateSnapshots takes
// no token, and so nobody can tell such a request from one that was lost.
func (c *check) oneEvidenceSetAnIncident() {
	sets := map[string]int{}
	for _, call := range c.r.Calls {
		if call.Operation == "CreateSnapshots" && call.Effect != nil && !call.Delayed {
			incident := tagged(call, "quarantine:incident")
			if sets[incident]++; sets[incident] > 1 {
				c.breaks("I4", "%s took another evidence set of %q", call.Execution, incident)
			}
		}
	}
}

// tagged is the value of a tag in a call's TagSpecifications.
func tagged(call simulate.Call, key string) string {
	var in struct {
		TagSpecifications []struct {
			Tags []struct{ Key, Value string }
		}
	}
	printed(call.Input, &in)
	for _, s := range in.TagSpecifications {
		for _, t := range s.Tags {
			if t.Key == key {
				return t.Value
			}
		}
	}
	return ""
}
