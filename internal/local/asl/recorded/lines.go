package recorded

import (
	"encoding/json"
	"fmt"
	"strings"
)

// event is an event in a form that can be compared.
type event struct {
	typ    string
	line   string         // the line of states that it belongs to: "", R/TellContained, M[0]
	state  string         // the state that the line is in
	label  string         // unique in an execution
	fields map[string]any // previousEventId is a label; without id and timestamp
}

// lines sorts the events of an execution into lines: its own, one for each branch of a Parallel state, one for each
// iteration of a Map state. Within a line the order of events is defined. Between lines it depends on timing, except
// for what previousEventId specifies.
type lines struct {
	events []*event
	open   map[string]opened // by line: the state that was entered and has not exited
	around map[string]string // by line: the enclosing line
	byID   map[int64]*event
	seen   map[string]int
}

type opened struct{ name, entered string }

// group tells whether the state is a Parallel or Map state, which contains other lines.
func (o opened) group() bool {
	return o.entered == "ParallelStateEntered" || o.entered == "MapStateEntered"
}

// envelope has the fields of every event.
type envelope struct {
	ID              int64  `json:"id"`
	PreviousEventID int64  `json:"previousEventId"`
	Type            string `json:"type"`
	Entered         *struct {
		Name string `json:"name"`
	} `json:"stateEnteredEventDetails"`
	Started   *iteration `json:"mapIterationStartedEventDetails"`
	Succeeded *iteration `json:"mapIterationSucceededEventDetails"`
	Failed    *iteration `json:"mapIterationFailedEventDetails"`
	Aborted   *iteration `json:"mapIterationAbortedEventDetails"`
}

type iteration struct {
	Name  string `json:"name"`
	Index int    `json:"index"`
}

func (e envelope) iteration() *iteration {
	for _, i := range []*iteration{e.Started, e.Succeeded, e.Failed, e.Aborted} {
		if i != nil {
			return i
		}
	}
	return nil
}

func sortLines(x Execution, now *window) ([]*event, error) {
	l := &lines{open: map[string]opened{}, around: map[string]string{}, byID: map[int64]*event{}, seen: map[string]int{}}
	for _, text := range x.Events {
		var head envelope
		var fields map[string]any
		if err := json.Unmarshal(text, &head); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(text, &fields); err != nil {
			return nil, err
		}
		l.add(head, fields, now)
	}
	return l.events, nil
}

func (l *lines) add(head envelope, fields map[string]any, now *window) {
	previous := l.byID[head.PreviousEventID]
	e := &event{typ: head.Type, line: l.line(head, previous)}
	if head.Entered != nil {
		l.open[e.line] = opened{head.Entered.Name, head.Type}
	}
	e.state = l.open[e.line].name
	if strings.HasSuffix(e.typ, "StateExited") || strings.HasPrefix(e.typ, "Execution") {
		delete(l.open, e.line)
	}
	e.label = l.name(e)
	delete(fields, "id")
	delete(fields, "timestamp")
	fields["previousEventId"] = "none"
	if previous != nil {
		fields["previousEventId"] = previous.label
	}
	e.fields = now.plain("", fields).(map[string]any)
	l.byID[head.ID] = e
	l.events = append(l.events, e)
}

// line returns an event's line, derived from the previous event.
func (l *lines) line(head envelope, previous *event) string {
	i := head.iteration()
	switch {
	case previous == nil || strings.HasPrefix(head.Type, "Execution"):
		return ""
	case i != nil:
		return l.inside(l.group(previous.line), fmt.Sprintf("/%s[%d]", i.Name, i.Index))
	case head.Entered != nil && previous.typ == "ParallelStateStarted":
		return l.inside(previous.line, "/"+previous.state+"/"+head.Entered.Name)
	case groupEvents[head.Type], strings.HasSuffix(head.Type, "Aborted"):
		return l.group(previous.line)
	}
	return previous.line
}

var groupEvents = map[string]bool{
	"ParallelStateStarted": true, "ParallelStateSucceeded": true, "ParallelStateFailed": true, "ParallelStateExited": true,
	"MapStateStarted": true, "MapStateSucceeded": true, "MapStateFailed": true, "MapStateExited": true,
}

// group is the line of the innermost open Parallel or Map state, in the line or in one around it.
func (l *lines) group(line string) string {
	for line != "" && !l.open[line].group() {
		line = l.around[line]
	}
	return line
}

// inside returns the line of that name inside another, and records the enclosing line.
func (l *lines) inside(line, name string) string {
	l.around[line+name] = line
	return line + name
}

// name labels an event by its type, state and line, with a number from the second occurrence on.
func (l *lines) name(e *event) string {
	label := strings.TrimSpace(e.typ + " " + e.state)
	if e.line != "" {
		label += " in " + e.line
	}
	l.seen[label]++
	if n := l.seen[label]; n > 1 {
		label += fmt.Sprintf(" (%d)", n)
	}
	return label
}
