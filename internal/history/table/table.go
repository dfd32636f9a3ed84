// Package table shows an execution's history as the table of the Step Functions
// console.
package table

import (
	"fmt"
	"io"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Print writes an execution's history: id, type, state, time since the start,
// details.
func Print(w io.Writer, st terminal.Style, x history.Execution) {
	fmt.Fprintf(w, "\n%s\n", st.Title.Render(terminal.Cut("History of "+x.Name, st.Columns)))
	fmt.Fprintln(w, st.Dim.Render(row(st.Columns, "ID", "Type", "State", "Time", "Details")))
	states := map[int64]string{}
	for _, e := range x.History {
		states[e.ID] = stateOf(e, states)
		line := row(st.Columns, fmt.Sprint(e.ID), e.Type, states[e.ID], terminal.Elapsed(e.Timestamp.Sub(x.Started())), Details(e))
		if e.WentWrong() {
			line = st.Bad.Render(line)
		}
		fmt.Fprintln(w, line)
	}
}

// row has columns for the longest names where there is room, and else as narrow ones as it takes to
// show the time.
func row(columns int, id, kind, state, at, details string) string {
	width := min(max((columns-16)/3, 8), 28)
	cell := func(text string) string { return terminal.Pad(terminal.Cut(text, width), width) }
	return terminal.Cut(fmt.Sprintf("%3s %s %s %9s %s", id, cell(kind), cell(state), at, details), columns)
}

// stateOf is the state that an event belongs to: its own, or that of the event
// before it in the same branch.
func stateOf(e history.Event, states map[int64]string) string {
	switch {
	case e.StateEntered != nil:
		return e.StateEntered.Name
	case e.StateExited != nil:
		return e.StateExited.Name
	}
	return states[e.PreviousEventID]
}

// Details is what the console shows first of an event.
func Details(e history.Event) string {
	switch {
	case e.TaskScheduled != nil:
		return e.TaskScheduled.ResourceType + ":" + e.TaskScheduled.Resource
	case e.TaskFailed != nil:
		return e.TaskFailed.Error
	case e.TaskTimedOut != nil:
		return e.TaskTimedOut.Error
	case e.ExecutionFailed != nil:
		return e.ExecutionFailed.Error
	case e.EvaluationFailed != nil:
		return e.EvaluationFailed.Error
	}
	return ""
}

// PrintEnd writes how an execution ended, or that it has not.
func PrintEnd(w io.Writer, st terminal.Style, x history.Execution) {
	look := st.Bad
	switch x.Status {
	case history.StatusSucceeded:
		look = st.Good
	case history.StatusRunning:
		look = st.Warn
	}
	fmt.Fprintf(w, "%s, state machine %s\n", look.Render(string(x.Status)), x.Machine)
	if x.Error != "" {
		st.Record(w, st.Plain, 2, x.Error+": "+x.Cause)
	}
}
