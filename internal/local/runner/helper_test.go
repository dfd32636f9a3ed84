package runner_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
)

const (
	machineARN   = "arn:aws:states:eu-west-1:111122223333:stateMachine:quarantine"
	executionARN = "arn:aws:states:eu-west-1:111122223333:execution:quarantine:"
	greetARN     = "arn:aws:lambda:eu-west-1:111122223333:function:greet"
)

var start = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// desk is a StepFunctions on virtual time.
type desk struct {
	*runner.StepFunctions
	clock *simtime.Scheduler
}

// sit makes a desk from states, given as the members of States; the first one is A.
func sit(t *testing.T, states string) desk {
	t.Helper()
	clock := simtime.New(start)
	return desk{machine(t, states, clock), clock}
}

func machine(t *testing.T, states string, clock runner.Clock) *runner.StepFunctions {
	t.Helper()
	definition, err := asl.Parse(fmt.Appendf(nil, `{"QueryLanguage":"JSONata","StartAt":"A","States":{%s}}`, states))
	if err != nil {
		t.Fatal(err)
	}
	return &runner.StepFunctions{Machines: map[string]*asl.Machine{"quarantine": definition}, AccountID: "111122223333", Region: "eu-west-1", Clock: clock}
}

// task is a state A that does one task, and ends.
func task(resource, arguments string) string {
	return fmt.Sprintf(`"A":{"Type":"Task","Resource":"arn:aws:states:::%s","Arguments":%s,"End":true}`, resource, arguments)
}

// greets adds the function greet.
func (d desk) greets(f boundary.Function) desk {
	d.Functions = map[string]runner.Function{greetARN: {Name: "greet", Invoke: f}}
	return d
}

// run starts the execution run-1, and waits until it and all executions started by it have ended.
func (d desk) run(t *testing.T, input string) []*runner.Running {
	t.Helper()
	var all []*runner.Running
	var err error
	d.clock.Run(func() {
		if _, err = d.Start(t.Context(), "quarantine", "run-1", json.RawMessage(input)); err == nil {
			all, err = d.Wait(t.Context())
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// result is the result of run-1.
func (d desk) result(t *testing.T, input string) *history.Execution {
	t.Helper()
	return d.run(t, input)[0].Result
}

func wantOutput(t *testing.T, x *history.Execution, output string) {
	t.Helper()
	if x.Status != history.StatusSucceeded {
		t.Fatalf("ended %s with %q %q", x.Status, x.Error, x.Cause)
	}
	if diff := cmp.Diff(output, string(x.Output)); diff != "" {
		t.Errorf("output (-want +got):\n%s", diff)
	}
}

func wantFailed(t *testing.T, x *history.Execution, name, cause string) {
	t.Helper()
	if diff := cmp.Diff([]string{"FAILED", name, cause}, []string{string(x.Status), x.Error, x.Cause}); diff != "" {
		t.Errorf("status, error, cause (-want +got):\n%s", diff)
	}
}
