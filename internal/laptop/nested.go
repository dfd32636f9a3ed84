package laptop

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/asl"
)

// timeFormat is how Step Functions writes times.
const timeFormat = "2006-01-02T15:04:05.000Z"

// startExecution starts an execution and does not wait for it.
func (s *StepFunctions) startExecution(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error) {
	r, err := s.nested(context.WithoutCancel(ctx), arguments)
	if err != nil {
		return nil, err
	}
	return started(r)
}

// runExecution starts an execution and waits for its end, as .sync:2 does: the
// output is JSON, not text, and one that does not succeed is States.TaskFailed.
// https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
func (s *StepFunctions) runExecution(ctx context.Context, t asl.Task) (json.RawMessage, error) {
	r, err := s.nested(ctx, t.Arguments)
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
		return nil, err
	}
	description, err := s.describe(r)
	if err != nil {
		return nil, err
	}
	if r.Result.Status != asl.StatusSucceeded {
		return nil, &asl.TaskError{Name: "States.TaskFailed", Cause: string(description)}
	}
	return description, nil
}

// nested starts what a task's arguments name.
func (s *StepFunctions) nested(ctx context.Context, arguments json.RawMessage) (*Running, error) {
	var args struct {
		StateMachineArn, Name string
		Input                 json.RawMessage
	}
	if err := strict(arguments, &args); err != nil {
		return nil, err
	}
	machine, ours := strings.CutPrefix(args.StateMachineArn, s.arn("stateMachine", ""))
	if !ours {
		return nil, &asl.TaskError{Name: "StepFunctions.StateMachineDoesNotExistException", Cause: "State Machine Does Not Exist: '" + args.StateMachineArn + "'"}
	}
	return s.Start(ctx, machine, args.Name, args.Input)
}

// started is what StartExecution answers.
func started(r *Running) (json.RawMessage, error) {
	return json.Marshal(struct{ ExecutionArn, StartDate string }{r.ARN, r.Started.Format(timeFormat)})
}

// describe is an execution that has ended, as DescribeExecution shows it to a state.
func (s *StepFunctions) describe(r *Running) (json.RawMessage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Marshal(struct {
		ExecutionArn    string
		StateMachineArn string
		Name            string
		Status          asl.Status
		Input           json.RawMessage
		Output          json.RawMessage `json:",omitempty"`
		Error           string          `json:",omitempty"`
		Cause           string          `json:",omitempty"`
		StartDate       int64
		StopDate        int64
	}{
		r.ARN, s.arn("stateMachine", r.Machine), r.Name, r.Result.Status, r.Input, r.Result.Output, r.Result.Error, r.Result.Cause,
		r.Started.UnixMilli(), r.Result.StopTime.UnixMilli(),
	})
}
