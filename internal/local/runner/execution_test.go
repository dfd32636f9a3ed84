package runner_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
)

const waitTenSeconds = `"A":{"Type":"Wait","Seconds":10,"End":true}`

func TestAnExecutionHasItsNameItsARNAndItsStartTime(t *testing.T) {
	t.Parallel()
	d := sit(t, `"A":{"Type":"Pass","End":true,"Output":{
		"id":"{% $states.context.Execution.Id %}","name":"{% $states.context.Execution.Name %}","startedAt":"{% $states.context.Execution.StartTime %}",
		"input":"{% $states.context.Execution.Input %}","machine":"{% $states.context.StateMachine.Id %}","called":"{% $states.context.StateMachine.Name %}",
		"role":"{% $states.context.Execution.RoleArn %}"}}`)
	r := d.run(t, `{"n":1}`)[0]
	got := runner.Running{Name: r.Name, ARN: r.ARN, Input: r.Input, Started: r.Started}
	want := runner.Running{Name: "run-1", ARN: executionARN + "run-1", Input: json.RawMessage(`{"n":1}`), Started: start}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(runner.Running{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	wantOutput(t, r.Result, `{"id":"`+executionARN+`run-1","name":"run-1","startedAt":"2026-03-04T05:06:07.000Z","input":{"n":1},`+
		`"machine":"`+machineARN+`","called":"quarantine","role":"arn:aws:iam::111122223333:role/quarantine"}`)
}

func TestANameIsUsedForOneExecution(t *testing.T) {
	t.Parallel()
	exists := &asl.TaskError{Name: "StepFunctions.ExecutionAlreadyExistsException", Cause: "Execution Already Exists: '" + executionARN + "run-1'"}
	for name, c := range map[string]struct {
		after time.Duration
		name  string
		input string
		want  error // nil: Start succeeds
		same  bool  // Start returns the running execution
	}{
		"the same input while it runs": {time.Second, "run-1", `{"n":1}`, nil, true},
		"at the same moment":           {0, "run-1", `{"n":1}`, nil, true},
		"other input while it runs":    {time.Second, "run-1", `{"n":2}`, exists, false},
		"the same input when it ended": {time.Minute, "run-1", `{"n":1}`, exists, false},
		"other input when it ended":    {time.Minute, "run-1", `{"n":2}`, exists, false},
		"another name":                 {time.Second, "run-2", `{"n":1}`, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sit(t, waitTenSeconds)
			d.clock.Run(func() {
				first, err := d.Start(t.Context(), "quarantine", "run-1", json.RawMessage(`{"n":1}`))
				if err != nil {
					t.Error(err)
				}
				_ = d.clock.Sleep(t.Context(), c.after)
				second, err := d.Start(t.Context(), "quarantine", c.name, json.RawMessage(c.input))
				if diff := cmp.Diff(c.want, err); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				if (second == first) != c.same || (second == nil) != (c.want != nil) {
					t.Errorf("started %v after %v", second, first)
				}
			})
		})
	}
}

func TestWaitSeesExecutionsThatOthersStarted(t *testing.T) {
	t.Parallel()
	// Each execution starts the next one and ends long before the one that it started.
	d := sit(t, `
		"A":{"Type":"Wait","Seconds":60,"Next":"More"},
		"More":{"Type":"Choice","Default":"Last","Choices":[{"Condition":"{% $states.input.more > 0 %}","Next":"Another"}]},
		"Another":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution","TimeoutSeconds":5,"End":true,"Arguments":{
			"StateMachineArn":"{% $states.context.StateMachine.Id %}","Name":"{% 'child-' & $states.input.more %}",
			"Input":{"more":"{% $states.input.more - 1 %}"}}},
		"Last":{"Type":"Succeed"}`)
	all := d.run(t, `{"more":2}`)
	var names, outputs []string
	for _, r := range all {
		names = append(names, r.Name)
		outputs = append(outputs, string(r.Result.Status)+" "+string(r.Result.Output))
	}
	if diff := cmp.Diff([]string{"run-1", "child-2", "child-1"}, names); diff != "" {
		t.Errorf("in the order of their start (-want +got):\n%s", diff)
	}
	want := []string{
		`SUCCEEDED {"ExecutionArn":"` + executionARN + `child-2","StartDate":"2026-03-04T05:07:07.000Z"}`,
		`SUCCEEDED {"ExecutionArn":"` + executionARN + `child-1","StartDate":"2026-03-04T05:08:07.000Z"}`,
		`SUCCEEDED {"more":0}`,
	}
	if diff := cmp.Diff(want, outputs); diff != "" {
		t.Errorf("outputs (-want +got):\n%s", diff)
	}
	if took := d.clock.Now().Sub(start); took != 3*time.Minute {
		t.Errorf("took %v", took)
	}
}

func TestWaitGivesUpWithItsContextAndCanBeCalledAgain(t *testing.T) {
	t.Parallel()
	d := sit(t, waitTenSeconds)
	d.clock.Run(func() {
		if _, err := d.Start(t.Context(), "quarantine", "run-1", nil); err != nil {
			t.Error(err)
		}
		soon, cancel := d.clock.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if all, err := d.Wait(soon); !errors.Is(err, context.DeadlineExceeded) || len(all) != 1 || all[0].Result != nil {
			t.Errorf("after a second: %v, %v", all, err)
		}
		if all, err := d.Wait(t.Context()); err != nil || len(all) != 1 || all[0].Result.Status != history.StatusSucceeded {
			t.Errorf("after that: %v, %v", all, err)
		}
	})
}

func TestAnExecutionIsAbortedWithTheContextThatItWasStartedWith(t *testing.T) {
	t.Parallel()
	d := sit(t, waitTenSeconds)
	ctx, stop := context.WithCancelCause(t.Context())
	d.clock.Run(func() {
		r, err := d.Start(ctx, "quarantine", "run-1", nil)
		if err != nil {
			t.Error(err)
		}
		_ = d.clock.Sleep(t.Context(), time.Second)
		stop(&asl.TaskError{Name: "Stopped", Cause: "by hand"})
		if _, err := d.Wait(t.Context()); err != nil {
			t.Error(err)
		}
		if got := *r.Result; got.Status != history.StatusAborted || got.Error != "Stopped" || got.Ended().Sub(start) != time.Second {
			t.Errorf("ended %s with %q after %v", got.Status, got.Error, got.Ended().Sub(start))
		}
	})
}

func TestEveryHistoryEventIsSeenWithItsExecution(t *testing.T) {
	t.Parallel()
	d := sit(t, waitTenSeconds)
	seen := map[string][]history.Event{}
	d.OnEvent = func(execution string, e history.Event) { seen[execution] = append(seen[execution], e) }
	d.clock.Run(func() {
		for _, name := range []string{"run-1", "run-2"} {
			if _, err := d.Start(t.Context(), "quarantine", name, nil); err != nil {
				t.Error(err)
			}
		}
		all, err := d.Wait(t.Context())
		if err != nil {
			t.Error(err)
		}
		for _, r := range all {
			if diff := cmp.Diff(r.Result.History, seen[r.Name]); diff != "" || len(r.Result.History) != 4 {
				t.Errorf("%s: %d events (-history +seen):\n%s", r.Name, len(r.Result.History), diff)
			}
		}
	})
}

func TestUnsupportedTasksFailWithTheirName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ task, name, cause string }{
		"a service that is not here": {
			task("sqs:sendMessage", `{}`),
			"States.Runtime", "no service on this computer answers arn:aws:states:::sqs:sendMessage",
		},
		"an action that is not here": {
			task("dynamodb:getItem", `{}`),
			"States.Runtime", "no service on this computer answers arn:aws:states:::dynamodb:getItem",
		},
		"a function that is not there": {
			task("lambda:invoke", `{"FunctionName":"arn:gone"}`),
			"Lambda.ResourceNotFoundException", "Function not found: arn:gone",
		},
		"a state machine that is not there": {
			task("states:startExecution", `{"StateMachineArn":"arn:gone","Name":"x"}`),
			"StepFunctions.StateMachineDoesNotExistException", "State Machine Does Not Exist: 'arn:gone'",
		},
		"an execution that is there already": {
			task("states:startExecution", `{"StateMachineArn":"`+machineARN+`","Name":"run-1","Input":{"n":2}}`),
			"StepFunctions.ExecutionAlreadyExistsException", "Execution Already Exists: '" + executionARN + "run-1'",
		},
		"an argument of Lambda's that is not here": {
			task("lambda:invoke", `{"FunctionName":"`+greetARN+`","Payload":{},"InvocationType":"Event"}`),
			"States.Runtime", "no service on this computer takes the argument InvocationType",
		},
		"an argument of Step Functions' that is not here": {
			task("states:startExecution", `{"StateMachineArn":"`+machineARN+`","Name":"x","TraceHeader":"t"}`),
			"States.Runtime", "no service on this computer takes the argument TraceHeader",
		},
		"arguments that are none": {
			task("lambda:invoke", `[]`),
			"States.Runtime", "the task's arguments: json: cannot unmarshal array into Go value of type map[string]json.RawMessage",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantFailed(t, sit(t, c.task).result(t, `{"n":1}`), c.name, c.cause)
		})
	}
}
