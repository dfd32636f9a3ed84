package invariants

import (
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// evidenceLeavesTheCutAlone is I7: a failure of the evidence affects neither the cut nor
// the message about it, and people are told of the failure.
func (c *check) evidenceLeavesTheCutAlone() {
	for _, e := range c.r.Executions {
		if e.Machine != "quarantine" || !slices.Contains(e.Path, state.Respond) {
			continue
		}
		if !c.given(e.Name, quarantine.KindContained) {
			c.breaks("I7", "%s contained, and gave no channel the news of it", e.Name)
		}
		if cut, told := entered(e, state.Respond), entered(e, state.TellContained); told.Sub(cut) > time.Second {
			c.breaks("I7", "%s contained at %s, and began to tell it at %s", e.Name, cut, told)
		}
		c.nothingUndone(e)
		c.failureShows(e)
	}
}

// nothingUndone checks that an execution that contains opens nothing: each ACL that it
// puts on a subnet is the product's, even if somebody adds a rule to it at that moment.
func (c *check) nothingUndone(e history.Execution) {
	for _, change := range c.r.Changes {
		if c.by(change).Execution == e.Name && c.by(change).Function != "release" && !madeByProduct(change.To) {
			c.breaks("I7", "%s contained, and put %s on %s", e.Name, change.To.ID, change.Subnet)
		}
	}
}

// failureShows checks that an execution whose evidence failed fails and tells people, and
// that all snapshots that an output names are completed.
func (c *check) failureShows(e history.Execution) {
	if slices.Contains(e.Path, state.TellEvidenceFailed) {
		if end(e) != state.EvidenceFailed {
			c.breaks("I7", "evidence failed, and %s ended in %s", e.Name, end(e))
		}
		if !c.given(e.Name, quarantine.KindEvidenceFailed) {
			c.breaks("I7", "evidence failed, and %s gave no channel the news of it", e.Name)
		}
		return
	}
	if end(e) != state.Contained {
		return
	}
	if o := outcomeOf(e); isKey(o.Instance) {
		c.evidenceOfKeyIsKept(e.Name, o.Incident)
		return
	}
	snapshots := c.snapshots()
	if len(outcomeOf(e).Snapshots) == 0 {
		c.breaks("I7", "%s ended in Contained without evidence", e.Name)
	}
	for _, id := range outcomeOf(e).Snapshots {
		if snapshots[id] != "completed" {
			c.breaks("I7", "%s says that evidence is complete, and %s is %q", e.Name, id, snapshots[id])
		}
	}
}

// snapshots maps the snapshots to their final states.
func (c *check) snapshots() map[string]string {
	out := map[string]string{}
	for _, s := range c.r.Account.Snapshots {
		fields, _ := s.(map[string]any)
		out[fmt.Sprint(fields["SnapshotId"])] = fmt.Sprint(fields["State"])
	}
	return out
}

// entered is the time at which the execution first entered a state.
func entered(e history.Execution, name string) time.Time {
	for _, event := range e.History {
		if event.StateEntered != nil && event.StateEntered.Name == name {
			return event.Timestamp
		}
	}
	return time.Time{}
}
