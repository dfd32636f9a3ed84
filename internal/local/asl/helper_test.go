package asl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

const (
	executionArn = "arn:aws:states:eu-west-1:111122223333:execution:machine:run-1"
	invoke       = "arn:aws:states:::lambda:invoke"
)

// machine parses states, given as the members of States, into a machine that starts at startAt.
func machine(t testing.TB, startAt, states string) *asl.Machine {
	t.Helper()
	return parsed(t, fmt.Sprintf(`{"QueryLanguage":"JSONata","StartAt":%q,"States":{%s}}`, startAt, states))
}

func parsed(t testing.TB, definition string) *asl.Machine {
	t.Helper()
	m, err := asl.Parse([]byte(definition))
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return m
}

// bench is a Runner with the input and context for one execution on fake time.
type bench struct {
	*asl.Runner
	ctx   context.Context
	input string
}

// run runs a machine on fake time, so that waits take no real time.
func run(t *testing.T, m *asl.Machine, b bench) *history.Execution {
	t.Helper()
	var x *history.Execution
	synctest.Test(t, func(t *testing.T) {
		x = b.run(t, m)
		time.Sleep(24 * time.Hour) // lets the test's own goroutines end
	})
	return x
}

func (b bench) run(t testing.TB, m *asl.Machine) *history.Execution {
	ctx := b.ctx
	if ctx == nil {
		ctx = t.Context()
	}
	if b.Runner == nil {
		b.Runner = &asl.Runner{}
	}
	return b.Run(ctx, m, asl.Start{
		ExecutionArn: executionArn, Name: "run-1", RoleArn: "arn:aws:iam::111122223333:role/r",
		StateMachineArn: "arn:aws:states:eu-west-1:111122223333:stateMachine:machine", StateMachineName: "machine",
		Input: json.RawMessage(b.input),
	})
}

// answers is a TaskFunc that returns each text once, in order: JSON, or Name|Cause for an error.
func answers(texts ...string) asl.TaskFunc {
	n := 0
	return func(context.Context, asl.Task) (json.RawMessage, error) {
		if n >= len(texts) {
			return nil, &asl.TaskError{Name: "NoMoreAnswers"}
		}
		n++
		if name, cause, ok := strings.Cut(texts[n-1], "|"); ok {
			return nil, &asl.TaskError{Name: name, Cause: cause}
		}
		return json.RawMessage(texts[n-1]), nil
	}
}

// echo is a TaskFunc that returns its arguments.
func echo(_ context.Context, task asl.Task) (json.RawMessage, error) { return task.Arguments, nil }

// hang is a TaskFunc that returns only when its context is done.
func hang(ctx context.Context, _ asl.Task) (json.RawMessage, error) {
	<-ctx.Done()
	return nil, context.Cause(ctx)
}

// chain formats a history as lines of id, type and previous event.
func chain(x *history.Execution) string {
	var lines []string
	for _, e := range x.History {
		lines = append(lines, fmt.Sprintf("%d %s < %d", e.ID, e.Type, e.PreviousEventID))
	}
	return strings.Join(lines, "\n")
}

func wantChain(t *testing.T, x *history.Execution, lines ...string) {
	t.Helper()
	if diff := cmp.Diff(strings.Join(lines, "\n"), chain(x)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

func wantOutput(t *testing.T, x *history.Execution, output string) {
	t.Helper()
	if x.Status != history.StatusSucceeded || string(x.Output) != output {
		t.Errorf("ended %s with %s %s %s, want SUCCEEDED with %s", x.Status, x.Output, x.Error, x.Cause, output)
	}
}

func wantFailed(t *testing.T, x *history.Execution, name, cause string) {
	t.Helper()
	if x.Status != history.StatusFailed || x.Error != name || !strings.Contains(x.Cause, cause) {
		t.Errorf("ended %s with %s %q %q, want FAILED with %q %q", x.Status, x.Output, x.Error, x.Cause, name, cause)
	}
}

func lasted(x *history.Execution) time.Duration { return x.Ended().Sub(x.Started()) }

// events returns the events of one type.
func events(x *history.Execution, typ string) []history.Event {
	var found []history.Event
	for _, e := range x.History {
		if e.Type == typ {
			found = append(found, e)
		}
	}
	return found
}

func want[T any](t *testing.T, got, want T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
