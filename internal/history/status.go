package history

import "strings"

// statusAfter are the statuses of an execution after the events that end it.
var statusAfter = map[string]Status{
	"ExecutionSucceeded": StatusSucceeded,
	"ExecutionFailed":    StatusFailed,
	"ExecutionTimedOut":  StatusTimedOut,
	"ExecutionAborted":   StatusAborted,
}

// Status is the status that the execution has after the event.
func (e Event) Status() Status {
	if s, ends := statusAfter[e.Type]; ends {
		return s
	}
	return StatusRunning
}

// Ends tells whether the event is the last one of an execution.
func (e Event) Ends() bool { return e.Status() != StatusRunning }

// ExecutionProblem is the error that ended the execution; nil if the event has none.
func (e Event) ExecutionProblem() *Problem {
	for _, p := range []*Problem{e.ExecutionFailed, e.ExecutionTimedOut, e.ExecutionAborted} {
		if p != nil {
			return p
		}
	}
	return nil
}

// WentWrong tells whether the event is of a failure, a timeout or a stop, which
// the console shows in red.
func (e Event) WentWrong() bool {
	return strings.HasSuffix(e.Type, "Failed") || strings.HasSuffix(e.Type, "TimedOut") || strings.HasSuffix(e.Type, "Aborted")
}
