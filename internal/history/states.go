package history

import (
	"strings"
	"time"
)

// State is one visit of a state.
type State struct {
	Name    string
	Entered time.Time
	Left    time.Time // zero where it was not: it is open, ends the execution, or was cut off
	// Caught says that it was left by a Catch, as its last attempt went wrong: what it is for was not done.
	Caught bool
}

// States are the states of a history in the order in which they were entered.
// States of branches that run side by side overlap.
func States(events []Event) []State {
	var states []State
	previous, visits := map[int64]int64{}, map[int64]int{} // by event: the one before it; the state that it enters
	wrong := map[int64]bool{}                              // by event: whether that or the one it follows from went wrong last
	for _, e := range events {
		previous[e.ID] = e.PreviousEventID
		wrong[e.ID] = e.WentWrong() || wrong[e.PreviousEventID] && e.goesOn()
		switch {
		case e.StateEntered != nil:
			visits[e.ID] = len(states)
			states = append(states, State{Name: e.StateEntered.Name, Entered: e.Timestamp})
		case e.StateExited != nil:
			if i, found := visitBefore(e, previous, visits, states); found {
				states[i].Left, states[i].Caught = e.Timestamp, wrong[e.PreviousEventID]
			}
		}
	}
	return states
}

// visitBefore finds the visit that an event ends: the latest of that state among
// the events that led to it.
func visitBefore(exited Event, previous map[int64]int64, visits map[int64]int, states []State) (int, bool) {
	for id := exited.PreviousEventID; id > 0 && previous[id] < id; id = previous[id] {
		if i, enters := visits[id]; enters && states[i].Name == exited.StateExited.Name {
			return i, true
		}
	}
	return 0, false
}

// goesOn tells whether an event leaves open how the state's last attempt went: it ends none.
func (e Event) goesOn() bool {
	return e.StateEntered == nil && e.StateExited == nil && !strings.HasSuffix(e.Type, "Succeeded")
}
