package asl_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// faults returns Parse's faults as lines.
func faults(t *testing.T, definition string) []string {
	t.Helper()
	m, err := asl.Parse([]byte(definition))
	wrong, ok := errors.AsType[*asl.DefinitionError](err)
	if !ok || m != nil {
		t.Fatalf("Parse gave %v and %v, want a DefinitionError and no machine", m, err)
	}
	lines := make([]string, len(wrong.Faults))
	for i, f := range wrong.Faults {
		lines[i] = f.String()
	}
	return lines
}

const end = `"Z":{"Type":"Succeed"}`

// The state under test is S. Each case has exactly one fault.
func TestParseRefusesAState(t *testing.T) {
	branch := func(states string) string { return `{"StartAt":"B","States":{` + states + `}}` }
	parallel := func(states string) string {
		return `{"Type":"Parallel","End":true,"Branches":[` + branch(states) + `]}`
	}
	mapOf := func(fields, processor string) string {
		return `{"Type":"Map","End":true,` + fields + `"ItemProcessor":{` + processor + `"StartAt":"B","States":{"B":{"Type":"Succeed"}}}}`
	}
	const taskOf = `{"Type":"Task","Resource":"r","End":true,`
	retry := func(fields string) string { return taskOf + `"Retry":[{` + fields + `}]}` }
	tests := map[string]struct{ state, path, message string }{
		"no object":             {`5`, "S", "must be an object, and is a number"},
		"no type":               {`{"End":true}`, "S.Type", "required"},
		"unknown type":          {`{"Type":"Loop"}`, "S.Type", "must be Task, Parallel"},
		"unknown field":         {`{"Type":"Pass","End":true,"Colour":"red"}`, "S.Colour", "not a field that is known"},
		"Comment no string":     {`{"Type":"Pass","End":true,"Comment":5}`, "S.Comment", "must be a string"},
		"JSONPath":              {`{"Type":"Pass","End":true,"QueryLanguage":"JSONPath"}`, "S.QueryLanguage", `must be "JSONata"`},
		"a JSONPath field":      {`{"Type":"Pass","End":true,"ResultPath":"$.x"}`, "S.ResultPath", "belongs to JSONPath; in JSONata it is Output or Assign"},
		"Parameters":            {`{"Type":"Task","Resource":"r","End":true,"Parameters":{}}`, "S.Parameters", "in JSONata it is Arguments"},
		"Result of a Pass":      {`{"Type":"Pass","End":true,"Result":1}`, "S.Result", "in JSONata it is Output"},
		"neither Next nor End":  {`{"Type":"Pass"}`, "S", "neither Next nor End"},
		"both Next and End":     {`{"Type":"Pass","Next":"Z","End":true}`, "S", "both Next and End"},
		"End false":             {`{"Type":"Pass","End":false}`, "S.End", "must be true"},
		"Next to nowhere":       {`{"Type":"Pass","Next":"Nowhere"}`, "S.Next", `no state "Nowhere"`},
		"Next no name":          {`{"Type":"Pass","Next":5}`, "S.Next", "must be the name of a state"},
		"Next out of a branch":  {parallel(`"B":{"Type":"Pass","Next":"Z"}`), "S.Branches[0].States.B.Next", `no state "Z" in this part`},
		"an expression":         {`{"Type":"Pass","End":true,"Output":{"a":["{% 1 + %}"]}}`, "S.Output.a[0]", "does not parse: S0207"},
		"an unfinished one":     {`{"Type":"Pass","End":true,"Output":"{% 1"}`, "S.Output", "must begin with {% and end with %}"},
		"one with a space":      {`{"Type":"Pass","End":true,"Output":" {% 1 %}"}`, "S.Output", "must begin with {% and end with %}"},
		"a field of nothing":    {`{"Type":"Pass","End":true,"Output":"{% a.b %}"}`, "S.Output", `the field "a" belongs to nothing`},
		"$eval":                 {`{"Type":"Pass","End":true,"Output":"{% $eval('1') %}"}`, "S.Output", "$eval is not available"},
		"Assign no object":      {`{"Type":"Pass","End":true,"Assign":[]}`, "S.Assign", "must be an object"},
		"Assign to states":      {`{"Type":"Pass","End":true,"Assign":{"states":1}}`, "S.Assign.states", "reserved"},
		"Assign with a $":       {`{"Type":"Pass","End":true,"Assign":{"$v":1}}`, "S.Assign.$v", "a variable's name"},
		"Assign to a digit":     {`{"Type":"Pass","End":true,"Assign":{"1v":1}}`, "S.Assign.1v", "a variable's name"},
		"Assign outer":          {`{"Type":"Parallel","End":true,"Assign":{"v":1},"Branches":[` + branch(`"B":{"Type":"Pass","Assign":{"v":2},"End":true}`) + `]}`, "S.Branches[0].States.B.Assign.v", "outer scope"},
		"Assign on Succeed":     {`{"Type":"Succeed","Assign":{"v":1}}`, "S.Assign", "not a field that is known"},
		"no Resource":           {`{"Type":"Task","End":true}`, "S.Resource", "required"},
		"Resource expression":   {`{"Type":"Task","Resource":"{% $x %}","End":true}`, "S.Resource", "constant string"},
		"TimeoutSeconds 0":      {taskOf + `"TimeoutSeconds":0}`, "S.TimeoutSeconds", "from 1 to 99999999"},
		"TimeoutSeconds text":   {taskOf + `"TimeoutSeconds":"5"}`, "S.TimeoutSeconds", "from 1 to 99999999"},
		"HeartbeatSeconds":      {taskOf + `"HeartbeatSeconds":1.5}`, "S.HeartbeatSeconds", "from 1 to 99999999"},
		"heartbeat too long":    {taskOf + `"TimeoutSeconds":5,"HeartbeatSeconds":5}`, "S.HeartbeatSeconds", "less than TimeoutSeconds"},
		"Retry no array":        {taskOf + `"Retry":{}}`, "S.Retry", "must be an array"},
		"retrier no object":     {taskOf + `"Retry":[1]}`, "S.Retry[0]", "must be an object"},
		"no ErrorEquals":        {retry(``), "S.Retry[0].ErrorEquals", "required"},
		"ErrorEquals empty":     {retry(`"ErrorEquals":[]`), "S.Retry[0].ErrorEquals", "at least one error name"},
		"ErrorEquals number":    {retry(`"ErrorEquals":[5]`), "S.Retry[0].ErrorEquals[0]", "must be an error name"},
		"ErrorEquals unknown":   {retry(`"ErrorEquals":["States.Nope"]`), "S.Retry[0].ErrorEquals[0]", "never reaches"},
		"ErrorEquals runtime":   {retry(`"ErrorEquals":["States.Runtime"]`), "S.Retry[0].ErrorEquals[0]", "never reaches"},
		"States.ALL in company": {retry(`"ErrorEquals":["E","States.ALL"]`), "S.Retry[0].ErrorEquals", "States.ALL must stand alone"},
		"States.ALL not last":   {taskOf + `"Retry":[{"ErrorEquals":["States.ALL"]},{"ErrorEquals":["E"]}]}`, "S.Retry[0].ErrorEquals", "in the last"},
		"MaxAttempts":           {retry(`"ErrorEquals":["E"],"MaxAttempts":-1`), "S.Retry[0].MaxAttempts", "from 0 to 99999999"},
		"IntervalSeconds":       {retry(`"ErrorEquals":["E"],"IntervalSeconds":0`), "S.Retry[0].IntervalSeconds", "from 1 to 99999999"},
		"BackoffRate":           {retry(`"ErrorEquals":["E"],"BackoffRate":0.9`), "S.Retry[0].BackoffRate", "a number from 1 to"},
		"MaxDelaySeconds":       {retry(`"ErrorEquals":["E"],"MaxDelaySeconds":31622400`), "S.Retry[0].MaxDelaySeconds", "from 1 to 31622399"},
		"MaxDelaySeconds small": {retry(`"ErrorEquals":["E"],"IntervalSeconds":9,"MaxDelaySeconds":9`), "S.Retry[0].MaxDelaySeconds", "greater than IntervalSeconds"},
		"JitterStrategy":        {retry(`"ErrorEquals":["E"],"JitterStrategy":"SOME"`), "S.Retry[0].JitterStrategy", `"FULL" or "NONE"`},
		"retrier field":         {retry(`"ErrorEquals":["E"],"Delay":1`), "S.Retry[0].Delay", "not a field that is known"},
		"Catch without Next":    {taskOf + `"Catch":[{"ErrorEquals":["E"]}]}`, "S.Catch[0].Next", "required"},
		"Catch to nowhere":      {taskOf + `"Catch":[{"ErrorEquals":["E"],"Next":"No"}]}`, "S.Catch[0].Next", `no state "No"`},
		"Catch with ResultPath": {taskOf + `"Catch":[{"ErrorEquals":["E"],"Next":"Z","ResultPath":"$"}]}`, "S.Catch[0].ResultPath", "belongs to JSONPath"},
		"Retry on Pass":         {`{"Type":"Pass","End":true,"Retry":[]}`, "S.Retry", "not a field that is known"},
		"no Choices":            {`{"Type":"Choice","Default":"Z"}`, "S.Choices", "required"},
		"Choices empty":         {`{"Type":"Choice","Choices":[]}`, "S.Choices", "at least one rule"},
		"rule without Next":     {`{"Type":"Choice","Choices":[{"Condition":true}]}`, "S.Choices[0].Next", "required"},
		"rule no Condition":     {`{"Type":"Choice","Choices":[{"Next":"Z"}]}`, "S.Choices[0].Condition", "required"},
		"Condition a string":    {`{"Type":"Choice","Choices":[{"Condition":"true","Next":"Z"}]}`, "S.Choices[0].Condition", "must be an expression"},
		"a JSONPath rule":       {`{"Type":"Choice","Choices":[{"Condition":true,"Variable":"$.x","Next":"Z"}]}`, "S.Choices[0].Variable", "in JSONata it is Condition"},
		"Default to nowhere":    {`{"Type":"Choice","Choices":[{"Condition":true,"Next":"Z"}],"Default":"No"}`, "S.Default", `no state "No"`},
		"Choice with End":       {`{"Type":"Choice","Choices":[{"Condition":true,"Next":"Z"}],"End":true}`, "S.End", "not a field that is known"},
		"Wait for nothing":      {`{"Type":"Wait","End":true}`, "S", "one of Seconds and Timestamp"},
		"Wait for both":         {`{"Type":"Wait","End":true,"Seconds":1,"Timestamp":"2026-01-01T00:00:00Z"}`, "S", "one of Seconds and Timestamp"},
		"Seconds negative":      {`{"Type":"Wait","End":true,"Seconds":-1}`, "S.Seconds", "from 0 to 99999999"},
		"Timestamp":             {`{"Type":"Wait","End":true,"Timestamp":"tomorrow"}`, "S.Timestamp", "must be a timestamp"},
		"Timestamp no string":   {`{"Type":"Wait","End":true,"Timestamp":5}`, "S.Timestamp", "must be a string"},
		"Fail with Next":        {`{"Type":"Fail","Next":"Z"}`, "S.Next", "not a field that is known"},
		"Error no string":       {`{"Type":"Fail","Error":5}`, "S.Error", "must be a string"},
		"no Branches":           {`{"Type":"Parallel","End":true}`, "S.Branches", "required"},
		"Branches empty":        {`{"Type":"Parallel","End":true,"Branches":[]}`, "S.Branches", "at least one branch"},
		"branch no StartAt":     {`{"Type":"Parallel","End":true,"Branches":[{"States":{"B":{"Type":"Succeed"}}}]}`, "S.Branches[0].StartAt", "required"},
		"branch wrong StartAt":  {`{"Type":"Parallel","End":true,"Branches":[{"StartAt":"Z","States":{"B":{"Type":"Succeed"}}}]}`, "S.Branches[0].StartAt", `no state "Z" beside it`},
		"branch no States":      {`{"Type":"Parallel","End":true,"Branches":[{"StartAt":"B"}]}`, "S.Branches[0].States", "required"},
		"branch field":          {`{"Type":"Parallel","End":true,"Branches":[{"StartAt":"B","TimeoutSeconds":1,"States":{"B":{"Type":"Succeed"}}}]}`, "S.Branches[0].TimeoutSeconds", "not a field that is known"},
		"a name used twice":     {parallel(`"B":{"Type":"Pass","Next":"Z"},"Z":{"Type":"Succeed"}`), "Z", `the name "Z" is taken already by States.S.Branches[0].States.Z`},
		"no ItemProcessor":      {`{"Type":"Map","End":true}`, "S.ItemProcessor", "required"},
		"Items a number":        {mapOf(`"Items":5,`, ``), "S.Items", "must be an array"},
		"Items a string":        {mapOf(`"Items":"x",`, ``), "S.Items", "must be an array"},
		"MaxConcurrency":        {mapOf(`"MaxConcurrency":-1,`, ``), "S.MaxConcurrency", "from 0 to"},
		"distributed":           {mapOf(``, `"ProcessorConfig":{"Mode":"DISTRIBUTED"},`), "S.ItemProcessor.ProcessorConfig.Mode", `must be "INLINE"`},
		"ExecutionType":         {mapOf(``, `"ProcessorConfig":{"Mode":"INLINE","ExecutionType":"STANDARD"},`), "S.ItemProcessor.ProcessorConfig.ExecutionType", "not a field that is known"},
		"ToleratedFailure":      {mapOf(`"ToleratedFailureCount":1,`, ``), "S.ToleratedFailureCount", "belongs to distributed Map states"},
		"ItemReader":            {mapOf(`"ItemReader":{},`, ``), "S.ItemReader", "belongs to distributed Map states"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := faults(t, `{"QueryLanguage":"JSONata","StartAt":"S","States":{"S":`+test.state+`,`+end+`}}`)
			if len(got) != 1 || !strings.HasPrefix(got[0], "States."+test.path+": ") || !strings.Contains(got[0], test.message) {
				t.Errorf("faults %q, want one at %s saying %q", got, test.path, test.message)
			}
		})
	}
}

