package asl

import (
	"context"
	"encoding/json"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// frame runs one line of states: the execution's own, a branch's or an iteration's.
type frame struct {
	x     *execution
	scope *scope
	item  *mapItem // $states.context.Map

	prev int64 // the id that the next event has as previousEventId
	last int64 // the last event written; differs from prev after note

	open     *visit   // the state that was entered and has not exited
	children []*frame // the lines inside it, by branch or index; nil if not started
	mapName  string   // the Map state's name, for an iteration
}

type mapItem struct {
	Index int             `json:"Index"`
	Value json.RawMessage `json:"Value"`
}

// scope holds the variables of a line of states; the variables of outer scopes can be read.
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

// child is a line inside f's state. Its first event follows the event with which the state's work began.
func (f *frame) child() *frame {
	return &frame{x: f.x, scope: &scope{outer: f.scope}, item: f.item, prev: f.prev, last: f.prev}
}

// emit writes an event, which becomes the previous event of the next one.
func (f *frame) emit(e history.Event) int64 {
	e.PreviousEventID = f.prev
	f.prev = f.x.log.add(e)
	f.last = f.prev
	return f.prev
}

// note writes an event that does not become the previous event of the next one.
func (f *frame) note(e history.Event) {
	e.PreviousEventID = f.prev
	f.last = f.x.log.add(e)
}

// runProgram runs the states of a program from its start until one ends it. The error is a *failure that no state
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

// aborted are the types of states that have a StateAborted event.
var aborted = map[string]bool{typeTask: true, typeWait: true, typeParallel: true, typeMap: true}

// abort writes the events for what is aborted in this line because another line failed: the state that it is in,
// and the lines inside that state.
func (f *frame) abort(previous int64) {
	if f.open == nil {
		return
	}
	if aborted[f.open.st.typ] {
		f.x.log.add(history.Event{Type: f.open.st.typ + "StateAborted", PreviousEventID: previous})
	}
	f.abortChildren(previous, nil)
}

// abortChildren aborts the lines inside f's state, in order; failing is the line that failed.
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
