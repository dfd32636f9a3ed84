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

func TestExecutionsAreFoundByNameAndByWhatTheyAreAbout(t *testing.T) {
	t.Parallel()
	all := []history.Execution{
		{Name: "one", ARN: "arn:one", History: []history.Event{{StateExited: &history.StateExited{Output: `{"incident":"inc-1"}`}}}},
		{Name: "two", ARN: "arn:two"},
	}
	for got, want := range map[*[]history.Execution]string{
		new(history.Named(all, "two")): "two", new(history.Named(all, "arn:one")): "one", new(history.Named(all, "inc-1")): "",
		new(history.About(all, "inc-1")): "one", new(history.About(all, "inc-2")): "",
	} {
		var names []string
		for _, x := range *got {
			names = append(names, x.Name)
		}
		if strings.Join(names, " ") != want {
			t.Errorf("found %v, want %s", names, want)
		}
	}
}

func TestAnExecutionKnowsItsInputAndItsTimesFromItsEvents(t *testing.T) {
	t.Parallel()
	events := []history.Event{
		{Type: "ExecutionStarted", Timestamp: at(1), ExecutionStarted: &history.ExecutionStarted{Input: `{"a":1}`}},
		{Type: "ExecutionSucceeded", Timestamp: at(5), ExecutionSucceeded: &history.Result{Output: `[]`}},
	}
	ended, running, unknown := history.FromEvents("", events), history.FromEvents("", events[:1]), history.FromEvents("", nil)
	if string(ended.Input()) != `{"a":1}` || !ended.Started().Equal(at(1)) || !ended.Ended().Equal(at(5)) || string(ended.Output) != "[]" {
		t.Errorf("got %s, %v, %v, %s", ended.Input(), ended.Started(), ended.Ended(), ended.Output)
	}
	if !running.Started().Equal(at(1)) || !running.Ended().IsZero() || unknown.Input() != nil || !unknown.Started().IsZero() || !unknown.Ended().IsZero() {
		t.Errorf("running %v, %v; unknown %s, %v, %v", running.Started(), running.Ended(), unknown.Input(), unknown.Started(), unknown.Ended())
	}
}
