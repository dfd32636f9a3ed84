package graph

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// Outcome is how a state ended, in the words of the console.
type Outcome string

// The outcomes, from the mildest to the worst.
const (
	NotReached Outcome = "not reached"
	Succeeded  Outcome = "succeeded"
	CutOff     Outcome = "cut off" // the branch ended before the state did
	InProgress Outcome = "in progress"
	Caught     Outcome = "caught"
	Failed     Outcome = "failed"
)

// Step is the way from one state to the next.
type Step struct{ From, To string }

// Way is the way that an execution took through its definition.
type Way struct {
	Outcomes map[string]Outcome // of the states that were reached: of the last visit
	Steps    map[Step]bool
	Started  map[string][]string // the ARNs of the executions that a state started
	Visits   map[string]int
}

// WayOf reads the way from a history.
func WayOf(x history.Execution) Way {
	w := Way{Outcomes: map[string]Outcome{}, Steps: map[Step]bool{}, Started: map[string][]string{}, Visits: map[string]int{}}
	in := map[int64]string{} // the state that an event belongs to
	left := map[int64]string{}
	wrong := map[string]bool{}
	for _, e := range x.History {
		name := in[e.PreviousEventID]
		switch {
		case e.StateEntered != nil:
			if from := left[e.PreviousEventID]; from != "" {
				w.Steps[Step{from, e.StateEntered.Name}] = true
			}
			name = e.StateEntered.Name
			w.Outcomes[name], wrong[name] = InProgress, false
			w.Visits[name]++
		case e.StateExited != nil:
			name = e.StateExited.Name
			left[e.ID] = name
			w.Outcomes[name] = map[bool]Outcome{true: Caught, false: Succeeded}[wrong[name]]
		case e.WentWrong():
			wrong[name] = true
		case e.TaskSucceeded != nil || e.LambdaFunctionSucceeded != nil:
			wrong[name] = false
		}
		in[e.ID] = name
		for _, arn := range history.Nested([]history.Event{e}) {
			if !slices.Contains(w.Started[name], arn) {
				w.Started[name] = append(w.Started[name], arn)
			}
		}
	}
	w.end(x, wrong)
	return w
}

// end settles the states that were not left: where the execution has ended, so have they.
func (w Way) end(x history.Execution, wrong map[string]bool) {
	last := ""
	if len(x.Path) > 0 {
		last = x.Path[len(x.Path)-1]
	}
	for name, o := range w.Outcomes {
		switch {
		case o != InProgress || x.Status == history.StatusRunning:
		case wrong[name] || name == last && x.Status != history.StatusAborted && x.Status != history.StatusSucceeded:
			w.Outcomes[name] = Failed
		default:
			w.Outcomes[name] = CutOff
		}
	}
}
