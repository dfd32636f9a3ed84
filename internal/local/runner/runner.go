// Package runner runs the deployed definition with the deployed handlers
// outside AWS: it stands in for Step Functions, Lambda's invocations and the
// DynamoDB integration, and leaves the account to whoever supplies the clients.
package runner

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// Clock is time and concurrency for executions, as the interpreter needs them,
// and a way to start an execution that nobody waits for at once.
type Clock interface {
	asl.Clock
	// Go runs fn as a participant of its own.
	Go(fn func())
}

// Invocation says on whose behalf a call is made.
type Invocation struct {
	Execution string // the execution's name
	Function  string // the function's name, "" for the state machine itself
}

// StepFunctions is the service on this computer: state machines and their
// executions.
type StepFunctions struct {
	// Machines are the definitions by the state machines' names.
	Machines  map[string]*asl.Machine
	AccountID string
	Region    string
	Clock     Clock
	// Functions are the handlers by the ARN that the definitions have for them.
	Functions map[string]Function
	DynamoDB  DynamoDB
	// Context prepares the context of every call, so that an account can tell
	// who made it. May be nil.
	Context func(context.Context, Invocation) context.Context
	// OnEvent sees every history event as it is written, without task tokens.
	// May be nil.
	OnEvent func(execution string, e history.Event)
	// Rand is the jitter of retries, from 0 to 1. May be nil.
	Rand func() float64
	// Around makes the calls to Step Functions itself, by operation and on behalf
	// of whom Context says, so that they can be counted and go wrong: it calls do,
	// or gives an error of the SDK's. May be nil.
	Around func(ctx context.Context, operation string, do func() error) error
	// TaskTime is how long it takes from entering a state to its task.
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

// Running is an execution, at work or ended.
type Running struct {
	Machine, Name, ARN string
	Input              json.RawMessage
	Started, Stopped   time.Time // Stopped when Result is there
	// Result is nil until the execution has ended. Task tokens are taken out of
	// its history: they are secrets.
	Result *history.Execution
	stop   context.CancelCauseFunc
	done   chan struct{}
}

// Start starts an execution of a machine. As in Step Functions, starting it
// again under the same name gives the running one if the input is the same, and
// is an error otherwise: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func (s *StepFunctions) Start(ctx context.Context, machine, name string, input json.RawMessage) (*Running, error) {
	definition, ok := s.Machines[machine]
	if !ok {
		return nil, &asl.TaskError{Name: "StepFunctions.StateMachineDoesNotExistException", Cause: "State Machine Does Not Exist: '" + s.arn("stateMachine", machine) + "'"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	arn := s.arn("execution", machine) + ":" + name
	if r := s.byARN[arn]; r != nil {
		if r.Result == nil && string(r.Input) == string(input) {
			return r, nil
		}
		return nil, &asl.TaskError{Name: "StepFunctions.ExecutionAlreadyExistsException", Cause: fmt.Sprintf("Execution Already Exists: '%s'", arn)}
	}
	r := &Running{Machine: machine, Name: name, ARN: arn, Input: input, Started: s.Clock.Now().UTC(), done: make(chan struct{})}
	ctx, r.stop = context.WithCancelCause(ctx)
	s.note(r)
	s.Clock.Go(func() { s.run(ctx, definition, r) })
	return r, nil
}

// note remembers an execution. The caller holds s.mu.
func (s *StepFunctions) note(r *Running) {
	if s.byARN == nil {
		s.byARN = map[string]*Running{}
		s.runner = &asl.Runner{Clock: s.Clock, Tasks: s.task, Rand: s.Rand, OnEvent: s.event, NewToken: s.newToken}
	}
	s.byARN[r.ARN] = r
	s.executions = append(s.executions, r)
}

// Wait waits until every execution has ended, those that others started
// included, and gives them in the order in which they were started.
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
		RoleArn: "arn:aws:iam::" + s.AccountID + ":role/" + r.Machine,
	})
	for i, e := range result.History {
		result.History[i] = s.withoutTokens(e)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Result, r.Stopped = result, s.Clock.Now().UTC()
}

// event passes a history event on.
func (s *StepFunctions) event(execution string, e history.Event) {
	if s.OnEvent == nil {
		return
	}
	s.mu.Lock()
	name := s.byARN[execution].Name
	s.mu.Unlock()
	s.OnEvent(name, s.withoutTokens(e))
}

// arn is the ARN of a state machine, or the prefix of its executions'.
func (s *StepFunctions) arn(kind, machine string) string {
	return "arn:aws:states:" + s.Region + ":" + s.AccountID + ":" + kind + ":" + machine
}

// WallClock is real time and real concurrency.
func WallClock() Clock { return wallClock{asl.WallClock()} }

type wallClock struct{ asl.Clock }

// Go runs fn in a goroutine.
func (wallClock) Go(fn func()) { go fn() }
