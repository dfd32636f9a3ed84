package asl_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

func TestStates(t *testing.T) {
	const execution = `"Execution":{"Id":"` + executionArn + `","Input":{"k":1},"Name":"run-1",` +
		`"RoleArn":"arn:aws:iam::111122223333:role/r","StartTime":"2000-01-01T00:00:00.000Z"}`
	const machineContext = `"StateMachine":{"Id":"arn:aws:states:eu-west-1:111122223333:stateMachine:machine","Name":"machine"}`
	tests := map[string]struct{ expression, value string }{
		"input":   {`$states.input`, `{"k":1}`},
		"result":  {`$states.result`, `{"r":1}`},
		"nothing": {`$exists($states.errorOutput)`, `false`},
		"context": {`$states.context`, `{` + execution + `,"State":{"EnteredTime":"2000-01-01T00:00:02.000Z","Name":"T","RetryCount":1},` + machineContext + `}`},
		"clock":   {`[$now(), $millis()]`, `["2000-01-01T00:00:03.000Z",946684803000]`},
		"whole":   {`$keys($states)`, `["input","result","context"]`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "W", `"W":{"Type":"Wait","Seconds":2,"Next":"T"},`+
				task(invoke, `,"Retry":[{"ErrorEquals":["E"]}],"Output":"{% `+test.expression+` %}"`)),
				bench{input: `{"k":1}`, Runner: &asl.Runner{Tasks: answers(`E|`, `{"r":1}`)}})
			wantOutput(t, x, test.value)
		})
	}
}

func TestRandomFollowsTheRunner(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "P", `"P":{"Type":"Pass","Output":["{% $random() %}","{% $uuid() %}"],"End":true}`),
		bench{Runner: &asl.Runner{Rand: func() float64 { return 0.5 }}})
	wantOutput(t, x, `[0.5,"80000000-8000-4000-8000-000080000000"]`)
}

func TestEvaluationFailed(t *testing.T) {
	tests := map[string]struct{ states, location, cause string }{
		"undefined": {`"P":{"Type":"Pass","Output":{"a":{"b":[1,"{% $states.input.x %}"]}},"End":true}`, "Output/a/b[1]",
			"The JSONata expression '$states.input.x' specified for the field 'Output/a/b[1]' returned nothing (undefined)."},
		"thrown": {`"P":{"Type":"Pass","Assign":{"v":"{% 1 + 'a' %}"},"End":true}`, "Assign/v",
			"The JSONata expression '1 + 'a'' specified for the field 'Assign/v' threw an error during evaluation. T2002: "},
		"a function": {`"P":{"Type":"Pass","Output":"{% $sum %}","End":true}`, "Output", "unsupported result type"},
		"a condition": {`"P":{"Type":"Choice","Choices":[{"Condition":"{% $gone %}","Next":"Z"}],"Default":"Z"},"Z":{"Type":"Succeed"}`,
			"Choices[0]/Condition", "returned nothing"},
		"a rule's own": {`"P":{"Type":"Choice","Choices":[{"Condition":true,"Next":"Z","Output":"{% $gone %}"}]},"Z":{"Type":"Succeed"}`,
			"Choices[0]/Output", "returned nothing"},
		"arguments":                   {`"P":{"Type":"Task","Resource":"r","Arguments":{"x":"{% $gone %}"},"End":true}`, "Arguments/x", "returned nothing"},
		"a timeout":                   {`"P":{"Type":"Task","Resource":"r","TimeoutSeconds":"{% 0 %}","End":true}`, "TimeoutSeconds", "but was: 0"},
		"an error that is undefined":  {`"P":{"Type":"Fail","Error":"{% $gone %}"}`, "Error", "returned nothing"},
		"a timeout that is undefined": {`"P":{"Type":"Task","Resource":"r","HeartbeatSeconds":"{% $gone %}","End":true}`, "HeartbeatSeconds", "returned nothing"},
		"an error":                    {`"P":{"Type":"Fail","Error":"{% 5 %}"}`, "Error", "'Error' must be a string, but was: 5"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "P", test.states), bench{Runner: &asl.Runner{Tasks: echo}})
			wantFailed(t, x, "States.QueryEvaluationError", "An error occurred while executing the state 'P' (entered at the event id #2). ")
			wantFailed(t, x, "States.QueryEvaluationError", test.cause)
			want(t, events(x, "EvaluationFailed")[0].EvaluationFailed,
				&history.EvaluationFailed{Error: x.Error, Cause: x.Cause, Location: test.location, State: "P"})
			last := x.History[len(x.History)-2:]
			want(t, last[0].Type+" "+last[1].Type, "EvaluationFailed ExecutionFailed")
		})
	}
}
