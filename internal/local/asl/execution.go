package asl

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// execution is one run of a machine, shared by its branches.
type execution struct {
	runner *Runner
	clock  Clock
	start  Start
	log    *eventLog
	result *history.Execution
}

var errHistoryFull = errors.New("the history is full")

func newExecution(r *Runner, s Start) *execution {
	x := &execution{runner: r, clock: r.clock(), start: s}
	if s.StartTime.IsZero() {
		x.start.StartTime = x.clock.Now()
	}
	if len(s.Input) == 0 {
		x.start.Input = json.RawMessage("{}")
	}
	x.result = &history.Execution{Name: s.Name, ARN: s.ExecutionArn, Machine: s.StateMachineName}
	x.log = &eventLog{clock: x.clock, arn: s.ExecutionArn, onEvent: r.OnEvent}
	return x
}

func (x *execution) run(outer context.Context, m *Machine) {
	defer x.close()
	if !json.Valid(x.start.Input) || len(x.start.Input) > maxPayload {
		x.end(history.StatusFailed, &failure{name: "InvalidExecutionInput", cause: "The input is not JSON of at most 256 KiB."})
		return // StartExecution refuses such an input, so there is no history
	}
	timed := outer
	if m.timeout > 0 {
		var cancel context.CancelFunc
		timed, cancel = x.clock.WithTimeout(outer, time.Duration(m.timeout)*time.Second)
		defer cancel()
	}
	ctx, cancel := x.clock.WithCancel(timed)
	defer cancel(nil)
	x.log.onFull = func() { cancel(errHistoryFull) }

	f := &frame{x: x, scope: &scope{}}
	x.log.add(history.Event{Type: "ExecutionStarted", ExecutionStarted: &history.ExecutionStarted{
		Input: string(x.start.Input), RoleArn: x.start.RoleArn}})
	output, err := f.runProgram(ctx, m.program, x.start.Input)
	x.conclude(outer, ctx, f, output, err)
}

// conclude writes the event that ends the history, according to what ended the execution.
func (x *execution) conclude(outer, ctx context.Context, f *frame, output json.RawMessage, err error) {
	fail, isFailure := errors.AsType[*failure](err)
	switch {
	case errors.Is(context.Cause(ctx), errHistoryFull):
		x.fail(f, &failure{name: errorRuntime,
			cause: fmt.Sprintf("The execution reached the maximum number of history events (%d).", maxEvents)})
	case err == nil:
		x.result.Status, x.result.Output = history.StatusSucceeded, output
		x.log.finish(history.Event{Type: "ExecutionSucceeded", PreviousEventID: f.prev,
			ExecutionSucceeded: &history.Result{Output: string(output)}})
	case isFailure:
		x.fail(f, fail)
	case outer.Err() != nil:
		x.abort(outer)
	default: // the machine's own timeout
		x.end(history.StatusTimedOut, &failure{})
		x.log.finish(history.Event{Type: "ExecutionTimedOut", PreviousEventID: f.prev, ExecutionTimedOut: &history.Problem{}})
	}
}

// abort ends an execution that was stopped from outside; its event has no previous event.
func (x *execution) abort(outer context.Context) {
	stop := &failure{}
	if named, ok := errors.AsType[*TaskError](context.Cause(outer)); ok {
		stop = failed(named)
	}
	p := stop.problem()
	x.end(history.StatusAborted, stop)
	x.log.finish(history.Event{Type: "ExecutionAborted", ExecutionAborted: &p})
}

func (x *execution) fail(f *frame, fail *failure) {
	p := fail.problem()
	x.end(history.StatusFailed, fail)
	x.log.finish(history.Event{Type: "ExecutionFailed", PreviousEventID: f.prev, ExecutionFailed: &p})
}

func (x *execution) end(status history.Status, fail *failure) {
	x.result.Status, x.result.Error, x.result.Cause = status, fail.name, fail.cause
}

func (x *execution) close() {
	x.result.History, x.result.Path = x.log.events, x.log.path
}

// compact removes white space between JSON tokens; empty data becomes null. It returns false for data that is
// not JSON.
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
