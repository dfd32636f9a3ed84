package triage

import (
	"fmt"
	"slices"
	"strings"
)

// Fault is one fault of a policy.
type Fault struct {
	Line int // from 1
	Text string
}

// Faults are all faults of a policy, ordered by line.
type Faults []Fault

// Error has one line for each fault: "line N: ...".
func (f Faults) Error() string {
	lines := make([]string, 0, len(f)+1)
	if len(f) == 1 {
		lines = append(lines, "the policy has a fault:")
	} else {
		lines = append(lines, fmt.Sprintf("the policy has %d faults:", len(f)))
	}
	for _, one := range f {
		lines = append(lines, fmt.Sprintf("line %d: %s", one.Line, one.Text))
	}
	return strings.Join(lines, "\n")
}

// sorted orders the faults by line.
func (f Faults) sorted() Faults {
	slices.SortStableFunc(f, func(a, b Fault) int { return a.Line - b.Line })
	return f
}
