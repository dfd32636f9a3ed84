package asl

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// attempt is one attempt at a Task state's work.
type attempt struct {
	*visit
	arguments          json.RawMessage
	timeout, heartbeat int // seconds; 0 is none
	submitted          bool
}

func (v *visit) task(ctx context.Context) (effect, error) {
	a := &attempt{visit: v, arguments: v.input}
	v.result = nil
	if v.token = ""; v.st.resource.token {
		v.token = v.x.runner.token()
	}
	if err := a.prepare(); err != nil {
		return effect{}, err
	}
	a.begun()
	result, err := a.perform(ctx)
	if fail, ok := errors.AsType[*failure](err); ok {
		a.lost(fail)
	}
	if err != nil {
		return effect{}, err
	}
	a.won(result)
	v.result = result
	return v.conclude(v.st.output, v.st.assign, result, v.st.next)
}

func (a *attempt) prepare() error {
	err := a.evaluate(func(ev *evaluator) error {
		var err error
		if a.st.arguments != nil {
			if a.arguments, err = ev.value(a.st.arguments); err != nil {
				return err
			}
		}
		if a.timeout, err = ev.whole(a.st.timeout, 1); err != nil {
			return err
		}
		a.heartbeat, err = ev.whole(a.st.heartbeat, 1)
		return err
	})
	if err != nil {
		return err
	}
	if fail := tooLarge("state '"+a.st.name+"' has an input with", a.arguments); fail != nil {
		return fail
	}
	return nil
}

// perform runs the task within the state's timeout. The error is a *failure or errStopped.
func (a *attempt) perform(ctx context.Context) (json.RawMessage, error) {
	limited := ctx
	if a.timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = a.x.clock.WithTimeout(ctx, time.Duration(a.timeout)*time.Second)
		defer cancel()
	}
	result, err := a.call(limited)
	switch {
	case ctx.Err() != nil:
		return nil, errStopped
	case limited.Err() != nil:
		return nil, &failure{name: errorTimeout}
	case err != nil:
		return nil, err
	}
	if fail := tooLarge("state/task '"+a.st.resource.typ+"' returned a result with", result); fail != nil {
		return nil, fail
	}
	return result, nil
}

// call calls the TaskFunc and, if there is a task token, waits for its answer.
func (a *attempt) call(ctx context.Context) (json.RawMessage, error) {
	task := Task{
		Resource: a.st.resource.text, Arguments: a.arguments, Token: a.token, StateName: a.st.name, Attempt: a.retries,
		ExecutionArn: a.x.start.ExecutionArn, ExecutionName: a.x.start.Name, Submitted: a.submit,
	}
	tokens := &a.x.runner.tokens
	var w *waiting
	if a.token != "" {
		w = tokens.register(a.token)
		defer tokens.close(w)
	}
	result, err := a.x.runner.do(ctx, task)
	if err != nil {
		return nil, failed(err)
	}
	result, ok := compact(result)
	if !ok {
		return nil, &failure{name: errorRuntime, cause: "The result of the task is not JSON."}
	}
	if ctx.Err() != nil {
		return nil, errStopped // perform replaces it by the cause
	}
	if a.st.resource.sync || w != nil {
		a.submit(result)
	}
	if w != nil {
		return a.await(ctx, tokens, w)
	}
	return result, nil
}

// await waits for the answer to the task token, with at most a.heartbeat seconds between heartbeats.
func (a *attempt) await(ctx context.Context, tokens *tokens, w *waiting) (json.RawMessage, error) {
	for {
		signal, answered := tokens.state(w)
		if answered {
			if w.failed != nil {
				return nil, w.failed
			}
			return w.output, nil
		}
		err := a.awaitSignal(ctx, signal)
		if ctx.Err() != nil {
			return nil, errStopped // perform replaces it by the cause
		}
		if err != nil {
			return nil, &failure{name: errorTimeout, heartbeat: true}
		}
	}
}

func (a *attempt) awaitSignal(ctx context.Context, signal <-chan struct{}) error {
	if a.heartbeat > 0 {
		var cancel context.CancelFunc
		ctx, cancel = a.x.clock.WithTimeout(ctx, time.Duration(a.heartbeat)*time.Second)
		defer cancel()
	}
	return a.x.clock.Await(ctx, signal)
}
