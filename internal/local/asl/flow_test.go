package asl_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

func TestPass(t *testing.T) {
	tests := map[string]struct{ fields, input, output string }{
		"gives its input unchanged":          {``, `{"a": 1.0, "b":"é"}`, `{"a": 1.0, "b":"é"}`},
		"gives its Output":                   {`"Output":{"k":"{% $states.input.a %}","l":[1,"x",null]},`, `{"a":2}`, `{"k":2,"l":[1,"x",null]}`},
		"gives an expression's value":        {`"Output":"{% $states.input.a + 1 %}",`, `{"a":2}`, `3`},
		"takes no expression in part":        {`"Output":"a {% $x %} b",`, `{}`, `"a {% $x %} b"`},
		"keeps null":                         {`"Output":"{% null %}",`, `{}`, `null`},
		"keeps big numbers as JavaScript":    {`"Output":"{% $states.input %}",`, `9007199254740991`, `9007199254740991`},
		"keeps the order of keys":            {`"Output":{"z":"{% $states.input %}","a":1},`, `{"z":1,"a":{"y":2,"b":3}}`, `{"z":{"z":1,"a":{"y":2,"b":3}},"a":1}`},
		"leaves <, > and & as they are":      {`"Output":{"<&>":"{% $states.input %}"},`, `"<&>"`, `{"<&>":"<&>"}`},
		"keeps what is outside ASCII intact": {`"Output":"{% $states.input & '!' %}",`, `"日本 😀"`, `"日本 😀!"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "P", `"P":{"Type":"Pass",`+test.fields+`"End":true}`), bench{input: test.input})
			wantOutput(t, x, test.output)
			wantChain(t, x, "1 ExecutionStarted < 0", "2 PassStateEntered < 0", "3 PassStateExited < 2", "4 ExecutionSucceeded < 3")
		})
	}
}

func TestAnEmptyInputIsAnEmptyObject(t *testing.T) {
	t.Parallel()
	wantOutput(t, run(t, machine(t, "P", `"P":{"Type":"Pass","End":true}`), bench{}), `{}`)
}

func TestSucceed(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "S", `"S":{"Type":"Succeed","Output":{"done":true}}`), bench{})
	wantOutput(t, x, `{"done":true}`)
	wantChain(t, x, "1 ExecutionStarted < 0", "2 SucceedStateEntered < 0", "3 SucceedStateExited < 2", "4 ExecutionSucceeded < 3")
}

func TestFail(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "F", `"F":{"Type":"Fail","Error":"Bad","Cause":"{% 'it was ' & $states.input.what %}"}`),
		bench{input: `{"what":"dark"}`})
	wantFailed(t, x, "Bad", "it was dark")
	wantChain(t, x, "1 ExecutionStarted < 0", "2 FailStateEntered < 0", "3 ExecutionFailed < 2")
	want(t, x.History[2].ExecutionFailed, &history.Problem{Error: "Bad", Cause: "it was dark"})
}

func TestFailWithoutErrorAndCause(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "F", `"F":{"Type":"Fail"}`), bench{})
	wantFailed(t, x, "", "")
	want(t, x.History[2].ExecutionFailed, &history.Problem{})
}

const choice = `
	"C":{"Type":"Choice","Choices":[
		{"Condition":"{% $states.input.n > 10 %}","Next":"Big","Output":{"was":"{% $states.input.n %}"},"Assign":{"size":"big"}},
		{"Condition":"{% $states.input.n > 5 %}","Next":"Middle"}#},
	"Big":{"Type":"Pass","Output":["{% $size %}","{% $states.input %}"],"End":true},
	"Middle":{"Type":"Pass","End":true},
	"Small":{"Type":"Pass","Output":"{% $size %}","End":true}`

func TestChoice(t *testing.T) {
	withDefault := replace(choice, `],"Default":"Small","Assign":{"size":"small"}`)
	tests := map[string]struct{ states, input, output string }{
		"takes the first rule that is true":             {withDefault, `{"n":11}`, `["big",{"was":11}]`},
		"looks at the rules in order":                   {withDefault, `{"n":6}`, `{"n":6}`},
		"takes Default where none is, with its Assign":  {withDefault, `{"n":1}`, `"small"`},
		"needs no Default where a rule is always taken": {replace(choice, `,{"Condition":true,"Next":"Middle"}]`), `{"n":1}`, `{"n":1}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantOutput(t, run(t, machine(t, "C", test.states), bench{input: test.input}), test.output)
		})
	}
}

func TestChoiceWithoutAMatchOrDefault(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "C", replace(choice, `]`)), bench{input: `{"n":1}`})
	wantFailed(t, x, "States.NoChoiceMatched", "while executing the state 'C' (entered at the event id #2)")
	wantChain(t, x, "1 ExecutionStarted < 0", "2 ChoiceStateEntered < 0", "3 ExecutionFailed < 2")
}

func TestChoiceWhoseConditionIsNotTrueOrFalse(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "C", `"C":{"Type":"Choice","Choices":[{"Condition":"{% 1 %}","Next":"S"}]},"S":{"Type":"Succeed"}`), bench{})
	wantFailed(t, x, "States.QueryEvaluationError", "'Choices[0]/Condition' must be true or false, but was: 1")
	wantChain(t, x, "1 ExecutionStarted < 0", "2 ChoiceStateEntered < 0", "3 EvaluationFailed < 2", "4 ExecutionFailed < 3")
}

func TestWait(t *testing.T) {
	tests := map[string]struct {
		field string
		waits time.Duration
	}{
		"Seconds":                        {`"Seconds":90`, 90 * time.Second},
		"Seconds 0":                      {`"Seconds":0`, 0},
		"Seconds by expression":          {`"Seconds":"{% $states.input.s * 2 %}"`, 6 * time.Second},
		"Timestamp":                      {`"Timestamp":"2000-01-01T01:00:00Z"`, time.Hour},
		"Timestamp with offset":          {`"Timestamp":"2000-01-01T01:00:00.5+01:00"`, time.Second / 2},
		"Timestamp by expression":        {`"Timestamp":"{% $fromMillis($millis() + 5000) %}"`, 5 * time.Second},
		"Timestamp that is already over": {`"Timestamp":"1999-01-01T00:00:00Z"`, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "W", `"W":{"Type":"Wait",`+test.field+`,"End":true}`), bench{input: `{"s":3}`})
			wantOutput(t, x, `{"s":3}`)
			want(t, lasted(x), test.waits)
			wantChain(t, x, "1 ExecutionStarted < 0", "2 WaitStateEntered < 0", "3 WaitStateExited < 2", "4 ExecutionSucceeded < 3")
		})
	}
}

func TestWaitWithAnInvalidTime(t *testing.T) {
	tests := map[string]struct{ field, cause string }{
		"negative":        {`"Seconds":"{% -1 %}"`, "'Seconds' must be a whole number from 0 to 99999999, but was: -1"},
		"a fraction":      {`"Seconds":"{% 0.5 %}"`, "but was: 0.5"},
		"a string":        {`"Seconds":"{% '1' %}"`, `but was: "1"`},
		"not a timestamp": {`"Timestamp":"{% 'soon' %}"`, `'Timestamp' must be a timestamp such as`},
		"nothing":         {`"Timestamp":"{% $states.input.x %}"`, "returned nothing (undefined)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "W", `"W":{"Type":"Wait",`+test.field+`,"End":true}`), bench{})
			wantFailed(t, x, "States.QueryEvaluationError", test.cause)
		})
	}
}

func replace(text, with string) string { return strings.Replace(text, "#", with, 1) }
