// Package laptop runs the deployed definition with the deployed handlers
// outside AWS: it stands in for Step Functions, Lambda's invocations and the
// DynamoDB integration, and leaves the account to whoever supplies the clients.
package laptop

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/asl"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
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

// Machine is a state machine on this computer.
type Machine struct {
	Definition *asl.Machine
	Name       string // the state machine's name, for ARNs
	AccountID  string
	Region     string
	Clock      Clock
	// Functions are the handlers by the ARN that the definition has for them.
	Functions map[string]Function
	DynamoDB  DynamoDB
	// Context prepares the context of every call, so that an account can tell
	// who made it. May be nil.
	Context func(context.Context, Invocation) context.Context
	// OnEvent sees every history event as it is written. May be nil.
	OnEvent func(execution string, e asl.Event)
	// Rand is the jitter of retries, from 0 to 1. May be nil.
	Rand func() float64

	mu         sync.Mutex
	executions []*Running
	byName     map[string]*Running
}

// Function is a handler with its name.
type Function struct {
	Name   string
	Invoke boundary.Function
}

// Running is an execution, at work or ended.
type Running struct {
	Name, ARN string
	Input     json.RawMessage
	Started   string
	// Result is nil until the execution has ended.
	Result *asl.Execution
	done   chan struct{}
}

// Start starts an execution. As in Step Functions, starting it again under the
// same name gives the running one if the input is the same, and is an error
// otherwise: https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
func (m *Machine) Start(ctx context.Context, name string, input json.RawMessage) (*Running, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.byName[name]; r != nil {
		if r.Result == nil && string(r.Input) == string(input) {
			return r, nil
		}
		return nil, &asl.TaskError{Name: "StepFunctions.ExecutionAlreadyExistsException", Cause: fmt.Sprintf("Execution Already Exists: '%s'", r.ARN)}
	}
	r := &Running{
		Name: name, ARN: m.arn("execution") + ":" + name, Input: input,
		Started: m.Clock.Now().UTC().Format(timeFormat), done: make(chan struct{}),
	}
	if m.byName == nil {
		m.byName = map[string]*Running{}
	}
	m.byName[name] = r
	m.executions = append(m.executions, r)
	m.Clock.Go(func() { m.run(ctx, r) })
	return r, nil
}

// Wait waits until every execution has ended, those that others started
// included, and gives them in the order in which they were started.
func (m *Machine) Wait(ctx context.Context) ([]*Running, error) {
	for i := 0; ; i++ {
		m.mu.Lock()
		all := m.executions
		m.mu.Unlock()
		if i == len(all) {
			return all, nil
		}
		if err := m.Clock.Await(ctx, all[i].done); err != nil {
			return all, err
		}
	}
}

func (m *Machine) run(ctx context.Context, r *Running) {
	defer close(r.done)
	runner := &asl.Runner{Clock: m.Clock, Tasks: m.task, Rand: m.Rand}
	if m.OnEvent != nil {
		runner.OnEvent = func(_ string, e asl.Event) { m.OnEvent(r.Name, e) }
	}
	result := runner.Run(ctx, m.Definition, asl.Start{
		ExecutionArn: r.ARN, Name: r.Name, Input: r.Input,
		StateMachineArn: m.arn("stateMachine"), StateMachineName: m.Name,
		RoleArn: "arn:aws:iam::" + m.AccountID + ":role/" + m.Name,
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	r.Result = result
}

// arn is the ARN of the state machine, or the prefix of its executions'.
func (m *Machine) arn(kind string) string {
	return "arn:aws:states:" + m.Region + ":" + m.AccountID + ":" + kind + ":" + m.Name
}

// WallClock is real time and real concurrency.
func WallClock() Clock { return wallClock{asl.WallClock()} }

type wallClock struct{ asl.Clock }

// Go runs fn in a goroutine.
func (wallClock) Go(fn func()) { go fn() }
