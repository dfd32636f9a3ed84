package history

import (
	"encoding/json"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/arn"
)

// Status is an execution's.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
type Status string

// The statuses of an execution.
const (
	StatusRunning   Status = "RUNNING"
	StatusSucceeded Status = "SUCCEEDED"
	StatusFailed    Status = "FAILED"
	StatusTimedOut  Status = "TIMED_OUT"
	StatusAborted   Status = "ABORTED"
)

// Execution is one execution of a state machine, at work or ended.
type Execution struct {
	Name string `json:"name"`
	ARN  string `json:"executionArn"`
	// Machine is the state machine's name.
	Machine string `json:"stateMachine"`
	Status  Status `json:"status"`
	// Path has the names of the states in the order in which they were entered,
	// those inside Parallel and Map states among them.
	Path    []string        `json:"path"`
	History []Event         `json:"history"`          // the oldest first
	Output  json.RawMessage `json:"output,omitempty"` // where it succeeded
	Error   string          `json:"error,omitempty"`  // where it did not
	Cause   string          `json:"cause,omitempty"`
}

// FromEvents puts an execution together from its ARN and its events, the oldest
// first. Machine and Name are taken from the ARN.
func FromEvents(id string, events []Event) Execution {
	x := Execution{ARN: id, History: events, Status: StatusRunning}
	if e, ok := arn.ParseExecution(id); ok {
		x.Machine, x.Name = e.Machine, e.Name
	}
	for _, e := range events {
		if e.StateEntered != nil {
			x.Path = append(x.Path, e.StateEntered.Name)
		}
	}
	if len(events) > 0 {
		x.endedBy(events[len(events)-1])
	}
	return x
}

// endedBy takes status, output and error from the last event.
func (x *Execution) endedBy(last Event) {
	x.Status = last.Status()
	if last.ExecutionSucceeded != nil && json.Valid([]byte(last.ExecutionSucceeded.Output)) {
		x.Output = []byte(last.ExecutionSucceeded.Output)
	}
	if p := last.ExecutionProblem(); p != nil {
		x.Error, x.Cause = p.Error, p.Cause
	}
}

// Input is what the execution was started with, as JSON; nil where its history
// does not say.
func (x Execution) Input() json.RawMessage {
	if len(x.History) == 0 || x.History[0].ExecutionStarted == nil {
		return nil
	}
	return json.RawMessage(x.History[0].ExecutionStarted.Input)
}

// Started is the time of the first event; zero where there is none.
func (x Execution) Started() time.Time {
	if len(x.History) == 0 {
		return time.Time{}
	}
	return x.History[0].Timestamp
}

// Ended is the time of the event that ended the execution; zero where it has
// not ended.
func (x Execution) Ended() time.Time {
	if n := len(x.History); n > 0 && x.History[n-1].Ends() {
		return x.History[n-1].Timestamp
	}
	return time.Time{}
}
