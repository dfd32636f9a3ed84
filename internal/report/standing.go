package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// standing says how an incident stands: in a word, as good or bad, and in a sentence.
func standing(in quarantine.Incident) (word, look, said string) {
	switch in.Status {
	case quarantine.StatusContained:
		return standingContained(in)
	case quarantine.StatusReleased:
		if in.Release == nil {
			return "Released", "info", "It is released."
		}
		return "Released", "info", fmt.Sprintf("Released at %s by %s: %s", moment(in.Release.ReleasedAt), in.Release.By, in.Release.Reason)
	case quarantine.StatusFailed:
		return "NOT contained", "bad", "Containment failed: assume that nothing is closed but what is read back below."
	case quarantine.StatusIsolating:
		return "Isolating", "warn", "The cut is under way, or was when this was read."
	case quarantine.StatusReleasing:
		return "Releasing", "warn", "Its release is under way: what is held is not known to stand."
	case quarantine.StatusObserved:
		return "Observed", "info", strings.TrimSpace(message.WouldHave(in) + " The policy has it observed: nothing was locked, cut or changed.")
	case "":
		return "Not cut", "warn", "A person was asked first, and nothing has been cut."
	}
	return "Not known", "warn", fmt.Sprintf("Its status is %q, which this version does not know: assume that nothing is closed but what is read back below.", in.Status)
}

// standingContained says how one stands that is on record as contained: good only where everything that
// contains it was read back, and stood so at the last look.
func standingContained(in quarantine.Incident) (word, look, said string) {
	drifted := func(of func(quarantine.Drift) bool) bool { return slices.ContainsFunc(in.Drifted(), of) }
	by := containing(in)
	p := closedAll(in, by)
	switch {
	case drifted(func(d quarantine.Drift) bool { return d.Kind == quarantine.DriftReopened }):
		return "REOPENED", "bad", "It was contained, and the last look found something open again."
	case drifted(quarantine.Drift.Open):
		return "Partly contained", "warn", "It is contained, but the last look found something that is not held."
	case p.Pass == Open:
		return "Partly contained", "warn", "It is on record as contained, but a thing that " + by + " is to close was left open."
	case p.Pass != Closed:
		return "Not known", "warn", "It is on record as contained, but no read-back is on record of everything that is to hold it."
	case len(in.HeldQuarantines()) > 0:
	case in.Narrowed != nil:
		return "Narrowed", "warn", "The subnets were given back; the instance stays held by its security group."
	case in.ContainedBy != "":
		return "Contained by " + in.ContainedBy, "warn", "The subnets are not cut, so that the neighbours are spared. Connections that are tracked go on until they end."
	}
	return "Contained", "good", "Cut off at " + moment(in.ContainedAt) + ", and read back."
}

// containing is the measure that contains an incident's resource: the cut of its kind, unless nothing is
// cut any more, or was.
func containing(in quarantine.Incident) string {
	switch {
	case len(in.HeldQuarantines()) > 0:
	case in.Narrowed != nil:
		return groupMeasure
	case in.ContainedBy != "":
		return in.ContainedBy
	}
	return kinds.Of(in.Resource.Kind).Cut.Name
}

// moment is a time as sentences have it.
func moment(t time.Time) string {
	if t.IsZero() {
		return "a time that is not known"
	}
	return t.UTC().Format("2006-01-02 15:04:05") + " UTC"
}
