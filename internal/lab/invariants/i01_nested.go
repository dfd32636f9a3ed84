package invariants

import (
	"encoding/json"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// nested requires that the execution started and waited for an execution of machine that
// ended with that status. If otherwise is set, an attempt to send that kind of message is
// enough: there may be no such execution, or its start got no answer.
func nested(machine string, status history.Status, otherwise quarantine.MessageKind) func(*check, history.Execution) string {
	return func(c *check, e history.Execution) string {
		if slices.ContainsFunc(c.startedBy(e), func(x history.Execution) bool { return x.Machine == machine && x.Status == status }) {
			return ""
		}
		if otherwise != "" && c.given(e.Name, otherwise) {
			return ""
		}
		return "no execution of " + machine + " that it started has " + string(status)
	}
}

// startedBy returns the executions that e started and waited for.
func (c *check) startedBy(e history.Execution) (all []history.Execution) {
	for _, event := range e.History {
		if event.TaskSubmitted == nil {
			continue
		}
		var out struct{ ExecutionArn string }
		_ = json.Unmarshal([]byte(event.TaskSubmitted.Output), &out) // a function's answer has no executionArn
		for _, x := range c.r.Executions {
			if x.ARN == out.ExecutionArn {
				all = append(all, x)
			}
		}
	}
	return all
}

// triedToTell requires a message of that kind to a channel, accepted or not.
func triedToTell(kind quarantine.MessageKind) func(*check, history.Execution) string {
	return func(c *check, e history.Execution) string {
		if c.given(e.Name, kind) {
			return ""
		}
		return "no channel was given " + string(kind)
	}
}

// given reports whether a message of that kind was sent to a channel for the execution.
func (c *check) given(execution string, kind quarantine.MessageKind) bool {
	return slices.ContainsFunc(c.r.Sent, func(s simulate.Sending) bool { return s.Execution == execution && s.Kind == string(kind) })
}
