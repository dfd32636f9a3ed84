package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// printHistory writes an execution's history as the console's table: id, type,
// state, time since the start, details.
func printHistory(w io.Writer, st style, e simulate.Execution) {
	fmt.Fprintf(w, "\n%s\n", st.title.Render(cut("History of "+e.Name, columns)))
	fmt.Fprintln(w, st.dim.Render(historyRow("ID", "Type", "State", "Time", "Details")))
	states := map[int64]string{}
	for _, event := range e.History {
		states[event.ID] = stateOf(event, states)
		row := historyRow(fmt.Sprint(event.ID), event.Type, states[event.ID], elapsed(event.Timestamp.Sub(e.History[0].Timestamp)), details(event))
		if wentWrong(event) {
			row = st.bad.Render(row)
		}
		fmt.Fprintln(w, row)
	}
}

// wentWrong tells whether the console shows the event in red.
func wentWrong(e asl.Event) bool {
	return strings.HasSuffix(e.Type, "Failed") || strings.HasSuffix(e.Type, "TimedOut") || strings.HasSuffix(e.Type, "Aborted")
}

func historyRow(id, kind, state, at, details string) string {
	return cut(fmt.Sprintf("%3s %s %s %9s %s", id, pad(cut(kind, 21), 21), pad(cut(state, 21), 21), at, details), columns)
}

// stateOf is the state that an event belongs to: its own, or that of the event
// before it in the same branch.
func stateOf(e asl.Event, states map[int64]string) string {
	switch {
	case e.StateEntered != nil:
		return e.StateEntered.Name
	case e.StateExited != nil:
		return e.StateExited.Name
	}
	return states[e.PreviousEventID]
}

// elapsed is a time since the start, as 04:05.000 or 1:04:05.
func elapsed(d time.Duration) string {
	if d >= time.Hour {
		return fmt.Sprintf("%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	}
	return fmt.Sprintf("%02d:%06.3f", int(d.Minutes()), (d % time.Minute).Seconds())
}

// details is what the console shows first of an event.
func details(e asl.Event) string {
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
