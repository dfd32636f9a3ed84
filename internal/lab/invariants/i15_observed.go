package invariants

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// observedChangesNothing is I15: an execution that observes changes nothing and holds no lock, and
// where the policy has everything observed, nobody does.
func (c *check) observedChangesNothing() {
	observed := map[string]bool{}
	for _, e := range c.r.Executions {
		if observed[e.Name] = slices.Contains(e.Path, state.Observe); observed[e.Name] {
			c.locksNothing(e)
		}
	}
	for _, call := range c.r.Calls {
		if (observed[call.Execution] || c.w.Observes) && call.Applied && acts(call) {
			c.breaks("I15", "%s is observed, and %s called %s:%s", call.Execution, call.Function, call.Service, call.Operation)
		}
	}
	for _, change := range c.r.Changes {
		if change.Call != 0 && slices.Contains(c.w.Observed, change.Subnet) {
			c.breaks("I15", "%s is observed, and %s put %s on it", change.Subnet, c.by(change).Execution, change.To.ID)
		}
	}
	for _, w := range c.writes {
		// Where EC2 shows another VPC than the finding, isolate has counted, and takes that back.
		counts := w.is("HOUR#") && slices.Contains(c.byName[w.call.Execution].Path, state.AcquireLock)
		if observed[w.call.Execution] && w.call.Function != "" && !counts {
			c.breaks("I15", "%s is observed, and %s wrote %s", w.call.Execution, w.call.Function, w.key())
		}
	}
}

// acts reports whether a call changes something of the account: not the ledger, and no message.
func acts(call simulate.Call) bool {
	switch call.Service {
	case "dynamodb", "sns", "slack", "events", "states":
		return false
	}
	return changes(call.Operation) && !strings.HasPrefix(call.Operation, "List")
}

// locksNothing requires that the execution never held a lock, unless it took one by what the finding
// says, and gave it back when EC2 showed otherwise.
func (c *check) locksNothing(e history.Execution) {
	gaveBack := slices.Contains(e.Path, "YieldToObserve")
	for _, w := range c.writes {
		if w.is("LOCK") && w.owner() == e.Name && w.call.Execution == e.Name && !gaveBack {
			c.breaks("I15", "%s is observed, and locked %s", e.Name, w.last())
		}
	}
	for _, lock := range c.itemsAtEnd("LOCK") {
		if lock.owner() == e.Name && lock.text("status") != string(quarantine.StatusReleased) && lock.text("status") != string(quarantine.StatusFailed) && !c.w.Troubled {
			c.breaks("I15", "%s is observed, and its lock of %s is %s", e.Name, lock.last(), lock.text("status"))
		}
	}
}

// observedOnly requires that what would have been done is on record, unless that could not be written.
func (c *check) observedOnly(e history.Execution) string {
	for _, w := range c.itemsAtEnd("OBSERVED") {
		if w.last() == outcomeOf(e).Incident && w.text("observation") != "" && w.text("listed") == "observed" {
			return ""
		}
	}
	if c.w.Troubled {
		return ""
	}
	return "what would have been done is not on record"
}
