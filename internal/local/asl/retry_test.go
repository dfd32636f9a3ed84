package asl_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

func TestRetryDelays(t *testing.T) {
	tests := map[string]struct {
		retry  string
		delays []time.Duration
	}{
		"defaults": {`{"ErrorEquals":["E"]}`, []time.Duration{1 * time.Second, 2 * time.Second, 4 * time.Second}},
		"all fields": {`{"ErrorEquals":["E"],"IntervalSeconds":3,"BackoffRate":1.5,"MaxAttempts":4,"MaxDelaySeconds":6}`,
			[]time.Duration{3 * time.Second, 4500 * time.Millisecond, 6 * time.Second, 6 * time.Second}},
		"MaxAttempts 0": {`{"ErrorEquals":["E"],"MaxAttempts":0}`, nil},
		"JitterStrategy FULL": {`{"ErrorEquals":["E"],"IntervalSeconds":8,"MaxAttempts":2,"JitterStrategy":"FULL"}`,
			[]time.Duration{2 * time.Second, 4 * time.Second}},
		"JitterStrategy NONE": {`{"ErrorEquals":["E"],"MaxAttempts":1,"JitterStrategy":"NONE"}`, []time.Duration{time.Second}},
		"no retrier for it":   {`{"ErrorEquals":["Other"]}`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var at []time.Time
			x := run(t, machine(t, "T", task(invoke, `,"Retry":[`+test.retry+`]`)), bench{Runner: &asl.Runner{
				Rand: func() float64 { return 0.25 },
				Tasks: func(context.Context, asl.Task) (json.RawMessage, error) {
					at = append(at, time.Now())
					return nil, &asl.TaskError{Name: "E"}
				}}})
			wantFailed(t, x, "E", "")
			var delays []time.Duration
			for i := 1; i < len(at); i++ {
				delays = append(delays, at[i].Sub(at[i-1]))
			}
			want(t, delays, test.delays)
		})
	}
}

func TestRetryWritesEveryAttempt(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,"Retry":[{"ErrorEquals":["E"]}],"Arguments":{"n":"{% $states.context.State.RetryCount %}"}`)),
		bench{Runner: &asl.Runner{Tasks: answers(`E|`, `{"ok":1}`)}})
	wantOutput(t, x, `{"ok":1}`)
	wantChain(t, x, "1 ExecutionStarted < 0", "2 TaskStateEntered < 0",
		"3 TaskScheduled < 2", "4 TaskStarted < 3", "5 TaskFailed < 4",
		"6 TaskScheduled < 5", "7 TaskStarted < 6", "8 TaskSucceeded < 7",
		"9 TaskStateExited < 8", "10 ExecutionSucceeded < 9")
	want(t, x.History[2].TaskScheduled.Parameters, `{"n":0}`)
	want(t, x.History[5].TaskScheduled.Parameters, `{"n":1}`)
}

// The example of https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html: each retrier
// counts its own uses, and the first one that matches the error applies.
func TestEachRetrierCountsItsOwnUses(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,
		"Retry":[{"ErrorEquals":["ErrorA","ErrorB"],"MaxAttempts":2},{"ErrorEquals":["ErrorC"],"IntervalSeconds":5}],
		"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z"}]`)+`,"Z":{"Type":"Succeed"}`),
		bench{Runner: &asl.Runner{Tasks: answers("ErrorA|", "ErrorB|", "ErrorC|", "ErrorB|", `{}`)}})
	wantOutput(t, x, `{"Error":"ErrorB","Cause":""}`)
	want(t, lasted(x), (1+2+5)*time.Second)
}

