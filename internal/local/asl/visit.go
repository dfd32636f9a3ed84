package asl

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// visit is one pass through a state, from entering it to exiting it.
type visit struct {
	*frame
	st      *state
	input   json.RawMessage
	entered int64 // id of the StateEntered event
	at      time.Time
	retries int
	token   string

	result, errorOutput json.RawMessage // of $states, if set
}

// effect is the result of a state's work.
type effect struct {
	output   json.RawMessage
	assigned map[string]json.RawMessage
	next     string // empty if the program ends
}

// run enters the state, does its work and exits it. The error is a *failure that the state did not catch, or
// errStopped.
func (v *visit) run(ctx context.Context) (effect, error) {
	if ctx.Err() != nil {
		return effect{}, errStopped
	}
	v.at = v.x.clock.Now()
	v.x.log.entered(v.st.name)
	v.entered = v.emit(history.Event{Type: v.st.typ + "StateEntered",
		StateEntered: &history.StateEntered{Name: v.st.name, Input: string(v.input)}})
	v.open = v
	e, err := v.work(ctx)
	if err != nil {
		return effect{}, err
	}
	v.exit(e)
	return e, nil
}

func (v *visit) work(ctx context.Context) (effect, error) {
	switch v.st.typ {
	case typeTask:
		return v.attempts(ctx, v.task)
	case typeParallel:
		return v.attempts(ctx, v.parallel)
	case typeMap:
		return v.attempts(ctx, v.mapState)
	case typeWait:
		return v.wait(ctx)
	case typeChoice:
		return v.choose()
	case typeFail:
		return effect{}, v.failState()
	default: // Pass and Succeed
		return v.conclude(v.st.output, v.st.assign, v.input, v.st.next)
	}
}

func (v *visit) exit(e effect) {
	v.scope.set(e.assigned)
	details := &history.StateExited{Name: v.st.name, Output: string(e.output)}
	if len(e.assigned) > 0 {
		details.AssignedVariables = map[string]string{}
		for name, value := range e.assigned {
			details.AssignedVariables[name] = string(value)
		}
		details.AssignedVariablesDetails = &history.DataDetails{}
	}
	v.emit(history.Event{Type: v.st.typ + "StateExited", StateExited: details})
	v.open = nil
}

// conclude evaluates Output and Assign, which see the variables as they were when the state was entered.
// otherwise is the output of a state without Output.
func (v *visit) conclude(output *template, assign []assignment, otherwise json.RawMessage, next string) (effect, error) {
	e := effect{output: otherwise, next: next}
	err := v.evaluate(func(ev *evaluator) error {
		var err error
		if output != nil {
			if e.output, err = ev.value(output); err != nil {
				return err
			}
		}
		for _, a := range assign {
			value, err := ev.value(a.value)
			if err != nil {
				return err
			}
			if e.assigned == nil {
				e.assigned = make(map[string]json.RawMessage, len(assign))
			}
			e.assigned[a.name] = value
		}
		return nil
	})
	if err != nil {
		return effect{}, err
	}
	return e, v.withinLimits(e)
}

func (v *visit) withinLimits(e effect) error {
	if fail := tooLarge("state/task '"+v.st.name+"' returned a result with", e.output); fail != nil {
		return fail
	}
	size := 0
	for _, value := range e.assigned {
		size += len(value)
	}
	if size > maxPayload {
		return &failure{name: errorDataLimit,
			cause: "The variables assigned by the state '" + v.st.name + "' have a size exceeding the maximum number of bytes service limit."}
	}
	return nil
}

// attempts repeats a state's work as Retry says, and passes the last failure to Catch.
func (v *visit) attempts(ctx context.Context, work func(context.Context) (effect, error)) (effect, error) {
	used := make([]int, len(v.st.retry))
	for {
		e, err := work(ctx)
		fail, isFailure := errors.AsType[*failure](err)
		if !isFailure {
			return e, err
		}
		delay, again := v.retryAfter(fail, used)
		if !again {
			return v.caught(fail)
		}
		if err := v.x.clock.Sleep(ctx, delay); err != nil {
			return effect{}, errStopped
		}
		v.retries++
	}
}

// caught follows the catcher that matches the failure, or returns the failure.
func (v *visit) caught(fail *failure) (effect, error) {
	if v.st.typ != typeTask {
		v.emit(history.Event{Type: v.st.typ + "StateFailed"})
	}
	for _, c := range v.st.catch {
		if fail.matches(c.errorEquals) {
			v.result, v.errorOutput = nil, fail.output()
			return v.conclude(c.output, c.assign, v.errorOutput, c.next)
		}
	}
	return effect{}, fail
}
