package runner_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var greet = task("lambda:invoke", `{"FunctionName":"`+greetARN+`","Payload":"{% $states.input %}"}`)

type guest struct {
	Name string `json:"name"`
}

func TestAFunctionGetsThePayloadAndTheStateGetsItsResult(t *testing.T) {
	t.Parallel()
	d := sit(t, greet).greets(boundary.Wrap(func(_ context.Context, g guest) (string, error) { return "hello " + g.Name, nil }))
	wantOutput(t, d.result(t, `{"name":"world"}`), `{"ExecutedVersion":"$LATEST","Payload":"hello world","StatusCode":200}`)
}

func TestAFunctionsErrorHasItsTypeAndLambdasJSON(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		function    boundary.Function
		name, cause string
	}{
		"a failure of ours": {
			boundary.Wrap(func(context.Context, guest) (string, error) {
				return "", fmt.Errorf("greeting: %w", quarantine.Failf(quarantine.Throttled, "too many guests"))
			}),
			"Throttled", `{"errorMessage":"greeting: too many guests","errorType":"Throttled"}`,
		},
		"an error that nobody named": {
			boundary.Wrap(func(context.Context, guest) (string, error) { return "", errors.New("oops") }),
			"Unexpected", `{"errorMessage":"oops","errorType":"Unexpected"}`,
		},
		"a named error, wrapped": {
			func(context.Context, []byte) ([]byte, error) {
				return nil, fmt.Errorf("outside: %w", &boundary.Error{Type: "Named", Message: "inside"})
			},
			"Named", `{"errorMessage":"inside","errorType":"Named"}`,
		},
		"an error that did not pass the boundary": {
			func(context.Context, []byte) ([]byte, error) { return nil, errors.New("oops") },
			"Lambda.Unknown", `{"errorMessage":"oops","errorType":"Lambda.Unknown"}`,
		},
		"a panic": {
			func(context.Context, []byte) ([]byte, error) { panic("out of cups") },
			"Runtime.ExitError", `{"errorMessage":"the function's process ended: out of cups","errorType":"Runtime.ExitError"}`,
		},
		"a panic with an error": {
			boundary.Wrap(func(context.Context, *guest) (string, error) { panic(errors.New("oops")) }),
			"Runtime.ExitError", `{"errorMessage":"the function's process ended: oops","errorType":"Runtime.ExitError"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantFailed(t, sit(t, greet).greets(c.function).result(t, `{"name":"world"}`), c.name, c.cause)
		})
	}
}

func TestTheStatesTimeoutOverridesTheFunctionsError(t *testing.T) {
	t.Parallel()
	unavailable := &boundary.Error{Type: quarantine.Unavailable, Message: "EC2 did not answer"}
	for name, c := range map[string]struct {
		takes  time.Duration
		says   error
		deaf   bool // ignores its context
		panics bool
		error  string // "" is a success
		after  time.Duration
	}{
		"in time":                        {takes: time.Second, after: time.Second},
		"in time, with an error":         {takes: time.Second, says: unavailable, error: "Unavailable", after: time.Second},
		"too late":                       {takes: 5 * time.Second, error: "States.Timeout", after: 2 * time.Second},
		"too late, with an error":        {takes: 5 * time.Second, says: unavailable, error: "States.Timeout", after: 2 * time.Second},
		"too late, and its process ends": {takes: 5 * time.Second, panics: true, error: "States.Timeout", after: 2 * time.Second},
		"too late, and deaf":             {takes: 5 * time.Second, deaf: true, error: "States.Timeout", after: 5 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sit(t, `"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","TimeoutSeconds":2,"End":true,
				"Arguments":{"FunctionName":"`+greetARN+`","Payload":{}},"Output":"{% $states.result.Payload %}"}`)
			d.greets(func(ctx context.Context, _ []byte) ([]byte, error) {
				if c.deaf {
					ctx = context.WithoutCancel(ctx)
				}
				_ = d.clock.Sleep(ctx, c.takes)
				if c.panics {
					panic("out of cups")
				}
				return []byte(`"hello"`), c.says
			})
			x := d.result(t, `{}`)
			if took := x.Ended().Sub(start); took != c.after {
				t.Errorf("took %v, want %v", took, c.after)
			}
			if c.error == "" {
				wantOutput(t, x, `"hello"`)
			} else if x.Status != history.StatusFailed || x.Error != c.error {
				t.Errorf("ended %s with %q %q, want FAILED with %q", x.Status, x.Error, x.Cause, c.error)
			}
		})
	}
}

func TestEveryCallIsMadeOnBehalfOfItsExecutionAndFunction(t *testing.T) {
	t.Parallel()
	type key struct{}
	var calls []runner.Invocation
	note := func(ctx context.Context) {
		i, _ := ctx.Value(key{}).(runner.Invocation)
		calls = append(calls, i)
	}
	d := sit(t, `
		"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"`+greetARN+`","Payload":{}},"Next":"B"},
		"B":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:updateItem","Arguments":{"TableName":"t","Key":{"pk":{"S":"a"}}},"Next":"C"},
		"C":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:putItem","Arguments":{"TableName":"t","Item":{"pk":{"S":"a"}}},"End":true}`)
	d.greets(func(ctx context.Context, _ []byte) ([]byte, error) { note(ctx); return []byte(`{}`), nil })
	d.DynamoDB = &table{call: note}
	d.Context = func(ctx context.Context, i runner.Invocation) context.Context {
		return context.WithValue(ctx, key{}, i)
	}
	wantOutput(t, d.result(t, `{}`), `{}`)
	want := []runner.Invocation{{Execution: "run-1", Function: "greet"}, {Execution: "run-1"}, {Execution: "run-1"}}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
