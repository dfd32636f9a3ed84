package runner

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// timeFormat is Step Functions' format of times.
const timeFormat = "2006-01-02T15:04:05.000Z"

// startExecution starts an execution and does not wait for it.
func (s *StepFunctions) startExecution(ctx context.Context, t asl.Task) (json.RawMessage, error) {
	r, err := s.nested(ctx, t)
	if err != nil {
		return nil, err
	}
	return started(r)
}

// runExecution starts an execution and waits for its end, like .sync:2: the output
// is JSON, not text, and an execution that does not succeed gives States.TaskFailed.
// If the wait ends early, the execution is stopped, unless its start is unknown.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
func (s *StepFunctions) runExecution(ctx context.Context, t asl.Task) (json.RawMessage, error) {
	r, err := s.nested(ctx, t)
	if err != nil {
		return nil, err
	}
	submitted, err := started(r)
	if err != nil {
		return nil, err
	}
	if t.Submitted != nil {
		t.Submitted(submitted)
	}
	if err := s.Clock.Await(ctx, r.done); err != nil {
		r.stop(err)
		return nil, err
	}
	description, err := s.describe(r)
	if err != nil {
		return nil, err
	}
	if r.Result.Status != history.StatusSucceeded {
		return nil, &asl.TaskError{Name: "States.TaskFailed", Cause: string(description)}
	}
	return description, nil
}

// nested starts the execution that a task's arguments name. The execution outlives
// the task unless it is stopped, even if the answer to its start is lost.
func (s *StepFunctions) nested(ctx context.Context, t asl.Task) (r *Running, err error) {
	var args struct {
		StateMachineArn, Name string
		Input                 json.RawMessage
	}
	if err := strict(t.Arguments, &args); err != nil {
		return nil, err
	}
	machine, known := strings.CutPrefix(args.StateMachineArn, s.arn("stateMachine", ""))
	if !known {
		return nil, &asl.TaskError{Name: "StepFunctions.StateMachineDoesNotExistException", Cause: "State Machine Does Not Exist: '" + args.StateMachineArn + "'"}
	}
	err = s.around(s.as(ctx, t.ExecutionName, ""), "StartExecution", func() (err error) {
		r, err = s.Start(context.WithoutCancel(ctx), machine, args.Name, args.Input)
		return err
	})
	if err != nil {
		return nil, startError(ctx, err)
	}
	return r, nil
}

// startError names an error like the integration does: an error without an
// exception in the service's model becomes AWSStepFunctionsException, and a missing
// answer SdkClientException.
func startError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if named, ok := errors.AsType[*asl.TaskError](err); ok {
		return named
	}
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return &asl.TaskError{Name: "StepFunctions.SdkClientException", Cause: err.Error()}
	}
	name := api.ErrorCode()
	if name != "ThrottlingException" {
		name = "AWSStepFunctionsException"
	}
	return &asl.TaskError{Name: "StepFunctions." + name, Cause: api.ErrorMessage() + " (Service: AWSStepFunctions; Error Code: " + api.ErrorCode() + ")"}
}

// started is the answer of StartExecution.
func started(r *Running) (json.RawMessage, error) {
	return json.Marshal(struct{ ExecutionArn, StartDate string }{r.ARN, r.Started.Format(timeFormat)})
}

// describe is an ended execution, in the form in which a state gets it.
func (s *StepFunctions) describe(r *Running) (json.RawMessage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Marshal(struct {
		ExecutionArn    string
		StateMachineArn string
		Name            string
		Status          history.Status
		Input           json.RawMessage
		Output          json.RawMessage `json:",omitempty"`
		Error           string          `json:",omitempty"`
		Cause           string          `json:",omitempty"`
		StartDate       int64
		StopDate        int64
	}{
		r.ARN, s.arn("stateMachine", r.Machine), r.Name, r.Result.Status, r.Input, r.Result.Output, r.Result.Error, r.Result.Cause,
		r.Started.UnixMilli(), r.Stopped.UnixMilli(),
	})
}
