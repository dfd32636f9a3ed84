package asl

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// TaskError is a named error of a TaskFunc, which Retry and Catch can match. Cause is passed to a Catch with it.
// Any other error of a TaskFunc becomes States.TaskFailed with its text as the cause.
type TaskError struct{ Name, Cause string }

func (e *TaskError) Error() string { return fmt.Sprintf("%s: %s", e.Name, e.Cause) }

// failure is an error that a state reports to its Retry and Catch, and then to the enclosing program.
type failure struct {
	name, cause string
	heartbeat   bool // a States.Timeout because of a missed heartbeat
}

func (f *failure) Error() string { return f.name + ": " + f.cause }

// errStopped unwinds a branch whose context is done, because the execution was stopped or timed out, or another
// branch failed. It is not an error of a state, and nothing catches it.
var errStopped = errors.New("stopped")

// matches tells whether ErrorEquals matches the failure, by the rules of
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html: States.Runtime is never
// caught, and States.DataLimitExceeded by its own name only.
func (f *failure) matches(errorEquals []string) bool {
	if f.name == errorRuntime {
		return false
	}
	for _, name := range errorEquals {
		switch {
		case name == f.name:
			return true
		case name == errorHeartbeatTimeout && f.heartbeat:
			return true
		case name == errorAll && f.name != errorDataLimit:
			return true
		case name == errorTaskFailed && f.name != errorDataLimit && f.name != errorTimeout && f.name != errorHeartbeatTimeout:
			return true
		}
	}
	return false
}

// output is a Catch's $states.errorOutput.
func (f *failure) output() json.RawMessage {
	return encode(struct{ Error, Cause string }{f.name, f.cause})
}

func (f *failure) problem() history.Problem { return history.Problem{Error: f.name, Cause: f.cause} }

// failed converts a TaskFunc's error to a failure.
func failed(err error) *failure {
	if named, ok := errors.AsType[*TaskError](err); ok {
		return &failure{name: named.Name, cause: named.Cause, heartbeat: named.Name == errorHeartbeatTimeout}
	}
	return &failure{name: errorTaskFailed, cause: err.Error()}
}

// maxPayload is the maximum size of a state's input, output, arguments or variables, in bytes.
// See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.
const maxPayload = 256 * 1024

// tooLarge returns a failure if data exceeds the limit. what is the cause's subject, up to the word "with".
func tooLarge(what string, data json.RawMessage) *failure {
	if len(data) <= maxPayload {
		return nil
	}
	return &failure{name: errorDataLimit,
		cause: fmt.Sprintf("The %s a size exceeding the maximum number of bytes service limit.", what)}
}
