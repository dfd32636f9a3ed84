package asl

import (
	"fmt"
	"strings"
)

// Fault is one fault of a definition.
type Fault struct {
	// Path is its place, such as States.Isolate.Retry[0].MaxAttempts; empty for the whole definition.
	Path string
	// Message says what is wrong and what is expected.
	Message string
}

func (f Fault) String() string {
	if f.Path == "" {
		return f.Message
	}
	return f.Path + ": " + f.Message
}

// DefinitionError is Parse's error: every fault of the definition, in the order of the definition.
type DefinitionError struct{ Faults []Fault }

func (e *DefinitionError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return fmt.Sprintf("the definition has %d fault(s):\n%s", len(e.Faults), strings.Join(lines, "\n"))
}
