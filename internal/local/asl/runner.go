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

// Runner runs executions, any number at the same time. Its fields must not change once it runs. Answers to task
// tokens must go to the Runner that made the tokens.
type Runner struct {
	// Clock does the blocking and the concurrency of executions; nil is WallClock.
	Clock Clock
	// Tasks does the work of Task states.
	Tasks TaskFunc
	// Rand returns numbers in [0, 1) for jitter and for expressions; nil is math/rand. On a WallClock, concurrent
	// branches call it concurrently.
	Rand func() float64
	// OnEvent is called with every event as it is written, in order for each execution. It must not block or call
	// the Clock.
	OnEvent func(executionArn string, e history.Event)
	// NewToken returns a new task token; nil uses random ones.
	NewToken func() string

	tokens tokens
}

// TaskFunc does the work of a Task state and returns the result as JSON. It must return when ctx is done, which
// means that the state has timed out or the execution has ended; its result is then ignored. For a Resource that
// ends in .sync it returns when the work is done; for one that ends in .waitForTaskToken when the work is handed
// over. Errors are named by *TaskError.
type TaskFunc func(ctx context.Context, t Task) (json.RawMessage, error)

// Task is one attempt at a Task state's work.
type Task struct {
	Resource  string
	Arguments json.RawMessage // of the state, or its input if it has none
	Token     string          // for .waitForTaskToken, and empty otherwise

	ExecutionArn, ExecutionName, StateName string
	Attempt                                int // the number of retries so far

	// Submitted is for a Resource that ends in .sync: it writes TaskSubmitted with the service's answer, as soon as
	// the work has begun. The TaskFunc calls it before it returns, and not concurrently. If it is not called, the
	// event is written with the result.
	Submitted func(output json.RawMessage)
}

// Start has the parameters of an execution.
type Start struct {
	ExecutionArn     string
	Name             string
	StateMachineArn  string
	StateMachineName string
	RoleArn          string
	Input            json.RawMessage // {} if empty
	StartTime        time.Time       // now if zero
}

// Run runs an execution to its end. If ctx is done, the execution stops as with StopExecution, with the status
// ABORTED; a *TaskError as ctx's cause sets the error and cause.
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
