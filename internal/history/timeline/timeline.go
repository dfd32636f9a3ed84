// Package timeline shows where the time from an event to the cut went.
package timeline

import (
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// Call is one call to an API on behalf of an execution.
type Call struct {
	Name           string // for example ec2:DescribeInstances
	Started, Ended time.Time
}

// Row is one row of a timeline: a state, or a call within it.
type Row struct {
	Name       string
	Start, End time.Time
	IsCall     bool
}

// Timeline is the critical path of an execution: from the event to the end of
// the call that cut.
type Timeline struct {
	Event, Cut time.Time
	Rows       []Row
}

// Of gathers an execution's states up to the cut, each with its calls below it.
// The calls are those up to the cut, in the order of their start; the last one
// is the cut, and a state that it falls into ends there.
func Of(x history.Execution, calls []Call, event time.Time) Timeline {
	t := Timeline{Event: event}
	if len(calls) > 0 {
		t.Cut = calls[len(calls)-1].Ended
	}
	for _, s := range history.States(x.History) {
		if s.Entered.After(t.Cut) {
			break
		}
		end := t.until(s)
		t.Rows = append(t.Rows, Row{Name: s.Name, Start: s.Entered, End: end})
		for len(calls) > 0 && !calls[0].Ended.After(end) {
			t.Rows = append(t.Rows, Row{Name: calls[0].Name, Start: calls[0].Started, End: calls[0].Ended, IsCall: true})
			calls = calls[1:]
		}
	}
	return t
}

// until is when a state was left, or the cut if that came first.
func (t Timeline) until(s history.State) time.Time {
	switch {
	case s.Left.IsZero():
		return s.Entered
	case s.Left.After(t.Cut):
		return t.Cut
	}
	return s.Left
}
