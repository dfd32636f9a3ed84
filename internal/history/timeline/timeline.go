// Package timeline shows where the time from an event to the cut went.
package timeline

import (
	"fmt"
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

// Brief has a row for calls side by side, and none for a state that took no time and made no call. A
// state's only row of calls is the state's.
func (t Timeline) Brief() Timeline {
	out := Timeline{Event: t.Event, Cut: t.Cut}
	for i := 0; i < len(t.Rows); {
		of, calls := t.Rows[i], []Row(nil)
		for i++; i < len(t.Rows) && t.Rows[i].IsCall; i++ {
			calls = append(calls, t.Rows[i])
		}
		rounds := sideBySide(calls)
		switch {
		case len(rounds) == 0 && of.End.Equal(of.Start):
			continue
		case len(rounds) == 1:
			of.Name += ": " + rounds[0].Name
			rounds = nil
		}
		out.Rows = append(append(out.Rows, of), rounds...)
	}
	return out
}

// sideBySide has a row for calls that overlap, named after the first of those that took longest.
func sideBySide(calls []Row) (rounds []Row) {
	for i := 0; i < len(calls); {
		round, beside := calls[i], 0
		for i++; i < len(calls) && calls[i].Start.Before(round.End); i++ {
			if beside++; calls[i].End.After(round.End) {
				round.Name, round.End = calls[i].Name, calls[i].End
			}
		}
		if beside > 0 {
			round.Name = fmt.Sprintf("%s and %d more", round.Name, beside)
		}
		rounds = append(rounds, round)
	}
	return rounds
}
