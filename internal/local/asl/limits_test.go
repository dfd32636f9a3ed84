package asl_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// sized is a JSON string of n bytes.
func sized(n int) string { return `"` + strings.Repeat("x", n-2) + `"` }

const limit = 256 * 1024

func TestPayloadLimit(t *testing.T) {
	const big = `"Output":"{% $pad('', 262143) %}"`
	tests := map[string]struct {
		states, answer string
		last           []string
	}{
		"a task's result":  {task(invoke, ``), sized(limit + 1), []string{"TaskStarted", "TaskFailed", "ExecutionFailed"}},
		"a task's input":   {task(invoke, `,"Arguments":"{% $pad('', 262143) %}"`), ``, []string{"ExecutionStarted", "TaskStateEntered", "ExecutionFailed"}},
		"a state's output": {`"T":{"Type":"Pass",` + big + `,"End":true}`, ``, []string{"ExecutionStarted", "PassStateEntered", "ExecutionFailed"}},
		"variables":        {`"T":{"Type":"Pass","Assign":{"a":"{% $pad('', 140000) %}","b":"{% $pad('', 140000) %}"},"End":true}`, ``, []string{"ExecutionStarted", "PassStateEntered", "ExecutionFailed"}},
		"an item":          {`"T":{"Type":"Map","Items":[1],"ItemSelector":"{% $pad('', 262143) %}","End":true,"ItemProcessor":` + branch("B", "r") + `}`, ``, []string{"MapIterationFailed", "MapStateFailed", "ExecutionFailed"}},
		"a branch's input": {`"T":{"Type":"Parallel","Arguments":"{% $pad('', 262143) %}","End":true,"Branches":[` + branch("B", "r") + `]}`, ``, []string{"ParallelStateEntered", "ParallelStateFailed", "ExecutionFailed"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "T", test.states), bench{Runner: &asl.Runner{Tasks: answers(test.answer)}})
			wantFailed(t, x, "States.DataLimitExceeded", "exceeding the maximum number of bytes")
			var last []string
			for _, e := range x.History[len(x.History)-3:] {
				last = append(last, e.Type)
			}
			want(t, last, test.last)
		})
	}
}

func TestPayloadOfTheMaximumSize(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, ``)), bench{Runner: &asl.Runner{Tasks: answers(sized(limit))}})
	want(t, x.Status, history.StatusSucceeded)
}

func TestInputThatStartExecutionWouldRefuse(t *testing.T) {
	for name, input := range map[string]string{"too large": sized(limit + 1), "no JSON": `{`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "S", `"S":{"Type":"Succeed"}`), bench{input: input})
			wantFailed(t, x, "InvalidExecutionInput", "256 KiB")
			want(t, len(x.History), 0)
		})
	}
}

func TestHistoryLimit(t *testing.T) {
	tests := map[string]string{
		"a loop":             `"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}`,
		"a loop in a branch": `"A":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"B","States":{"B":{"Type":"Pass","Next":"B"}}}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"A"}]}`,
	}
	for name, states := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "A", states), bench{})
			wantFailed(t, x, "States.Runtime", "The execution reached the maximum number of history events (25000).")
			want(t, len(x.History), 25000)
			want(t, x.History[24999].Type, "ExecutionFailed")
			want(t, x.History[24999].ID, int64(25000))
		})
	}
}

func TestExpressionsThatDoNotEnd(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "P", `"P":{"Type":"Pass","Output":"{% ($f := function($n){1 + $f($n + 1)}; $f(0)) %}","End":true}`), bench{})
	wantFailed(t, x, "States.QueryEvaluationError", "recurses deeper than an evaluation may go")
}

func TestARunnerWithoutTasksFailsThem(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, ``)), bench{Runner: &asl.Runner{}})
	wantFailed(t, x, "States.TaskFailed", "no TaskFunc")
}
