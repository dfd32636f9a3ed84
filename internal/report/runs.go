package report

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/report/graph"
)

// run is an execution in the timeline, with its states.
type run struct {
	execution
	Bar  bar
	Rows []row
	// Instant is how many states took no time that shows.
	Instant int
	First   bool
}

// row is a state with its visits.
type row struct {
	Name, Took string
	Bars       []bar
}

// bar is a time, in percent of the axis.
type bar struct {
	X, Width  float64
	Tip, Look string
}

// tick is a moment of the axis.
type tick struct {
	X     float64
	Label string
}

// axis is logarithmic: what happens within milliseconds and what takes minutes are both to be seen.
type axis struct {
	from time.Time
	span time.Duration
}

// unit is where the axis bends.
const unit = 20 * time.Millisecond

func (a axis) at(t time.Time) float64 { return a.of(t.Sub(a.from)) }

func (a axis) of(d time.Duration) float64 {
	if d <= 0 || a.span <= 0 {
		return 0
	}
	return min(100, 100*math.Log1p(float64(d)/float64(unit))/math.Log1p(float64(a.span)/float64(unit)))
}

// bar is at least as wide as can be seen.
func (a axis) bar(from, to time.Time, tip, look string) bar {
	x := a.at(from)
	return bar{X: min(x, 99.6), Width: max(0.4, a.at(to)-x), Tip: tip, Look: look}
}

// marks are those moments of the axis that have a label.
var marks = []time.Duration{
	0, 100 * time.Millisecond, time.Second, 10 * time.Second, time.Minute, 10 * time.Minute,
	time.Hour, 10 * time.Hour, 4 * 24 * time.Hour, 30 * 24 * time.Hour,
}

func (a axis) ticks() (out []tick) {
	for _, d := range marks {
		if d <= a.span {
			out = append(out, tick{a.of(d), label(d)})
		}
	}
	return out
}

func label(d time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 24*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// runs puts all executions on one axis.
func runs(r Report) (out []run, ticks []tick) {
	var a axis
	var last time.Time
	for _, x := range r.Executions {
		if len(x.History) == 0 {
			continue
		}
		if a.from.IsZero() || x.Started().Before(a.from) {
			a.from = x.Started()
		}
		if end := x.History[len(x.History)-1].Timestamp; end.After(last) {
			last = end
		}
	}
	if !r.Sent.IsZero() && r.Sent.Before(a.from) {
		a.from = r.Sent
	}
	a.span = last.Sub(a.from)
	for i, x := range r.Executions {
		if len(x.History) > 0 {
			out = append(out, runOf(r.execution(i), x, a))
		}
	}
	if len(out) > 0 {
		out[0].First = true
	}
	return out, a.ticks()
}

// byOutcome are the classes of how states ended.
var byOutcome = map[graph.Outcome]string{
	graph.Succeeded: "good", graph.Caught: "warn", graph.Failed: "bad", graph.InProgress: "info", graph.CutOff: "frame",
}

func runOf(e execution, x history.Execution, a axis) run {
	last := x.History[len(x.History)-1].Timestamp
	out := run{execution: e, Bar: a.bar(x.Started(), last, e.Label+": "+e.Took, e.Look)}
	total, way := map[string]time.Duration{}, graph.WayOf(x)
	for _, s := range history.States(x.History) {
		end := s.Left
		if end.IsZero() {
			end = last
		}
		took := end.Sub(s.Entered)
		if took <= 0 {
			out.Instant++
			continue
		}
		total[s.Name] += took
		tip := fmt.Sprintf("%s: %s, from %s", s.Name, seconds(took), seconds(s.Entered.Sub(a.from)))
		b := a.bar(s.Entered, end, tip, byOutcome[way.Outcomes[s.Name]])
		if at := slices.IndexFunc(out.Rows, func(r row) bool { return r.Name == s.Name }); at >= 0 {
			out.Rows[at].Bars = append(out.Rows[at].Bars, b)
		} else {
			out.Rows = append(out.Rows, row{Name: s.Name, Bars: []bar{b}})
		}
	}
	for i, r := range out.Rows {
		out.Rows[i].Took = seconds(total[r.Name])
	}
	return out
}
