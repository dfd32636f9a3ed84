package history_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

func TestNestedExecutionsAreThoseThatTasksStarted(t *testing.T) {
	t.Parallel()
	started := func(resource, arn string) *history.TaskResult {
		return &history.TaskResult{TaskResource: history.TaskResource{ResourceType: "states", Resource: resource}, Result: history.Result{Output: `{"ExecutionArn":"` + arn + `"}`}}
	}
	got := history.Nested([]history.Event{
		{TaskSubmitted: started("startExecution.sync:2", "a")},
		{TaskSucceeded: started("startExecution.sync:2", "a")},
		{TaskSucceeded: started("startExecution", "b")},
		{TaskSucceeded: started("describeExecution", "c")},
		{TaskSucceeded: &history.TaskResult{TaskResource: history.TaskResource{ResourceType: "lambda", Resource: "invoke"}, Result: history.Result{Output: `{"ExecutionArn":"d"}`}}},
	})
	if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" {
		t.Error(diff)
	}
}

// a starts b and c, and c starts a again; nobody knows b.
func TestNestedExecutionsFollowTheOneThatStartedThem(t *testing.T) {
	t.Parallel()
	starts := func(arns ...string) (events []history.Event) {
		for _, arn := range arns {
			events = append(events, history.Event{TaskSucceeded: &history.TaskResult{
				TaskResource: history.TaskResource{ResourceType: "states", Resource: "startExecution"}, Result: history.Result{Output: `{"ExecutionArn":"` + arn + `"}`}}})
		}
		return events
	}
	all := map[string]history.Execution{"a": {ARN: "a", History: starts("b", "c")}, "c": {ARN: "c", History: starts("a")}, "d": {ARN: "d"}}
	find := func(arn string) (history.Execution, bool, error) {
		x, known := all[arn]
		if arn == "broken" {
			return x, false, errors.New("not now")
		}
		return x, known, nil
	}
	found, err := history.WithNested(find, "a", "c", "d", "a")
	var arns []string
	for _, x := range found {
		arns = append(arns, x.ARN)
	}
	if diff := cmp.Diff([]string{"a", "c", "d"}, arns); diff != "" || err != nil {
		t.Error(err, diff)
	}
	if found, err := history.WithNested(find, "a", "broken"); err == nil || found != nil {
		t.Errorf("found %v, %v", found, err)
	}
}
