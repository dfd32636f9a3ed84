// Package runner runs the deployed definitions with the deployed handlers outside
// AWS: it replaces Step Functions, Lambda's invocations and the DynamoDB
// integration. The caller supplies the clients of all other services.
package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// Clock is time and concurrency for executions, as the interpreter needs them, and
// a way to start an execution without waiting for it.
type Clock interface {
	asl.Clock
	// Go runs fn in a goroutine of this clock.
	Go(fn func())
}

// Invocation identifies who makes a call.
type Invocation struct {
	Execution string // the execution's name
	Function  string // the function's name, "" for the state machine itself
}

// StepFunctions is a local Step Functions: state machines and their executions.
type StepFunctions struct {
	// Machines are the definitions, by state machine name.
	Machines  map[string]*asl.Machine
	AccountID string
	Region    string
	Clock     Clock
	// Functions are the handlers, by the ARN in the definitions.
	Functions map[string]Function
	DynamoDB  DynamoDB
	// Context prepares the context of every call, so that an account can tell the
	// caller. May be nil.
	Context func(context.Context, Invocation) context.Context
	// OnEvent is called with every history event as it is written, without task
	// tokens. May be nil.
	OnEvent func(execution string, e history.Event)
	// Rand returns numbers in [0, 1) for the jitter of retries. May be nil.
	Rand func() float64
	// Around wraps the calls to Step Functions itself, so that they can be counted
	// and can fail: it calls do, or returns an error of the SDK. The context is
	// prepared by Context. May be nil.
	Around func(ctx context.Context, operation string, do func() error) error
	// TaskTime is the delay between entering a state and its task.
	TaskTime time.Duration

	mu         sync.Mutex
	runner     *asl.Runner
	executions []*Running
	byARN      map[string]*Running
	tokens     []string
}

// Function is a handler with its name.
type Function struct {
	Name   string
	Invoke boundary.Function
}

// Running is an execution that is running or has ended.
type Running struct {
	Machine, Name, ARN string
	Input              json.RawMessage
	Started, Stopped   time.Time // Stopped is set when Result is
	// Result is nil until the execution has ended. Its history has no task tokens,
	// because they are secrets.
	Result *history.Execution
	stop   context.CancelCauseFunc
	done   chan struct{}
}

// Start starts an execution of a machine. Like in Step Functions, a second start
// under the same name returns the running execution if the input is the same, and
// is an error otherwise: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func (s *StepFunctions) Start(ctx context.Context, machine, name string, input json.RawMessage) (*Running, error) {
	definition, ok := s.Machines[machine]
	if !ok {
		return nil, &asl.TaskError{Name: "StepFunctions.StateMachineDoesNotExistException", Cause: "State Machine Does Not Exist: '" + s.arn("stateMachine", machine) + "'"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.arn("execution", machine) + ":" + name
	if r := s.byARN[id]; r != nil {
		if r.Result == nil && string(r.Input) == string(input) {
			return r, nil
		}
		return nil, &asl.TaskError{Name: "StepFunctions.ExecutionAlreadyExistsException", Cause: fmt.Sprintf("Execution Already Exists: '%s'", id)}
	}
	r := &Running{Machine: machine, Name: name, ARN: id, Input: input, Started: s.Clock.Now().UTC(), done: make(chan struct{})}
	ctx, r.stop = context.WithCancelCause(ctx)
	s.note(r)
	s.Clock.Go(func() { s.run(ctx, definition, r) })
	return r, nil
}

// note registers an execution. The caller holds s.mu.
func (s *StepFunctions) note(r *Running) {
	if s.byARN == nil {
		s.byARN = map[string]*Running{}
		s.runner = &asl.Runner{Clock: s.Clock, Tasks: s.task, Rand: s.Rand, OnEvent: s.event, NewToken: s.newToken}
	}
	s.byARN[r.ARN] = r
	s.executions = append(s.executions, r)
}

// Wait waits until every execution has ended, including those started by other
// executions, and returns them in the order of their start.
func (s *StepFunctions) Wait(ctx context.Context) ([]*Running, error) {
	for i := 0; ; i++ {
		s.mu.Lock()
		all := s.executions
		s.mu.Unlock()
		if i == len(all) {
			return all, nil
		}
		if err := s.Clock.Await(ctx, all[i].done); err != nil {
			return all, err
		}
	}
}

func (s *StepFunctions) run(ctx context.Context, definition *asl.Machine, r *Running) {
	defer close(r.done)
	defer r.stop(nil)
	result := s.runner.Run(ctx, definition, asl.Start{
		ExecutionArn: r.ARN, Name: r.Name, Input: r.Input,
		StateMachineArn: s.arn("stateMachine", r.Machine), StateMachineName: r.Machine,
		RoleArn: arn.ARN{Partition: arn.PartitionOf(s.Region), Service: "iam", Account: s.AccountID, Resource: "role/" + r.Machine}.String(),
	})
	for i, e := range result.History {
		result.History[i] = s.withoutTokens(e)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Result, r.Stopped = result, s.Clock.Now().UTC()
}

// event passes a history event to OnEvent.
func (s *StepFunctions) event(execution string, e history.Event) {
	if s.OnEvent == nil {
		return
	}
	s.mu.Lock()
	name := s.byARN[execution].Name
	s.mu.Unlock()
	s.OnEvent(name, s.withoutTokens(e))
}

// arn is the ARN of a state machine, or the prefix of its executions' ARNs.
func (s *StepFunctions) arn(kind, machine string) string {
	return arn.ARN{Partition: arn.PartitionOf(s.Region), Service: "states", Region: s.Region, Account: s.AccountID, Resource: kind + ":" + machine}.String()
}

// WallClock is real time and real concurrency.
func WallClock() Clock { return wallClock{asl.WallClock()} }

type wallClock struct{ asl.Clock }

// Go runs fn in a goroutine.
func (wallClock) Go(fn func()) { go fn() }