func TestParseRefusesADefinition(t *testing.T) {
	long := strings.Repeat("x", 81)
	tests := map[string]struct{ definition, fault string }{
		"no JSON":             {`{`, "not a JSON object: the JSON ends early"},
		"no object":           {`[]`, "must be an object, and is an array"},
		"something after":     {`{} {}`, "not a JSON object: there is something after"},
		"a member twice":      {`{"a":1,"a":1}`, `not a JSON object: the member "a" is given twice in one object`},
		"too deep":            {strings.Repeat("[", 300), "not a JSON object: nested deeper than 200 levels"},
		"no QueryLanguage":    {`{"StartAt":"Z","States":{` + end + `}}`, `QueryLanguage: required: "JSONata"`},
		"JSONPath":            {`{"QueryLanguage":"JSONPath","StartAt":"Z","States":{` + end + `}}`, `QueryLanguage: must be "JSONata"`},
		"no StartAt":          {`{"QueryLanguage":"JSONata","States":{` + end + `}}`, "StartAt: required: the name of a state"},
		"StartAt nowhere":     {`{"QueryLanguage":"JSONata","StartAt":"A","States":{` + end + `}}`, `StartAt: there is no state "A" beside it`},
		"no States":           {`{"QueryLanguage":"JSONata","StartAt":"A"}`, "States: required"},
		"States empty":        {`{"QueryLanguage":"JSONata","StartAt":"A","States":{}}`, "States: must be an object of at least one state"},
		"unknown field":       {`{"QueryLanguage":"JSONata","StartAt":"Z","Owner":"me","States":{` + end + `}}`, "Owner: is not a field"},
		"Version":             {`{"QueryLanguage":"JSONata","Version":"2","StartAt":"Z","States":{` + end + `}}`, `Version: must be "1.0"`},
		"TimeoutSeconds":      {`{"QueryLanguage":"JSONata","TimeoutSeconds":"{% 5 %}","StartAt":"Z","States":{` + end + `}}`, "TimeoutSeconds: must be a whole number from 1"},
		"a name that is long": {`{"QueryLanguage":"JSONata","StartAt":"` + long + `","States":{"` + long + `":{"Type":"Succeed"}}}`, "States." + long + ": a state's name has 1 to 80 characters"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := faults(t, test.definition)
			if len(got) != 1 || !strings.HasPrefix(got[0], test.fault) {
				t.Errorf("faults %q, want one: %q", got, test.fault)
			}
		})
	}
}

func TestParseReportsEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	definition := `{"QueryLanguage":"JSONata","StartAt":"A","Owner":1,"States":{
		"A":{"Type":"Task","End":true,"Retry":[{"ErrorEquals":["E"],"MaxAttempts":-1}]},
		"B":{"Type":"Pass","Next":"Nowhere","Output":"{% ( %}"}}}`
	got := faults(t, definition)
	var paths []string
	for _, line := range got {
		path, _, _ := strings.Cut(line, ": ")
		paths = append(paths, path)
	}
	want(t, paths, []string{"States.A.Retry[0].MaxAttempts", "States.A.Resource", "States.B.Output", "States.B.Next", "Owner"})
	_, err := asl.Parse([]byte(definition))
	if text := err.Error(); strings.Count(text, "\n") != 5 || !strings.Contains(text, "5 fault(s)") {
		t.Errorf("the error's text has not every fault on a line of its own: %s", text)
	}
}

func TestParseAcceptsEveryField(t *testing.T) {
	t.Parallel()
	m := parsed(t, fmt.Sprintf(`{"Comment":"c","QueryLanguage":"JSONata","Version":"1.0","TimeoutSeconds":60,"StartAt":"A","States":{
		"A":{"Type":"Task","Comment":"c","QueryLanguage":"JSONata","Resource":"r","Arguments":[1],"TimeoutSeconds":9,"HeartbeatSeconds":"{%% 3 %%}",
			"Output":1,"Assign":{"é_1":1},"Next":"B",
			"Retry":[{"Comment":"c","ErrorEquals":["States.Timeout","E"],"IntervalSeconds":1,"MaxAttempts":0,"BackoffRate":1.0,"MaxDelaySeconds":2,"JitterStrategy":"NONE"}],
			"Catch":[{"Comment":"c","ErrorEquals":["States.ALL"],"Next":"Z","Output":1,"Assign":{"w":1}}]},
		"B":{"Type":"Parallel","Comment":"c","Arguments":1,"Output":1,"Assign":{"x":1},"Retry":[],"Catch":[],"Next":"C",
			"Branches":[{"Comment":"c","StartAt":"B1","States":{"B1":{"Type":"Fail","Comment":"c","Error":"e","Cause":"c"}}}]},
		"C":{"Type":"Map","Comment":"c","Items":[],"ItemSelector":1,"MaxConcurrency":2,"Output":1,"Assign":{"y":1},"Retry":[],"Catch":[],"Next":"D",
			"ItemProcessor":{"Comment":"c","ProcessorConfig":{"Mode":"INLINE"},"StartAt":"C1","States":{"C1":{"Type":"Succeed","Comment":"c","Output":1}}}},
		"D":{"Type":"Choice","Comment":"c","Choices":[{"Comment":"c","Condition":false,"Next":"E","Output":1,"Assign":{"z":1}}],"Default":"E","Output":1,"Assign":{"z":2}},
		"E":{"Type":"Wait","Comment":"c","Seconds":1,"Output":1,"Assign":{"z":1},"Next":"F"},
		"F":{"Type":"Pass","Comment":"c","Output":1,"Assign":{"z":1},"Next":"Z"},%s}}`, end))
	want(t, m.Comment(), "c")
	want(t, len(m.States()), 9)
}
