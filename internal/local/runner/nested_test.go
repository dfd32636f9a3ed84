package runner_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// family is a desk whose machine runs another one and waits for its end.
func family(t *testing.T, child string) desk {
	t.Helper()
	d := sit(t, task("states:startExecution.sync:2", `{"StateMachineArn":"`+strings.Replace(machineARN, "quarantine", "child", 1)+`","Name":"c-1","Input":{"n":1}}`))
	d.Machines["child"] = machine(t, child, d.clock).Machines["quarantine"]
	return d
}

func TestANestedExecutionGivesItsOutputAsJSON(t *testing.T) {
	t.Parallel()
	d := family(t, `"A":{"Type":"Wait","Seconds":60,"Next":"B"},"B":{"Type":"Succeed","Output":{"doubled":"{% $states.input.n * 2 %}"}}`)
	all := d.run(t, `{}`)
	var got struct {
		Name, Status string
		Output       struct{ Doubled int }
		Input        struct{ N int }
	}
	if err := json.Unmarshal(all[0].Result.Output, &got); err != nil {
		t.Fatalf("%v: %s", err, all[0].Result.Cause)
	}
	if got.Name != "c-1" || got.Status != "SUCCEEDED" || got.Output.Doubled != 2 || got.Input.N != 1 {
		t.Errorf("got %+v", got)
	}
	var types []string
	for _, e := range all[0].Result.History {
		types = append(types, e.Type)
	}
	if got := strings.Join(types, " "); !strings.Contains(got, "TaskScheduled TaskStarted TaskSubmitted TaskSucceeded") {
		t.Errorf("history %s", got)
	}
	if len(all) != 2 || all[1].Machine != "child" {
		t.Errorf("executions %v", all)
	}
}

func TestANestedExecutionThatFailsFailsTheTask(t *testing.T) {
	t.Parallel()
	x := family(t, `"A":{"Type":"Fail","Error":"Oops","Cause":"it broke"}`).result(t, `{}`)
	if x.Error != "States.TaskFailed" || !strings.Contains(x.Cause, `"Error":"Oops"`) || !strings.Contains(x.Cause, `"Cause":"it broke"`) {
		t.Errorf("got %s: %s", x.Error, x.Cause)
	}
}

func TestATaskTokenIsAnsweredOnceAndIsInNoHistory(t *testing.T) {
	t.Parallel()
	var token string
	d := sit(t, task("lambda:invoke.waitForTaskToken", `{"FunctionName":"`+greetARN+`","Payload":{"token":"{% $states.context.Task.Token %}"}}`))
	d.greets(func(_ context.Context, payload []byte) ([]byte, error) {
		var in struct{ Token string }
		err := json.Unmarshal(payload, &in)
		token = in.Token
		return []byte(`{}`), err
	})
	var answers []error
	var seen []string
	d.OnEvent = func(_ string, e history.Event) {
		text, _ := json.Marshal(e)
		seen = append(seen, string(text))
		if e.Type == "TaskSubmitted" {
			d.clock.Go(func() {
				answers = append(answers, d.SendTaskSuccess(t.Context(), token, json.RawMessage(`{"yes":true}`)), d.SendTaskSuccess(t.Context(), token, json.RawMessage(`{}`)))
			})
		}
	}
	all := d.run(t, `{}`)
	wantOutput(t, all[0].Result, `{"yes":true}`)
	if len(answers) != 2 || answers[0] != nil {
		t.Fatalf("answers %v", answers)
	}
	if _, refused := errors.AsType[*asl.TokenError](answers[1]); !refused {
		t.Errorf("the second answer got %v", answers[1])
	}
	history, _ := json.Marshal(all[0].Result.History)
	if token == "" || strings.Contains(string(history), token) || strings.Contains(strings.Join(seen, "\n"), token) {
		t.Error("the history contains the token")
	}
}

func TestAnUnknownTokenIsRefused(t *testing.T) {
	t.Parallel()
	d := sit(t, `"A":{"Type":"Succeed"}`)
	if _, refused := errors.AsType[*asl.TokenError](d.SendTaskSuccess(t.Context(), "made up", nil)); !refused {
		t.Error("an unknown token was accepted")
	}
}
