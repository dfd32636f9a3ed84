package history

import (
	"encoding/json"
	"fmt"
	"strings"
)

// event is an event made comparable.
type event struct {
	typ    string
	line   string         // the line of states that it belongs to: "", R/TellContained, M[0]
	state  string         // the state that is open in that line
	label  string         // what the event is called, once in an execution
	fields map[string]any // with the event before it by its label, and without id and timestamp
}

// lines sorts the events of an execution into lines: its own, one for each branch of a Parallel state, one for each
// iteration of a Map state. In a line the order of events means something; between lines it is a matter of time,
// and what the language says of it stands in previousEventId.
type lines struct {
	events []*event
	open   map[string][]string // by line: the states that are open, the last one inside the others
	byID   map[int64]*event
	seen   map[string]int
}

// envelope is what every event has.
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
	l := &lines{open: map[string][]string{}, byID: map[int64]*event{}, seen: map[string]int{}}
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
		l.open[e.line] = []string{head.Entered.Name}
	}
	if open := l.open[e.line]; len(open) > 0 {
		e.state = open[0]
	}
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

// line finds an event's line from the event before it.
func (l *lines) line(head envelope, previous *event) string {
	i := head.iteration()
	switch {
	case previous == nil || strings.HasPrefix(head.Type, "Execution"):
		return ""
	case i != nil && head.Type == "MapIterationStarted":
		return l.group(previous) + i.suffix()
	case i != nil: // its own line is there already
		return l.started(i, previous)
	case head.Entered != nil && previous.typ == "ParallelStateStarted":
		return previous.line + "/" + previous.state + "/" + head.Entered.Name
	case groupEvents[head.Type]:
		return l.group(previous)
	case strings.HasSuffix(head.Type, "Aborted"):
		return l.group(previous)
	}
	return previous.line
}

func (i *iteration) suffix() string { return fmt.Sprintf("/%s[%d]", i.Name, i.Index) }

// started is the line of an iteration that has begun in the group that previous belongs to.
func (l *lines) started(i *iteration, previous *event) string {
	return l.group(previous) + i.suffix()
}

var groupEvents = map[string]bool{
	"ParallelStateStarted": true, "ParallelStateSucceeded": true, "ParallelStateFailed": true, "ParallelStateExited": true,
	"MapStateStarted": true, "MapStateSucceeded": true, "MapStateFailed": true, "MapStateExited": true,
}

// group is the line of the Parallel or Map state that an event belongs to, or that its line is inside of.
func (l *lines) group(e *event) string {
	if strings.HasPrefix(e.typ, "ParallelState") || strings.HasPrefix(e.typ, "MapState") {
		return e.line
	}
	line := e.line
	if i := strings.LastIndex(line, "/"); strings.HasSuffix(line, "]") {
		return line[:max(i, 0)]
	} else if i > 0 {
		return line[:strings.LastIndex(line[:i], "/")] // /R/First: both
	}
	return line
}

// name labels an event by its type and state, with a number from the second of its kind on.
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
