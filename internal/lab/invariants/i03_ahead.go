package invariants

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// changesAreWrittenAhead is I3 of the further measures: when a thing is changed, a hold of it is on
// record, with somebody who needs it or takes it back, what is put there, and what stood before.
func (c *check) changesAreWrittenAhead() {
	for _, call := range c.r.Calls {
		if !call.Applied || call.Effect == nil || call.Function == "person" {
			continue
		}
		for _, of := range changedBy(call) {
			if problem := c.unwritten(of, call); problem != "" {
				c.breaks("I3", "%s called %s on %s, and %s", call.Execution, call.Operation, of.thing, problem)
			}
		}
	}
}

func (c *check) unwritten(of changed, call simulate.Call) string {
	record, ok := c.holdAt(of, call.Effect.Order, func(write) bool { return true })
	if !ok {
		return "no hold of it was on record"
	}
	if !record.needed() {
		// A call on which its caller gave up can arrive after the hold has ended, which no protocol
		// prevents. What counts is the record that the caller wrote.
		record, ok = c.holdAt(of, call.Effect.Order, func(w write) bool {
			return w.call.Execution == call.Execution && w.text("writer") != "" && w.needed()
		})
	}
	if !ok {
		return "nobody was on record as its holder"
	}
	puts := 0
	for name := range record.item {
		part, isPut := strings.CutPrefix(name, "puts_")
		if !isPut {
			continue
		}
		puts++
		if _, there := record.item["before_"+part]; !there {
			return "what its " + part + " was before was not on record"
		}
	}
	if puts == 0 {
		return "what is put there was not on record"
	}
	return ""
}

// needed tells whether somebody holds the thing, or takes it back.
func (w write) needed() bool { return len(set(w.item, "holders")) > 0 || w.text("releasing") != "" }

// holdAt is the last such record of a thing before an order.
func (c *check) holdAt(of changed, order int, such func(write) bool) (last write, ok bool) {
	for _, w := range c.writes {
		if w.is("HOLD") && w.order() < order && such(w) && strings.HasPrefix(w.text("pk"), "HOLD#"+of.measure+"#") && of.names(w.last()) {
			last, ok = w, true
		}
	}
	return last, ok
}

// names tells whether a hold's name of a thing is that of what was changed.
func (of changed) names(thing string) bool {
	if of.instance == "" {
		return thing == of.thing
	}
	return strings.HasPrefix(thing, of.thing+"/") && strings.HasSuffix(thing, "/"+of.instance)
}
