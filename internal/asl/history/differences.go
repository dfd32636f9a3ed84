package history

import (
	"fmt"
	"strings"
)

// Difference is something in which the recorded history and ours differ and shall differ.
type Difference struct {
	Case     string // a name of a case, or a pattern of names
	Event    string // a label of an event, or a pattern of labels
	Field    string // of the event; empty where one of the two does not have the event
	Recorded string // JSON, and empty where it is not there; a pattern
	Ours     string // likewise
	Why      string // who is right
	Document string // the address of AWS's document that says so
}

func (d Difference) matches(f Found) bool {
	return match(d.Case, f.Case) && match(d.Event, f.Event) && d.Field == f.Field &&
		match(d.Recorded, f.Recorded) && match(d.Ours, f.Ours)
}

// match is a pattern in which * is any text.
func match(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	last := len(parts) - 1
	text, ok := strings.CutPrefix(text, parts[0])
	for _, part := range parts[1:last] {
		if !ok {
			return false
		}
		_, text, ok = strings.Cut(text, part)
	}
	return ok && strings.HasSuffix(text, parts[last])
}

// Judge gives what is wrong: everything found that Differences do not declare, and every declared difference of the
// cases that was not found.
func Judge(cases []Case, found []Found) (wrong []string) {
	used := make([]bool, len(Differences))
	for _, f := range found {
		declared := false
		for i, d := range Differences {
			if d.matches(f) {
				declared, used[i] = true, true
			}
		}
		if !declared {
			wrong = append(wrong, fmt.Sprintf("%s, execution %s, %s, field %q:\n  recorded %s\n  ours     %s",
				f.Case, f.Execution, f.Event, f.Field, f.Recorded, f.Ours))
		}
	}
	for i, d := range Differences {
		if !used[i] && d.concerns(cases) {
			wrong = append(wrong, fmt.Sprintf("Differences[%d] (%s, %s, %q) does not differ any more: remove it", i, d.Case, d.Event, d.Field))
		}
	}
	return wrong
}

func (d Difference) concerns(cases []Case) bool {
	for _, c := range cases {
		if match(d.Case, c.Name) {
			return true
		}
	}
	return false
}

// Differences are all that is declared.
var Differences = []Difference{}
