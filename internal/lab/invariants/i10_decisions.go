package invariants

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// decisionsCount is I10: approvals are single-use, expire, and record who decided; without
// an answer the quarantine stays.
func (c *check) decisionsCount() {
	keys, of := c.history("REQUEST")
	for _, key := range keys {
		c.decidedOnce(key, of[key])
	}
	for _, e := range c.r.Executions {
		switch {
		case e.Machine == "quarantine-release" && !slices.Contains(c.w.ManualReleases, e.Name):
			c.wasApproved(e)
		case e.Machine == "quarantine" && asked(e):
			c.mayCut(e)
		}
	}
	c.narrowedIsAskedAgain()
}

// decidedOnce checks that a decided or expired request never changes again.
func (c *check) decidedOnce(key string, all []write) {
	var decided map[string]any
	ended := ""
	for _, w := range all {
		status, decision := w.text("status"), fields(w.item, "decision")
		if ended != "" && status != ended {
			c.breaks("I10", "%s was %s and became %s", key, ended, status)
		}
		if decided != nil && !reflect.DeepEqual(decision, decided) {
			c.breaks("I10", "%s was decided twice", key)
		}
		if decision != nil && decided == nil {
			c.carriesWho(key, w, decision)
		}
		decided = decision
		if status != "pending" {
			ended = status
		}
	}
}

func (c *check) carriesWho(key string, w write, decision map[string]any) {
	if text(decision, "by") == "" || text(decision, "via") == "" {
		c.breaks("I10", "%s does not say who decided, and how", key)
	}
	at, errAt := time.Parse(time.RFC3339, text(decision, "at"))
	deadline, errDeadline := time.Parse(time.RFC3339, w.text("deadline"))
	if errAt != nil || errDeadline != nil || !at.Before(deadline) {
		c.breaks("I10", "%s was decided at %q, and expired at %q", key, text(decision, "at"), w.text("deadline"))
	}
	if c.w.Answer == Silence {
		c.breaks("I10", "%s was decided, and nobody has answered", key)
	}
}

// wasApproved checks that every release, and every giving back of the subnets alone, has a word
// of a person of its own.
func (c *check) wasApproved(e history.Execution) {
	incident, answer := c.incidentOf(e.Name), "approved"
	if narrows(e) {
		answer = "narrowed"
	}
	if c.w.Answer == Silence || c.w.Answer == No {
		c.breaks("I10", "%s released %s, and nobody has approved", e.Name, incident)
	}
	approved := 0
	for _, w := range c.itemsAtEnd("REQUEST") {
		if w.text("purpose") == "release" && w.text("incident") == incident && w.text("status") == answer {
			approved++
		}
	}
	releases := map[string]bool{} // suffix of the name: the execution that asked; it can start a release twice if an answer is lost
	for _, other := range c.r.Executions {
		if other.Machine == e.Machine && narrows(other) == narrows(e) && !slices.Contains(c.w.ManualReleases, other.Name) && c.incidentOf(other.Name) == incident {
			releases[other.Name[strings.LastIndex(other.Name, "-")+1:]] = true
		}
	}
	if len(releases) > approved {
		c.breaks("I10", "%d releases of %s, and %d questions that were %s", len(releases), incident, approved, answer)
	}
}

// narrows tells whether a release gives back the subnets alone.
func narrows(e history.Execution) bool { return slices.Contains(e.Path, state.Narrow) }

// narrowedIsAskedAgain checks that an execution has asked once more whether to release than it was
// answered that the subnets alone are given back, or has told people that nobody can be asked.
func (c *check) narrowedIsAskedAgain() {
	asked, narrowed := map[string]int{}, map[string]int{}
	for _, w := range c.itemsAtEnd("REQUEST") {
		by := text(fields(w.item, "execution"), "id")
		if w.text("purpose") == "release" {
			asked[by]++
		}
		if w.text("status") == "narrowed" {
			narrowed[by]++
		}
	}
	for _, e := range c.r.Executions {
		if n := narrowed[e.ARN]; n > 0 && asked[e.ARN] <= n && end(e) != state.AskingFailed {
			c.breaks("I10", "%s was answered %d times that the subnets are given back, and has asked %d times whether to release", e.Name, n, asked[e.ARN])
		}
	}
}

// asked reports whether an execution asked and isolated afterwards. An execution that the
// brake held tried to isolate before it asked, too.
func asked(e history.Execution) bool {
	at := slices.Index(e.Path, state.AskBeforeCut)
	return at >= 0 && slices.Contains(e.Path[at:], state.Isolate)
}

// mayCut checks that a question before the cut was approved, or that the policy cuts
// without an answer.
func (c *check) mayCut(e history.Execution) {
	for _, w := range c.itemsAtEnd("REQUEST") {
		if w.text("purpose") == "isolate" && text(fields(w.item, "execution"), "id") == e.ARN && w.text("status") == "approved" {
			return
		}
	}
	if !c.w.SilenceCuts {
		c.breaks("I10", "%s asked and cut, and nobody has approved", e.Name)
	}
}
