package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// span is one row of a timeline: a state, or a call within it.
type span struct {
	name       string
	start, end time.Time
	call       bool
}

// timeline is the critical path of an execution: from the event to the end of
// the call that cut.
type timeline struct {
	event, cut time.Time
	spans      []span
}

// timelineOf gathers an execution's states up to the cut, each with its calls
// below it. A state that the cut falls into ends there.
func timelineOf(r *simulate.Report, e simulate.Execution, event time.Time) timeline {
	t := timeline{event: event}
	var calls []span
	for _, c := range r.Calls {
		if c.Execution == e.Name && c.BeforeCut {
			calls = append(calls, span{name: c.Service + ":" + c.Operation, start: c.Started, end: c.Ended, call: true})
			t.cut = c.Ended // the last of them is the cut
		}
	}
	for _, s := range states(e.History) {
		if s.start.After(t.cut) {
			break
		}
		if s.end.After(t.cut) {
			s.end = t.cut
		}
		t.spans = append(t.spans, s)
		for len(calls) > 0 && !calls[0].end.After(s.end) {
			t.spans = append(t.spans, calls[0])
			calls = calls[1:]
		}
	}
	return t
}

// states are the states of a history with the times when they were entered and left.
func states(history []asl.Event) (all []span) {
	for _, e := range history {
		switch {
		case e.StateEntered != nil:
			all = append(all, span{name: e.StateEntered.Name, start: e.Timestamp, end: e.Timestamp})
		case e.StateExited != nil && len(all) > 0 && all[len(all)-1].name == e.StateExited.Name:
			all[len(all)-1].end = e.Timestamp
		}
	}
	return all
}

// printTimelines shows where the time to each cut went.
func printTimelines(w io.Writer, st style, r *simulate.Report, event time.Time) {
	cutBy := map[string]bool{}
	for _, name := range r.CutBy() {
		cutBy[name] = true
	}
	for i, e := range r.Executions {
		if !cutBy[e.Name] {
			continue
		}
		t := timelineOf(r, e, event)
		calls, rounds := r.BeforeCut(e.Name)
		heading(w, st, fmt.Sprintf("Critical path of #%d: %s from event to cut, %d AWS calls in %d round trips",
			i+1, milliseconds(t.cut.Sub(event)), calls, rounds))
		t.print(w, st)
	}
}

// bar is how many columns the whole of a timeline has.
const bar = 26

func (t timeline) print(w io.Writer, st style) {
	fmt.Fprintln(w, st.dim.Render("      at    took"))
	if wait := t.spans[0].start.Sub(t.event); wait > 0 {
		t.row(w, st, span{name: "EventBridge", start: t.event, end: t.spans[0].start})
	}
	for _, s := range t.spans {
		t.row(w, st, s)
	}
	fmt.Fprintf(w, "%8s          %s\n", milliseconds(t.cut.Sub(t.event)), st.good.Render("cut"))
}

// row shows one span: what is side by side has its bars in the same columns.
func (t timeline) row(w io.Writer, st style, s span) {
	name, look, block := s.name, st.plain, "─"
	if s.call {
		name, look, block = "  "+s.name, st.of(0), "█"
	}
	from, to := t.column(s.start), t.column(s.end)
	if s.call && to == from {
		to++
	}
	line := fmt.Sprintf("%8s %7s  %s", milliseconds(s.start.Sub(t.event)), milliseconds(s.end.Sub(s.start)), pad(cut(name, columns-bar-20), columns-bar-20))
	fmt.Fprintln(w, strings.TrimRight(line+" "+strings.Repeat(" ", from)+look.Render(strings.Repeat(block, to-from)), " "))
}

// column is where a moment stands in the bars.
func (t timeline) column(at time.Time) int {
	return int(int64(bar) * int64(at.Sub(t.event)) / int64(max(1, t.cut.Sub(t.event))))
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }
