package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// Whatever is in a report, it is printed in lines of the terminal's width, or
// refused.
func FuzzReport(f *testing.F) {
	f.Add([]byte(`{"executions": [{"name": "one", "executionArn": "a", "history": [{"timestamp": "2026-01-15T12:00:00Z", "type": "TaskScheduled", "id": 3,
		"taskScheduledEventDetails": {"resource": "invoke.waitForTaskToken", "parameters": "{\"token\":\"planted\"}"}}]}]}`), "one")
	f.Add([]byte(`{"executions": [{"executionArn": "a", "history": [{"taskSubmittedEventDetails": {"resourceType": "states", "resource": "startExecution.sync:2",
		"output": "{\"ExecutionArn\":\"a\"}"}}]}]}`), "")
	f.Add([]byte(`[`), "inc-20260115-a749daa8d1")
	f.Add([]byte(`{}`), "\x9a") // no UTF-8
	f.Fuzz(func(t *testing.T, text []byte, subject string) {
		all, err := fromReport(text, subject)
		if err != nil {
			return
		}
		var out bytes.Buffer
		for _, e := range all {
			printHistory(&out, newStyle(&out), e)
		}
		if err := writeJSON(&out, all); err != nil {
			t.Error(err)
		}
	})
}

func TestAnExecutionIsDescribedByItsHistory(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:states:eu-west-1:1:execution:quarantine:one"
	entered := asl.Event{Type: "TaskStateEntered", StateEntered: &asl.StateEntered{Name: "Triage"}}
	for last, want := range map[*asl.Event]simulate.Execution{
		{Type: "TaskScheduled"}: {Status: asl.StatusRunning},
		{Type: "ExecutionSucceeded", ExecutionSucceeded: &asl.Result{Output: "{}"}}:                   {Status: asl.StatusSucceeded},
		{Type: "ExecutionFailed", ExecutionFailed: &asl.Problem{Error: "E", Cause: "C"}}:              {Status: asl.StatusFailed, Error: "E", Cause: "C"},
		{Type: "ExecutionTimedOut", ExecutionTimedOut: &asl.Problem{}}:                                {Status: asl.StatusTimedOut},
		{Type: "ExecutionAborted", ExecutionAborted: &asl.Problem{Error: "stopped", Cause: "by one"}}: {Status: asl.StatusAborted, Error: "stopped", Cause: "by one"},
	} {
		got := described(arn, []asl.Event{entered, *last})
		if got.Status != want.Status || got.Error != want.Error || got.Cause != want.Cause {
			t.Errorf("%s: %s, %s: %s", last.Type, got.Status, got.Error, got.Cause)
		}
		if got.Name != "one" || got.Machine != "quarantine" || strings.Join(got.Path, " ") != "Triage" {
			t.Errorf("it is %s of %s, along %v", got.Name, got.Machine, got.Path)
		}
	}
}
