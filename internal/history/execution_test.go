package history_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

func TestAnExecutionIsDescribedByItsHistory(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:states:eu-west-1:1:execution:quarantine:one"
	entered := history.Event{Type: "TaskStateEntered", StateEntered: &history.StateEntered{Name: "Triage"}}
	for last, want := range map[*history.Event]history.Execution{
		{Type: "TaskScheduled"}: {Status: history.StatusRunning},
		{Type: "ExecutionSucceeded", ExecutionSucceeded: &history.Result{Output: "{}"}}:                   {Status: history.StatusSucceeded},
		{Type: "ExecutionFailed", ExecutionFailed: &history.Problem{Error: "E", Cause: "C"}}:              {Status: history.StatusFailed, Error: "E", Cause: "C"},
		{Type: "ExecutionTimedOut", ExecutionTimedOut: &history.Problem{}}:                                {Status: history.StatusTimedOut},
		{Type: "ExecutionAborted", ExecutionAborted: &history.Problem{Error: "stopped", Cause: "by one"}}: {Status: history.StatusAborted, Error: "stopped", Cause: "by one"},
	} {
		got := history.FromEvents(arn, []history.Event{entered, *last})
		if got.Status != want.Status || got.Error != want.Error || got.Cause != want.Cause {
			t.Errorf("%s: %s, %s: %s", last.Type, got.Status, got.Error, got.Cause)
		}
		if got.Name != "one" || got.Machine != "quarantine" || strings.Join(got.Path, " ") != "Triage" {
			t.Errorf("it is %s of %s, along %v", got.Name, got.Machine, got.Path)
		}
	}
}
