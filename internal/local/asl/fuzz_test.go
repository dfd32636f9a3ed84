package asl_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// Every definition that Parse accepts runs to an end without a panic.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"QueryLanguage":"JSONata","StartAt":"Z","States":{` + end + `}}`,
		`{"QueryLanguage":"JSONata","TimeoutSeconds":5,"StartAt":"P","States":{` + busy + `}}`,
		`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.x %}","Next":"B"}],"Default":"B"},"B":{"Type":"Fail","Error":"{% 1 %}"}}}`,
		`{"QueryLanguage":"JSONata","StartAt":"A","States":{"A":{"Type":"Map","Items":"{% [1..3] %}","End":true,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","Assign":{"v":[{}]},"End":true}}}}}}`,
		`{"StartAt":5,"States":[],"x":null}`, `[[[[`, `{"a":1,"a":2}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, definition []byte) {
		m, err := asl.Parse(definition)
		if _, ok := errors.AsType[*asl.DefinitionError](err); (err == nil) == (m == nil) || err != nil && !ok {
			t.Fatalf("Parse gave %v and %v", m, err)
		}
		if m == nil {
			return
		}
		for _, st := range m.States() {
			if st.Name == "" || st.Type == "" {
				t.Errorf("a state without name or type: %+v", st)
			}
		}
		c := &turns{now: time.Unix(0, 0)}
		x := bench{input: `{"x":true}`, Runner: &asl.Runner{Clock: c, Tasks: echo}}.run(t, limited(t, definition))
		if text, err := json.Marshal(x.History); err != nil || x.Status == "" || x.Status == history.StatusSucceeded && !json.Valid(x.Output) {
			t.Errorf("ended %q with %s; history %s, %v", x.Status, x.Output, text, err)
		}
	})
}

// limited adds a timeout to the definition, so that every execution ends.
func limited(t *testing.T, definition []byte) *asl.Machine {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(definition, &fields); err != nil {
		t.Fatal(err)
	}
	fields["TimeoutSeconds"] = json.RawMessage(`1000`)
	text, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, string(text))
}

func FuzzSubstitute(f *testing.F) {
	f.Add(withPlaceholders, "arn:aws:lambda:eu-west-1:111122223333:function:f")
	f.Add(`{"a":"${A}${A}"}`, "\"\\\x00\u2028")
	f.Fuzz(func(t *testing.T, definition, value string) {
		values := map[string]string{}
		for _, name := range asl.Placeholders([]byte(definition)) {
			values[name] = value
		}
		got, err := asl.Substitute([]byte(definition), values)
		if err != nil {
			t.Fatal(err)
		}
		if json.Valid([]byte(`{"a":"`+definition+`"}`)) && !json.Valid([]byte(`{"a":"`+string(got)+`"}`)) {
			t.Errorf("%q is not JSON after the substitution: %q", definition, got)
		}
	})
}

// An execution of ten states, most of whose time goes into expressions.
func BenchmarkExecution(b *testing.B) {
	m := machine(b, "A", `
		"A":{"Type":"Task","Resource":"r","Arguments":{"Payload":{"finding":"{% $states.input.finding %}","id":"{% $states.context.Execution.Name %}"}},
			"Output":"{% $states.result.Payload %}","Assign":{"finding":"{% $states.result.Payload.finding %}"},"Next":"B"},
		"B":{"Type":"Choice","Choices":[{"Condition":"{% $finding.severity >= 7 %}","Next":"C"}],"Default":"Z"},
		"C":{"Type":"Task","Resource":"r","Arguments":{"Key":{"S":"{% $finding.id %}"}},"Next":"D"},
		"D":{"Type":"Task","Resource":"r","Arguments":{"id":"{% $finding.id %}"},"Next":"P"},
		"P":{"Type":"Parallel","Next":"Z","Branches":[
			{"StartAt":"E","States":{"E":{"Type":"Task","Resource":"r","Arguments":"{% $finding %}","Next":"F"},"F":{"Type":"Pass","End":true}}},
			{"StartAt":"G","States":{"G":{"Type":"Task","Resource":"r","Arguments":{"a":"{% $finding.id & '!' %}"},"Next":"H"},"H":{"Type":"Succeed"}}}]},
		"Z":{"Type":"Succeed"}`)
	for b.Loop() {
		x := bench{input: `{"finding":{"id":"f-1","severity":8}}`, Runner: &asl.Runner{Tasks: echo}}.run(b, m)
		if x.Status != history.StatusSucceeded {
			b.Fatal(x.Error, x.Cause)
		}
	}
}
