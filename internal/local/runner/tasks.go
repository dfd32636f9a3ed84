package runner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// task does the work of a Task state, according to its resource.
func (s *StepFunctions) task(ctx context.Context, t asl.Task) (json.RawMessage, error) {
	if s.TaskTime > 0 {
		if err := s.Clock.Sleep(ctx, s.TaskTime); err != nil {
			return nil, err
		}
	}
	id, _ := arn.Parse(t.Resource)
	switch id.Service + ":" + id.Resource {
	case "states:lambda:invoke", "states:lambda:invoke.waitForTaskToken":
		return s.invoke(ctx, t)
	case "states:dynamodb:updateItem":
		return s.updateItem(s.as(ctx, t.ExecutionName, ""), t.Arguments)
	case "states:dynamodb:putItem":
		return s.putItem(s.as(ctx, t.ExecutionName, ""), t.Arguments)
	case "states:states:startExecution":
		return s.startExecution(ctx, t)
	case "states:states:startExecution.sync:2":
		return s.runExecution(ctx, t)
	}
	return nil, &asl.TaskError{Name: "States.Runtime", Cause: "no service on this computer answers " + t.Resource}
}

// strict reads a task's arguments into a struct, and refuses arguments without a
// field, because they would be ignored. Names must match case-sensitively, as in
// Step Functions, unlike in encoding/json.
func strict(arguments json.RawMessage, into any) error {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(arguments, &given); err != nil {
		return &asl.TaskError{Name: "States.Runtime", Cause: "the task's arguments: " + err.Error()}
	}
	fields := reflect.TypeOf(into).Elem()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if _, known := fields.FieldByName(name); !known {
			return &asl.TaskError{Name: "States.Runtime", Cause: "no service on this computer takes the argument " + name}
		}
	}
	if err := json.Unmarshal(arguments, into); err != nil {
		return &asl.TaskError{Name: "States.Runtime", Cause: "the task's arguments: " + err.Error()}
	}
	return nil
}

// as prepares the context of a call.
func (s *StepFunctions) as(ctx context.Context, execution, function string) context.Context {
	if s.Context == nil {
		return ctx
	}
	return s.Context(ctx, Invocation{Execution: execution, Function: function})
}

// invoke calls a function as the Lambda integration does:
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
func (s *StepFunctions) invoke(ctx context.Context, t asl.Task) (json.RawMessage, error) {
	var args struct {
		FunctionName string
		Payload      json.RawMessage
	}
	if err := strict(t.Arguments, &args); err != nil {
		return nil, err
	}
	f, ok := s.Functions[args.FunctionName]
	if !ok {
		return nil, &asl.TaskError{Name: "Lambda.ResourceNotFoundException", Cause: "Function not found: " + args.FunctionName}
	}
	out, err := survive(f.Invoke)(s.as(ctx, t.ExecutionName, f.Name), args.Payload)
	if err != nil {
		return nil, lambdaError(ctx, err)
	}
	return json.Marshal(struct {
		ExecutedVersion string
		Payload         json.RawMessage
		StatusCode      int
	}{"$LATEST", out, 200})
}

// survive converts a panic to the error that Lambda reports when a process exits.
func survive(f boundary.Function) boundary.Function {
	return func(ctx context.Context, payload []byte) (out []byte, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = &boundary.Error{Type: "Runtime.ExitError", Message: fmt.Sprint("the function's process ended: ", p)}
			}
		}()
		return f(ctx, payload)
	}
}

// lambdaError is a function's error as Step Functions shows it: errorType is the
// name, and the error's JSON is the cause. If the state has timed out, the timeout
// is the error.
func lambdaError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	named, ok := errors.AsType[*boundary.Error](err)
	if !ok {
		named = &boundary.Error{Type: "Lambda.Unknown", Message: err.Error()}
	}
	cause, _ := json.Marshal(named) // two strings, so it cannot fail
	return &asl.TaskError{Name: named.Type, Cause: string(cause)}
}