// ErrorEquals matches in the same way in Retry and in Catch.
func TestErrorEquals(t *testing.T) {
	const timeout, runtime = "States.Timeout|", "States.Runtime|"
	tests := map[string]struct {
		equals, reported string
		caught           bool
	}{
		"its own name":                      {`"E"`, `E|`, true},
		"one of several":                    {`"D","E"`, `E|`, true},
		"no part of a name":                 {`"E"`, `Ex|`, false},
		"States.ALL: any":                   {`"States.ALL"`, `E|`, true},
		"States.ALL: a timeout":             {`"States.ALL"`, timeout, true},
		"States.ALL: not the data limit":    {`"States.ALL"`, `States.DataLimitExceeded|`, false},
		"States.ALL: not States.Runtime":    {`"States.ALL"`, runtime, false},
		"States.DataLimitExceeded by name":  {`"States.DataLimitExceeded"`, `States.DataLimitExceeded|`, true},
		"States.TaskFailed: any":            {`"States.TaskFailed"`, `E|`, true},
		"States.TaskFailed: an expression":  {`"States.TaskFailed"`, `States.QueryEvaluationError|`, true},
		"States.TaskFailed: no timeout":     {`"States.TaskFailed"`, timeout, false},
		"States.TaskFailed: no heartbeat":   {`"States.TaskFailed"`, `States.HeartbeatTimeout|`, false},
		"States.TaskFailed: not data limit": {`"States.TaskFailed"`, `States.DataLimitExceeded|`, false},
		"States.Timeout":                    {`"States.Timeout"`, timeout, true},
		"States.HeartbeatTimeout: no other": {`"States.HeartbeatTimeout"`, timeout, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "T", task(invoke, `,"Catch":[{"ErrorEquals":[`+test.equals+`],"Next":"Z"}]`)+
				`,"Z":{"Type":"Succeed"}`), bench{Runner: &asl.Runner{Tasks: answers(test.reported)}})
			want(t, x.Status == history.StatusSucceeded, test.caught)
			y := run(t, machine(t, "T", task(invoke, `,"Retry":[{"ErrorEquals":[`+test.equals+`]}]`)),
				bench{Runner: &asl.Runner{Tasks: answers(test.reported, `{}`)}})
			want(t, y.Status == history.StatusSucceeded, test.caught)
		})
	}
}

func TestCatch(t *testing.T) {
	const states = `"T":{"Type":"Task","Resource":"r","Assign":{"v":"won"},"Next":"Z","Catch":[
			{"ErrorEquals":["Mine"],"Next":"Z","Assign":{"v":"{% $states.errorOutput.Error %}"},
				"Output":{"e":"{% $states.errorOutput %}","i":"{% $states.input %}"}},
			{"ErrorEquals":["States.ALL"],"Next":"Z","Assign":{"v":"other"}}]},
		"Z":{"Type":"Succeed","Output":["{% $v %}","{% $states.input %}"]}`
	tests := map[string]struct{ reported, output string }{
		"gives its Output and Assign":           {`Mine|why`, `["Mine",{"e":{"Error":"Mine","Cause":"why"},"i":{"k":1}}]`},
		"gives the error where it has none":     {`Yours|why`, `["other",{"Error":"Yours","Cause":"why"}]`},
		"is not taken where nothing went wrong": {`{"r":1}`, `["won",{"r":1}]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "T", states), bench{input: `{"k":1}`, Runner: &asl.Runner{Tasks: answers(test.reported)}})
			wantOutput(t, x, test.output)
		})
	}
}

func TestCatchInTheHistory(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,"Catch":[{"ErrorEquals":["E"],"Next":"Z","Assign":{"v":{"n":1}}}]`)+
		`,"Z":{"Type":"Pass","End":true}`), bench{Runner: &asl.Runner{Tasks: answers(`E|why`)}})
	wantChain(t, x, "1 ExecutionStarted < 0", "2 TaskStateEntered < 0", "3 TaskScheduled < 2", "4 TaskStarted < 3",
		"5 TaskFailed < 4", "6 TaskStateExited < 5", "7 PassStateEntered < 6", "8 PassStateExited < 7", "9 ExecutionSucceeded < 8")
	want(t, x.History[5].StateExited, &history.StateExited{Name: "T", Output: `{"Error":"E","Cause":"why"}`,
		AssignedVariables: map[string]string{"v": `{"n":1}`}, AssignedVariablesDetails: &history.DataDetails{}})
}

func TestAFailingExpressionCanBeRetriedAndCaught(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,"Output":"{% $states.result.gone %}",
		"Retry":[{"ErrorEquals":["States.QueryEvaluationError"],"MaxAttempts":1}],
		"Catch":[{"ErrorEquals":["States.QueryEvaluationError"],"Next":"Z","Output":"{% $states.errorOutput.Error %}"}]`)+
		`,"Z":{"Type":"Succeed"}`), bench{Runner: &asl.Runner{Tasks: echo}})
	wantOutput(t, x, `"States.QueryEvaluationError"`)
	want(t, len(events(x, "EvaluationFailed")), 2)
	want(t, len(events(x, "TaskSucceeded")), 2)
}

func TestAFailingExpressionOfACatchIsNotCaught(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "T", task(invoke, `,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z","Output":"{% $gone %}"}]`)+
		`,"Z":{"Type":"Succeed"}`), bench{Runner: &asl.Runner{Tasks: answers("E|")}})
	wantFailed(t, x, "States.QueryEvaluationError",
		"The JSONata expression '$gone' specified for the field 'Catch[0]/Output' returned nothing (undefined).")
}
