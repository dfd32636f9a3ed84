// Package waiting runs tasks that wait for a person's answer, with task tokens of the
// local Step Functions substitute.
package waiting

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	account, region = "111122223333", "eu-west-1"
	machineName     = "asks"
	functionARN     = "arn:aws:lambda:" + region + ":" + account + ":function:approval"
)

// machine waits for an answer, which becomes its output.
var machine = sync.OnceValue(func() *asl.Machine {
	m, err := asl.Parse([]byte(`{"QueryLanguage":"JSONata","StartAt":"Ask","States":{"Ask":{"Type":"Task","End":true,
		"Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
		"Arguments":{"FunctionName":"` + functionARN + `","Payload":"{% $states.context.Task.Token %}"}}}}`))
	if err != nil {
		panic(fmt.Sprintf("the machine that asks: %v", err))
	}
	return m
})

// Tasks are waiting executions. It has the SDK's methods for task tokens.
type Tasks struct {
	runner.TaskTokens
	tokens  chan string       // of the tasks that wait
	outputs chan string       // of the executions that succeeded
	taken   atomic.Int64      // number of accepted answers
	begun   atomic.Int64      // number of executions started
	told    []json.RawMessage // outputs that were read
}

// New makes a service that makes its calls through around, for example the States of an
// in-memory account, which counts them and injects faults.
func New(around func(ctx context.Context, operation string, do func() error) error) *Tasks {
	w := &Tasks{tokens: make(chan string, 100), outputs: make(chan string, 100)}
	w.Of = &runner.StepFunctions{
		Machines: map[string]*asl.Machine{machineName: machine()}, AccountID: account, Region: region, Clock: runner.WallClock(),
		Functions: map[string]runner.Function{functionARN: {Name: "approval", Invoke: w.ask}},
		OnEvent:   w.onEvent,
		Around: func(ctx context.Context, operation string, do func() error) error {
			return around(ctx, operation, func() error { return w.take(do) })
		},
	}
	return w
}

// ask receives the task token as its payload.
func (w *Tasks) ask(_ context.Context, payload []byte) ([]byte, error) {
	var token string
	err := json.Unmarshal(payload, &token)
	w.tokens <- token
	return []byte(`{}`), err
}

func (w *Tasks) onEvent(_ string, e history.Event) {
	if e.ExecutionSucceeded != nil {
		w.outputs <- e.ExecutionSucceeded.Output
	}
}

func (w *Tasks) take(do func() error) error {
	err := do()
	if err == nil {
		w.taken.Add(1)
	}
	return err
}

// Begin starts an execution and returns the token of its waiting task. Without an
// answer, the execution waits until the end of the test.
func (w *Tasks) Begin(t testing.TB) (token string) {
	t.Helper()
	name := fmt.Sprintf("run-%d", w.begun.Add(1))
	if _, err := w.Of.Start(t.Context(), machineName, name, json.RawMessage(`{}`)); err != nil {
		t.Fatal(err)
	}
	return <-w.tokens
}

// Told returns the decisions that executions received, in their order. It is not safe
// for concurrent use.
func (w *Tasks) Told(t testing.TB) []quarantine.Decision {
	t.Helper()
	for int64(len(w.told)) < w.taken.Load() {
		w.told = append(w.told, json.RawMessage(<-w.outputs))
	}
	out := make([]quarantine.Decision, len(w.told))
	for i, text := range w.told {
		if err := json.Unmarshal(text, &out[i]); err != nil {
			t.Fatalf("an execution went on with %s: %v", text, err)
		}
	}
	return out
}
