package asl_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

func TestTaskTimeout(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,"TimeoutSeconds":30`)), bench{Runner: &asl.Runner{Tasks: hang}})
	wantFailed(t, x, "States.Timeout", "")
	want(t, lasted(x), 30*time.Second)
	wantChain(t, x, "1 ExecutionStarted < 0", "2 TaskStateEntered < 0", "3 TaskScheduled < 2", "4 TaskStarted < 3",
		"5 TaskTimedOut < 4", "6 ExecutionFailed < 5")
	want(t, x.History[4].TaskTimedOut, &history.TaskProblem{TaskResource: lambdaInvoke, Problem: history.Problem{Error: "States.Timeout"}})
}

func TestEveryAttemptHasTheWholeTimeout(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,"TimeoutSeconds":30,"Retry":[{"ErrorEquals":["States.Timeout"],"MaxAttempts":1}]`)),
		bench{Runner: &asl.Runner{Tasks: hang}})
	want(t, lasted(x), 61*time.Second)
}

func TestAResultAfterTheTimeoutIsIgnored(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,"TimeoutSeconds":2`)), bench{Runner: &asl.Runner{
		Tasks: func(context.Context, asl.Task) (json.RawMessage, error) {
			time.Sleep(3 * time.Second)
			return json.RawMessage(`{}`), nil
		}}})
	wantFailed(t, x, "States.Timeout", "")
}

func TestExecutionTimeout(t *testing.T) {
	const all = `"Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}]`
	tests := map[string]string{
		"in a task":     `"A":{"Type":"Task","Resource":"r",` + all + `,"Next":"Z"}`,
		"in a wait":     `"A":{"Type":"Wait","Seconds":60,"Next":"Z"}`,
		"in a retry":    `"A":{"Type":"Task","Resource":"fails",` + all + `,"Next":"Z"}`,
		"in a branch":   `"A":{"Type":"Parallel","Branches":[{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}}],` + all + `,"Next":"Z"}`,
		"in a Map":      `"A":{"Type":"Map","Items":[1],"ItemProcessor":{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":60,"End":true}}},` + all + `,"Next":"Z"}`,
		"in a token":    `"A":{"Type":"Task","Resource":"r.waitForTaskToken",` + all + `,"Next":"Z"}`,
		"between waits": `"A":{"Type":"Wait","Seconds":2,"Next":"B"},"B":{"Type":"Wait","Seconds":1,"Next":"A"}`,
	}
	for name, states := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := parsed(t, `{"QueryLanguage":"JSONata","StartAt":"A","TimeoutSeconds":5,"States":{`+states+`,"Z":{"Type":"Succeed"}}}`)
			x := run(t, m, bench{Runner: &asl.Runner{Tasks: func(ctx context.Context, k asl.Task) (json.RawMessage, error) {
				if k.Resource == "fails" {
					return nil, &asl.TaskError{Name: "E"}
				}
				if k.Token != "" {
					return nil, nil
				}
				return hang(ctx, k)
			}}})
			want(t, x.Status, history.StatusTimedOut)
			want(t, lasted(x), 5*time.Second)
			last := x.History[len(x.History)-1]
			want(t, last.Type, "ExecutionTimedOut")
			want(t, last.ExecutionTimedOut, &history.Problem{})
		})
	}
}
