package statemachine_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/local/asl/recorded"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/statemachine"
	"github.com/ec2-quarantine/quarantine/tools/definitions/generate"
)

// capture writes the cases anew, with what the handlers answer now; they have no recording then.
var capture = flag.Bool("capture", false, "write the scripts of testdata/history from the handlers' answers")

// TestTheScriptsHaveTheShapeOfWhatTheHandlersAnswer keeps the scripts to the handlers: a value may change, a field
// may not.
func TestTheScriptsHaveTheShapeOfWhatTheHandlersAnswer(t *testing.T) {
	t.Parallel()
	for _, s := range scenarios(t) {
		c := s.capture(t)
		file := "testdata/history/" + c.Name + ".json"
		if *capture {
			text, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, text, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var recorded recorded.Case
		if err := json.Unmarshal(text, &recorded); err != nil {
			t.Fatal(err)
		}
		if now, then := shapes(t, c.Script), shapes(t, recorded.Script); !slices.Equal(now, then) {
			t.Errorf("%s: the handlers answer in another shape, run `go tool task record`\n now  %v\n then %v", c.Name, less(now, then), less(then, now))
		}
	}
}

// capture simulates the scenario and makes a case of it, with the functions' answers as its script.
func (s scenario) capture(t *testing.T) recorded.Case {
	t.Helper()
	policy, err := triage.ParsePolicy([]byte("version: 1\n" + s.policy))
	if err != nil {
		t.Fatal(err)
	}
	report, err := simulate.Run(t.Context(), simulate.Options{
		Events: []simulate.Event{{Name: s.name, Body: s.event}}, Account: simulate.DemoAccount, Prepare: s.prepare,
		Policy: policy, Start: time.Date(2026, 1, 15, 9, 30, 5, 0, time.UTC),
	})
	if err != nil {
		t.Fatal(err)
	}
	c := recorded.Case{
		Name: s.name, Comment: s.comment, DefinitionFile: "../../quarantine.asl.json", Substitutions: substitutions(t),
		ExecutionName: report.Executions[0].Name, Input: s.event, Pace: s.pace, Items: s.items, Script: map[string][]*recorded.Answer{},
	}
	// The watch is another definition's: the recording has a machine in its place that does nothing.
	own := slices.DeleteFunc(slices.Clone(report.Executions), func(x history.Execution) bool { return x.Machine == wiring.Watch })
	for _, x := range own {
		answers(t, x.History, c.Script)
	}
	if len(own) > 1 { // the second child starts later in the recording too
		last := own[len(own)-1].Name
		c.Script["states:startExecution@"+last] = []*recorded.Answer{{AfterSeconds: 1}}
	}
	for i, m := range register.Further() { // their branches end one after another in the recording too
		for key, all := range c.Script {
			if strings.HasPrefix(key, m.Group.Function()+"/"+m.Name+"@") {
				for _, a := range all {
					a.AfterSeconds += float64(i) / 4
				}
			}
		}
	}
	for key := range c.Script {
		if len(s.keep) > 0 && !slices.ContainsFunc(s.keep, func(start string) bool { return strings.HasPrefix(key, start) }) {
			delete(c.Script, key)
		}
	}
	return c
}

// answers adds what the functions answered in an execution.
func answers(t *testing.T, events []history.Event, script map[string][]*recorded.Answer) {
	t.Helper()
	asked, began := map[int64]string{}, map[int64]time.Time{} // by event
	for _, e := range events {
		var a *recorded.Answer
		switch {
		case e.TaskScheduled != nil && e.TaskScheduled.ResourceType == "lambda":
			var args struct {
				FunctionName string
				Payload      json.RawMessage
			}
			unmarshal(t, e.TaskScheduled.Parameters, &args)
			asked[e.ID] = recorded.FunctionKey(args.FunctionName, args.Payload)
		case e.TaskStarted != nil:
			asked[e.ID], began[e.ID] = asked[e.PreviousEventID], e.Timestamp
		case e.TaskSucceeded != nil:
			var result struct{ Payload json.RawMessage }
			unmarshal(t, e.TaskSucceeded.Output, &result)
			a = &recorded.Answer{Result: result.Payload}
		case e.TaskFailed != nil:
			a = &recorded.Answer{}
			if e.TaskFailed.ResourceType == "lambda" {
				unmarshal(t, e.TaskFailed.Cause, a)
			}
		}
		if key := asked[e.PreviousEventID]; a != nil && key != "" {
			a.AfterSeconds = e.Timestamp.Sub(began[e.PreviousEventID]).Seconds() // it says which branch ends last
			script[key] = append(script[key], a)
		}
	}
}

// substitutions stand for the placeholders of the definition.
func substitutions(t *testing.T) map[string]string {
	t.Helper()
	values := map[string]string{"Partition": "aws", "LedgerTable": ledgerTable, "ExpirySeconds": "86400", "ReminderSeconds": "3600",
		"WatchStateMachineArn": "arn:aws:states:eu-west-1:111122223333:stateMachine:" + wiring.Watch}
	all := map[string]string{}
	for _, name := range asl.Placeholders(statemachine.Quarantine) {
		isFunction := strings.HasSuffix(name, "FunctionArn")
		switch {
		case isFunction:
			all[name] = generate.Example(name)
		case values[name] != "":
			all[name] = values[name]
		default:
			t.Fatalf("say what stands for ${%s} in the recorded histories", name)
		}
	}
	return all
}

// shapes are the names of all fields of all answers, or the error, with the answer's key and number.
func shapes(t *testing.T, script map[string][]*recorded.Answer) (all []string) {
	t.Helper()
	for key, answers := range script {
		for i, a := range answers {
			at := fmt.Sprintf("%s[%d]", key, i)
			if a.ErrorType != "" {
				all = append(all, at+" "+a.ErrorType)
				continue
			}
			var value any
			if a.Result != nil {
				unmarshal(t, string(a.Result), &value)
			}
			all = append(all, fields(at, value)...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func fields(at string, value any) (all []string) {
	switch v := value.(type) {
	case map[string]any:
		for name, part := range v {
			all = append(all, fields(at+"."+name, part)...)
		}
	case []any:
		for _, part := range v {
			all = append(all, fields(at+"[]", part)...)
		}
	}
	return append(all, at)
}

func less(all, known []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(known, s) })
}

func unmarshal(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}
