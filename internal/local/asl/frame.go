package asl

import (
	"context"
	"encoding/json"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// frame is one line of states: an execution's own, a branch's, an iteration's.
type frame struct {
	x     *execution
	scope *scope
	item  *mapItem // what $states.context.Map has

	prev int64 // the event that leads to the next one
	last int64 // the last event written, which is another where prev stayed behind

	open     *visit   // the state that is entered and not exited
	children []*frame // the lines inside it that have begun, by branch or index; nil where one has not
	mapName  string   // of an iteration: the Map state
}

type mapItem struct {
	Index int             `json:"Index"`
	Value json.RawMessage `json:"Value"`
}

// scope has the variables of a line of states; outer ones can be read.
// See https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html.
type scope struct {
	outer  *scope
	values map[string]json.RawMessage
}

func (s *scope) get(name string) (json.RawMessage, bool) {
	for ; s != nil; s = s.outer {
		if v, ok := s.values[name]; ok {
			return v, true
		}
	}
	return nil, false
}

func (s *scope) set(values map[string]json.RawMessage) {
	if s.values == nil {
		s.values = map[string]json.RawMessage{}
	}
	for name, v := range values {
		s.values[name] = v
	}
}

// child is a line inside the state that f is in. It begins after the event that began the state's work.
func (f *frame) child() *frame {
	return &frame{x: f.x, scope: &scope{outer: f.scope}, item: f.item, prev: f.prev, last: f.prev}
}

// emit writes an event that leads to the next.
func (f *frame) emit(e history.Event) int64 {
	e.PreviousEventID = f.prev
	f.prev = f.x.log.add(e)
	f.last = f.prev
	return f.prev
}

// note writes an event that does not lead to the next: the one after it follows the one before it.
func (f *frame) note(e history.Event) {
	e.PreviousEventID = f.prev
	f.last = f.x.log.add(e)
}

// runProgram runs states from the start of a program until one ends it. The error is a *failure that no state
// caught, or errStopped.
func (f *frame) runProgram(ctx context.Context, g *program, input json.RawMessage) (json.RawMessage, error) {
	name := g.startAt
	for {
		v := &visit{frame: f, st: g.states[name], input: input}
		e, err := v.run(ctx)
		if err != nil {
			return nil, err
		}
		if e.next == "" {
			return e.output, nil
		}
		name, input = e.next, e.output
	}
}

// aborted are the types of states that have an event for being cut off.
var aborted = map[string]bool{typeTask: true, typeWait: true, typeParallel: true, typeMap: true}

// abort writes what is cut off in this line because another failed: the state that it is in, and the lines
// inside that state.
func (f *frame) abort(previous int64) {
	if f.open == nil {
		return
	}
	if aborted[f.open.st.typ] {
		f.x.log.add(history.Event{Type: f.open.st.typ + "StateAborted", PreviousEventID: previous})
	}
	f.abortChildren(previous, nil)
}

// abortChildren ends the lines inside the state that f is in, in order; failing is the one that failed.
func (f *frame) abortChildren(previous int64, failing *frame) {
	for _, c := range f.children {
		if c == nil {
			continue
		}
		if c.mapName != "" {
			c.abortIteration(previous, c == failing)
		}
		c.abort(previous)
	}
	f.children = nil
}

func (f *frame) abortIteration(previous int64, failing bool) {
	e := history.Event{Type: "MapIterationAborted", PreviousEventID: previous}
	details := &history.MapIteration{Name: f.mapName, Index: f.item.Index}
	if failing {
		e.Type, e.MapIterationFailed = "MapIterationFailed", details
	} else {
		e.MapIterationAborted = details
	}
	f.x.log.add(e)
}
