package asl

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	mathrand "math/rand/v2"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// Runner runs executions, any number at the same time. Its fields do not change once it runs. Token answers come
// back to the Runner that gave the tokens.
type Runner struct {
	// Clock is what executions wait on; nil is WallClock.
	Clock Clock
	// Tasks does the work of Task states.
	Tasks TaskFunc
	// Rand gives numbers in [0, 1) for jitter and for expressions; nil is math/rand. Branches that run side by
	// side on a WallClock call it concurrently.
	Rand func() float64
	// OnEvent is told every event as it is written, in order for each execution. It must not block, nor call
	// the Clock.
	OnEvent func(executionArn string, e history.Event)
	// NewToken gives task tokens, each once; nil gives random ones.
	NewToken func() string

	tokens tokens
}

// TaskFunc does the work of a Task state and gives its result as JSON. It returns when ctx is done, which is when
// the state's timeout is over or the execution ends; what it returns after that is not looked at. For a Resource
// that ends in .sync it returns when the work is done; for one that ends in .waitForTaskToken when the work is
// handed over. Errors are named by *TaskError.
type TaskFunc func(ctx context.Context, t Task) (json.RawMessage, error)

// Task is one attempt at a Task state's work.
type Task struct {
	Resource  string
	Arguments json.RawMessage // of the state, or its input where it has none
	Token     string          // for .waitForTaskToken, and empty otherwise

	ExecutionArn, ExecutionName, StateName string
	Attempt                                int // 0, and then one more for every retry

	// Submitted is for a Resource that ends in .sync: it writes TaskSubmitted, with what the service answered,
	// as soon as the work has begun. The TaskFunc calls it before it returns, and nobody beside it. Where it is
	// not called, the event is written with the result.
	Submitted func(output json.RawMessage)
}

// Start is what an execution starts with.
type Start struct {
	ExecutionArn     string
	Name             string
	StateMachineArn  string
	StateMachineName string
	RoleArn          string
	Input            json.RawMessage // {} where empty
	StartTime        time.Time       // now, where zero
}

// Run runs an execution to its end. When ctx is done it stops as StopExecution does, with the status ABORTED;
// a *TaskError as ctx's cause gives the error and cause to record.
func (r *Runner) Run(ctx context.Context, m *Machine, s Start) *history.Execution {
	x := newExecution(r, s)
	x.run(ctx, m)
	return x.result
}

func (r *Runner) clock() Clock {
	if r.Clock == nil {
		return WallClock()
	}
	return r.Clock
}

func (r *Runner) do(ctx context.Context, t Task) (json.RawMessage, error) {
	if r.Tasks == nil {
		return nil, errors.New("the Runner has no TaskFunc")
	}
	return r.Tasks(ctx, t)
}

func (r *Runner) random() float64 {
	if r.Rand == nil {
		return mathrand.Float64()
	}
	return r.Rand()
}

func (r *Runner) token() string {
	if r.NewToken == nil {
		return rand.Text()
	}
	return r.NewToken()
}
