package report

import (
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/timeline"
)

// cutView is the critical path to one cut: states and, below each, its calls.
type cutView struct {
	Title string
	Rows  []cutRow
	Ticks []tick
}

// cutRow is a state or a call. Round is the round trip of a call, 0 of a state.
type cutRow struct {
	bar
	Name, Took string
	Round      int
}

func cuts(r Report) (out []cutView) {
	for _, c := range r.Cuts {
		i := slices.IndexFunc(r.Executions, func(x history.Execution) bool { return x.Name == c.Execution })
		if i < 0 || len(c.Calls) == 0 {
			continue
		}
		var calls []timeline.Call
		for _, call := range c.Calls {
			calls = append(calls, call.Call)
		}
		t := timeline.Of(r.Executions[i], calls, r.Sent)
		whole := t.Cut.Sub(t.Event)
		title := fmt.Sprintf("%s: %d AWS calls in %d round trips, %s from the event to the cut", r.numbers[c.Execution], len(calls), c.Rounds, seconds(whole))
		v := cutView{Title: title, Ticks: linear(whole)}
		next := 0
		for _, of := range t.Rows {
			row := cutRow{Name: of.Name, Took: seconds(of.End.Sub(of.Start))}
			row.X, row.Width = share(of.Start.Sub(t.Event), whole), max(0.4, share(of.End.Sub(of.Start), whole))
			if of.IsCall {
				row.Round = c.Calls[next].Round
				next++
			}
			row.Tip = fmt.Sprintf("%s: %s, from %s", of.Name, row.Took, seconds(of.Start.Sub(t.Event)))
			v.Rows = append(v.Rows, row)
		}
		out = append(out, v)
	}
	return out
}

// share is a time in percent of the whole.
func share(d, whole time.Duration) float64 {
	return min(100, 100*float64(max(0, d))/float64(max(1, whole)))
}

// linear are the ticks of an axis that is.
func linear(whole time.Duration) (out []tick) {
	step := time.Millisecond
	for _, factor := range []time.Duration{5, 2, 5, 2, 5, 2, 5, 2, 6, 10, 6} {
		if whole/step <= 6 {
			break
		}
		step *= factor
	}
	for d := time.Duration(0); d <= whole && len(out) < 8; d += step {
		out = append(out, tick{share(d, whole), seconds(d)})
	}
	return out
}
