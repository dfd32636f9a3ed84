package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

func task(resource, fields string) string {
	return fmt.Sprintf(`"T":{"Type":"Task","Resource":%q%s,"End":true}`, resource, fields)
}

var lambdaInvoke = history.TaskResource{ResourceType: "lambda", Resource: "invoke"}

func TestTask(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,"Arguments":{"FunctionName":"f","Payload":{"id":"{% $states.input.id %}"}},
		"TimeoutSeconds":"{% $states.input.limit %}","Output":"{% $states.result.Payload %}"`)),
		bench{input: `{"id":7,"limit":30}`, Runner: &asl.Runner{Tasks: answers(`{"Payload": {"ok":true}, "StatusCode":200}`)}})
	wantOutput(t, x, `{"ok":true}`)
	wantChain(t, x, "1 ExecutionStarted < 0", "2 TaskStateEntered < 0", "3 TaskScheduled < 2", "4 TaskStarted < 3",
		"5 TaskSucceeded < 4", "6 TaskStateExited < 5", "7 ExecutionSucceeded < 6")
	want(t, x.History[2].TaskScheduled, &history.TaskScheduled{TaskResource: lambdaInvoke, Region: "eu-west-1",
		Parameters: `{"FunctionName":"f","Payload":{"id":7}}`, TimeoutInSeconds: 30})
	want(t, x.History[3].TaskStarted, &lambdaInvoke)
	want(t, x.History[4].TaskSucceeded, &history.TaskResult{TaskResource: lambdaInvoke,
		Result: history.Result{Output: `{"Payload":{"ok":true},"StatusCode":200}`}})
	want(t, x.History[5].StateExited, &history.StateExited{Name: "T", Output: `{"ok":true}`})
	want(t, x.Path, []string{"T"})
}

func TestTheFieldsOfATask(t *testing.T) {
	t.Parallel()
	var got []asl.Task
	x := run(t, machine(t, "T", task(invoke, `,"Retry":[{"ErrorEquals":["States.ALL"]}]`)), bench{input: `{"a":1}`,
		Runner: &asl.Runner{Tasks: func(_ context.Context, k asl.Task) (json.RawMessage, error) {
			k.Submitted = nil
			if got = append(got, k); len(got) == 1 {
				return nil, errors.New("once more")
			}
			return nil, nil
		}}})
	wantOutput(t, x, `null`)
	first := asl.Task{Resource: invoke, Arguments: json.RawMessage(`{"a":1}`), ExecutionArn: executionArn,
		ExecutionName: "run-1", StateName: "T"}
	second := first
	second.Attempt = 1
	want(t, got, []asl.Task{first, second})
}

func TestResourceInTheHistory(t *testing.T) {
	tests := map[string]history.TaskResource{
		"arn:aws:states:::lambda:invoke":                        {ResourceType: "lambda", Resource: "invoke"},
		"arn:aws:states:::dynamodb:updateItem":                  {ResourceType: "dynamodb", Resource: "updateItem"},
		"arn:aws:states:::aws-sdk:dynamodb:putItem":             {ResourceType: "aws-sdk:dynamodb", Resource: "putItem"},
		"arn:aws:states:::states:startExecution":                {ResourceType: "states", Resource: "startExecution"},
		"arn:aws:states:::states:startExecution.sync:2":         {ResourceType: "states", Resource: "startExecution.sync:2"},
		"arn:aws:states:::aws-sdk:sns:publish.waitForTaskToken": {ResourceType: "aws-sdk:sns", Resource: "publish.waitForTaskToken"},
		"something of our own":                                  {Resource: "something of our own"},
	}
	for arn, resource := range tests {
		t.Run(arn, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "T", task(arn, `,"TimeoutSeconds":1`)), bench{Runner: &asl.Runner{Tasks: echo}})
			want(t, x.History[3].TaskStarted, &resource)
		})
	}
}

func TestSyncTask(t *testing.T) {
	t.Parallel()
	arn := "arn:aws:states:::states:startExecution.sync:2"
	resource := history.TaskResource{ResourceType: "states", Resource: "startExecution.sync:2"}
	for name, submit := range map[string]bool{"submits": true, "does not say": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "T", task(arn, ``)), bench{Runner: &asl.Runner{
				Tasks: func(_ context.Context, k asl.Task) (json.RawMessage, error) {
					if submit {
						k.Submitted(json.RawMessage(`{"ExecutionArn": "x"}`))
						time.Sleep(time.Minute)
					}
					return json.RawMessage(`{"Status":"SUCCEEDED"}`), nil
				}}})
			wantOutput(t, x, `{"Status":"SUCCEEDED"}`)
			wantChain(t, x, "1 ExecutionStarted < 0", "2 TaskStateEntered < 0", "3 TaskScheduled < 2", "4 TaskStarted < 3",
				"5 TaskSubmitted < 4", "6 TaskSucceeded < 5", "7 TaskStateExited < 6", "8 ExecutionSucceeded < 7")
			output := `{"Status":"SUCCEEDED"}`
			if submit {
				output = `{"ExecutionArn":"x"}`
			}
			want(t, x.History[4].TaskSubmitted, &history.TaskResult{TaskResource: resource, Result: history.Result{Output: output}})
		})
	}
}

func TestTaskWithAFunctionsOwnARN(t *testing.T) {
	arn := "arn:aws:lambda:eu-west-1:111122223333:function:f"
	tests := map[string]struct {
		tasks asl.TaskFunc
		last  string
	}{
		"succeeds":  {answers(`{"ok":1}`), "5 LambdaFunctionSucceeded < 4"},
		"fails":     {answers(`Boom|why`), "5 LambdaFunctionFailed < 4"},
		"times out": {hang, "5 LambdaFunctionTimedOut < 4"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "T", task(arn, `,"TimeoutSeconds":3,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"E"}]`)+
				`,"E":{"Type":"Succeed"}`), bench{input: `{"a":1}`, Runner: &asl.Runner{Tasks: test.tasks}})
			first := *x
			first.History = x.History[:5]
			wantChain(t, &first, "1 ExecutionStarted < 0", "2 TaskStateEntered < 0", "3 LambdaFunctionScheduled < 2",
				"4 LambdaFunctionStarted < 3", test.last)
			want(t, x.History[2].LambdaFunctionScheduled,
				&history.LambdaFunctionScheduled{Resource: arn, Input: `{"a":1}`, TimeoutInSeconds: 3})
		})
	}
}

func TestTaskErrors(t *testing.T) {
	tests := map[string]struct {
		err         error
		name, cause string
	}{
		"named":             {&asl.TaskError{Name: "Throttled", Cause: "slow down"}, "Throttled", "slow down"},
		"named and wrapped": {fmt.Errorf("calling: %w", &asl.TaskError{Name: "Throttled", Cause: "slow down"}), "Throttled", "slow down"},
		"any other":         {errors.New("it broke"), "States.TaskFailed", "it broke"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "T", task(invoke, ``)), bench{Runner: &asl.Runner{
				Tasks: func(context.Context, asl.Task) (json.RawMessage, error) { return nil, test.err }}})
			wantFailed(t, x, test.name, test.cause)
			wantChain(t, x, "1 ExecutionStarted < 0", "2 TaskStateEntered < 0", "3 TaskScheduled < 2", "4 TaskStarted < 3",
				"5 TaskFailed < 4", "6 ExecutionFailed < 5")
			problem := history.Problem{Error: test.name, Cause: test.cause}
			want(t, x.History[4].TaskFailed, &history.TaskProblem{TaskResource: lambdaInvoke, Problem: problem})
			want(t, x.History[5].ExecutionFailed, &problem)
		})
	}
}

func TestATaskResultThatIsNotJSONCannotBeCaught(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,"Retry":[{"ErrorEquals":["States.ALL"]}],
		"Catch":[{"ErrorEquals":["States.ALL"],"Next":"E"}]`)+`,"E":{"Type":"Succeed"}`),
		bench{Runner: &asl.Runner{Tasks: answers(`{`)}})
	wantFailed(t, x, "States.Runtime", "not JSON")
}

func TestStoppingAnExecution(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(5*time.Second, func() { cancel(&asl.TaskError{Name: "Operator", Cause: "changed my mind"}) })
		b := bench{ctx: ctx, Runner: &asl.Runner{Tasks: hang}}
		x := b.run(t, machine(t, "T", task(invoke, `,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"E"}]`)+`,"E":{"Type":"Succeed"}`))
		want(t, x.Status, history.StatusAborted)
		want(t, lasted(x), 5*time.Second)
		wantChain(t, x, "1 ExecutionStarted < 0", "2 TaskStateEntered < 0", "3 TaskScheduled < 2", "4 TaskStarted < 3", "5 ExecutionAborted < 0")
		want(t, x.History[4].ExecutionAborted, &history.Problem{Error: "Operator", Cause: "changed my mind"})
	})
}
