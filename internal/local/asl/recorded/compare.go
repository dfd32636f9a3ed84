package recorded

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
)

// Found is one difference between two executions.
type Found struct {
	Case, Execution string
	Event           string // its label, or "execution"
	Field           string // of the event; empty if only one of the two has the event
	Recorded, Local string // JSON; empty if absent
}

// Compare returns the differences between a recorded execution and a local one: the events in the order of their
// lines, with type, details and previous event, then status, output, error and cause. It does not compare times,
// tokens and event ids.
func Compare(name string, recorded, local Execution) ([]Found, error) {
	now, err := around(recorded)
	if err != nil {
		return nil, err
	}
	was, err := sortLines(recorded, now)
	if err != nil {
		return nil, err
	}
	is, err := sortLines(local, now)
	if err != nil {
		return nil, err
	}
	c := comparison{name: name, execution: recorded.Name}
	for _, line := range linesOf(was, is) {
		c.line(inLine(was, line), inLine(is, line))
	}
	c.fields("execution", "", now.plain("", recorded.result()), now.plain("", local.result()))
	return c.found, nil
}

func (x Execution) result() map[string]any {
	return map[string]any{"status": x.Status, "input": x.Input, "output": x.Output, "error": x.Error, "cause": x.Cause}
}

type comparison struct {
	name, execution string
	found           []Found
}

func (c *comparison) note(event, field, recorded, local string) {
	c.found = append(c.found, Found{Case: c.name, Execution: c.execution, Event: event, Field: field, Recorded: recorded, Local: local})
}

// line compares two lines; events are paired by their longest common sequence of types and states.
func (c *comparison) line(was, is []*event) {
	longest := commonLengths(was, is)
	i, j := 0, 0
	for i < len(was) || j < len(is) {
		switch {
		case i < len(was) && j < len(is) && was[i].pairs(is[j]):
			c.fields(was[i].label, "", was[i].fields, is[j].fields)
			i, j = i+1, j+1
		case j == len(is) || i < len(was) && longest[i+1][j] >= longest[i][j+1]:
			c.note(was[i].label, "", encode(was[i].fields), "")
			i++
		default:
			c.note(is[j].label, "", "", encode(is[j].fields))
			j++
		}
	}
}

func (e *event) pairs(other *event) bool { return e.typ == other.typ && e.state == other.state }

// commonLengths returns, for every pair of suffixes of two lines, the length of their longest common sequence.
func commonLengths(a, b []*event) [][]int {
	n := make([][]int, len(a)+1)
	for i := range n {
		n[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if n[i][j] = max(n[i+1][j], n[i][j+1]); a[i].pairs(b[j]) {
				n[i][j] = n[i+1][j+1] + 1
			}
		}
	}
	return n
}

// fields compares two values and records the deepest fields in which they differ.
func (c *comparison) fields(event, field string, was, is any) {
	before, both := was.(map[string]any)
	after, and := is.(map[string]any)
	if !both || !and {
		if !reflect.DeepEqual(was, is) {
			c.note(event, field, encode(was), encode(is))
		}
		return
	}
	names := maps.Clone(before)
	maps.Copy(names, after)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		at := name
		if field != "" {
			at = field + "." + name
		}
		c.fields(event, at, before[name], after[name])
	}
}

// encode returns a value as JSON text, and "" for nil.
func encode(value any) string {
	if value == nil {
		return ""
	}
	text, _ := json.Marshal(value) // decoded from JSON, so it cannot fail
	return string(text)
}

func linesOf(was, is []*event) []string {
	all := map[string]bool{}
	for _, e := range slices.Concat(was, is) {
		all[e.line] = true
	}
	return slices.Sorted(maps.Keys(all))
}

func inLine(events []*event, line string) (in []*event) {
	for _, e := range events {
		if e.line == line {
			in = append(in, e)
		}
	}
	return in
}
