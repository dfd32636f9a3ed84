package asl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// execution is one run of a machine, shared by its branches.
type execution struct {
	runner  *Runner
	clock   Clock
	history *history
	result  *Execution
}

var errHistoryFull = errors.New("the history is full")

func newExecution(r *Runner, s Start) *execution {
	x := &execution{runner: r, clock: r.clock(), result: &Execution{Start: s}}
	if x.result.StartTime.IsZero() {
		x.result.StartTime = x.clock.Now()
	}
	if len(x.result.Input) == 0 {
		x.result.Input = json.RawMessage("{}")
	}
	x.history = &history{clock: x.clock, arn: s.ExecutionArn, onEvent: r.OnEvent}
	return x
}

func (x *execution) run(outer context.Context, m *Machine) {
	defer x.close()
	if !json.Valid(x.result.Input) || len(x.result.Input) > maxPayload {
		x.end(StatusFailed, &failure{name: "InvalidExecutionInput", cause: "The input is not JSON of at most 256 KiB."})
		return // as StartExecution refuses it: there is no history
	}
	timed := outer
	if m.timeout > 0 {
		var cancel context.CancelFunc
		timed, cancel = x.clock.WithTimeout(outer, time.Duration(m.timeout)*time.Second)
		defer cancel()
	}
	ctx, cancel := x.clock.WithCancel(timed)
	defer cancel(nil)
	x.history.onFull = func() { cancel(errHistoryFull) }

	f := &frame{x: x, scope: &scope{}}
	x.history.add(Event{Type: "ExecutionStarted", ExecutionStarted: &ExecutionStarted{
		Input: string(x.result.Input), RoleArn: x.result.RoleArn}})
	output, err := f.runProgram(ctx, m.program, x.result.Input)
	x.conclude(outer, ctx, f, output, err)
}

// conclude writes the event that ends the history, by what ended the execution.
func (x *execution) conclude(outer, ctx context.Context, f *frame, output json.RawMessage, err error) {
	fail, isFailure := errors.AsType[*failure](err)
	switch {
	case errors.Is(context.Cause(ctx), errHistoryFull):
		x.fail(f, &failure{name: errorRuntime,
			cause: fmt.Sprintf("The execution reached the maximum number of history events (%d).", maxEvents)})
	case err == nil:
		x.result.Status, x.result.Output = StatusSucceeded, output
		x.history.finish(Event{Type: "ExecutionSucceeded", PreviousEventID: f.prev,
			ExecutionSucceeded: &Result{Output: string(output)}})
	case isFailure:
		x.fail(f, fail)
	case outer.Err() != nil:
		x.abort(outer)
	default: // the machine's own timeout
		x.end(StatusTimedOut, &failure{})
		x.history.finish(Event{Type: "ExecutionTimedOut", PreviousEventID: f.prev, ExecutionTimedOut: &Problem{}})
	}
}

// abort ends an execution that was stopped from outside; its event follows no other.
func (x *execution) abort(outer context.Context) {
	stop := &failure{}
	if named, ok := errors.AsType[*TaskError](context.Cause(outer)); ok {
		stop = failed(named)
	}
	p := stop.problem()
	x.end(StatusAborted, stop)
	x.history.finish(Event{Type: "ExecutionAborted", ExecutionAborted: &p})
}

func (x *execution) fail(f *frame, fail *failure) {
	p := fail.problem()
	x.end(StatusFailed, fail)
	x.history.finish(Event{Type: "ExecutionFailed", PreviousEventID: f.prev, ExecutionFailed: &p})
}

func (x *execution) end(status Status, fail *failure) {
	x.result.Status, x.result.Error, x.result.Cause = status, fail.name, fail.cause
}

func (x *execution) close() {
	x.result.History, x.result.Path = x.history.events, x.history.path
	x.result.StopTime = x.clock.Now()
}

// compact gives JSON without white space between its parts, and null for nothing. It is false for what is not
// JSON.
func compact(data json.RawMessage) (json.RawMessage, bool) {
	if len(data) == 0 {
		return json.RawMessage("null"), true
	}
	var b bytes.Buffer
	if err := json.Compact(&b, data); err != nil {
		return nil, false
	}
	return b.Bytes(), true
}
