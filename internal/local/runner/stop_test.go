package runner_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
)

// stopping runs run-1, and stops an execution a second later.
func (d desk) stopping(t *testing.T, arn, name, cause string) (all []*runner.Running, stopped time.Time, err error) {
	t.Helper()
	d.clock.Run(func() {
		if _, err := d.Start(t.Context(), "quarantine", "run-1", json.RawMessage(`{}`)); err != nil {
			t.Error(err)
		}
		_ = d.clock.Sleep(t.Context(), time.Second)
		stopped, err = d.StopExecution(t.Context(), arn, name, cause)
		var waited error
		if all, waited = d.Wait(t.Context()); waited != nil {
			t.Error(waited)
		}
	})
	return all, stopped, err
}

func TestAStoppedExecutionIsAbortedAtOnceWithTheReasonThatWasGiven(t *testing.T) {
	t.Parallel()
	for _, why := range [][2]string{{"", ""}, {"Stopped", "by hand"}, {strings.Repeat("é", 256), strings.Repeat("é", 32768)}} {
		all, stopped, err := sit(t, waitTenSeconds).stopping(t, executionARN+"run-1", why[0], why[1])
		x := all[0].Result
		if err != nil || stopped.Sub(start) != time.Second || !all[0].Stopped.Equal(stopped) {
			t.Fatalf("stopped at %s, the execution at %s: %v", stopped, all[0].Stopped, err)
		}
		last := x.History[len(x.History)-1]
		if x.Status != history.StatusAborted || x.Error != why[0] || x.Cause != why[1] ||
			last.Type != "ExecutionAborted" || last.ExecutionAborted.Error != why[0] || last.ExecutionAborted.Cause != why[1] {
			t.Errorf("ended %s with %.20q %.20q; the last event is %s", x.Status, x.Error, x.Cause, last.Type)
		}
	}
}

// It has no result to be stopped any more: what it gave stays.
func TestAnExecutionThatHasEndedStaysAsItIs(t *testing.T) {
	t.Parallel()
	all, stopped, err := sit(t, `"A":{"Type":"Succeed","Output":7}`).stopping(t, executionARN+"run-1", "Stopped", "too late")
	wantOutput(t, all[0].Result, `7`)
	if err != nil || !stopped.Equal(start) {
		t.Errorf("stopped at %s, %v, want the time at which it had ended", stopped, err)
	}
}

func TestAStopThatCannotBeIsRefusedByName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ arn, name, cause, want string }{
		"no execution":     {executionARN + "run-2", "", "", "ExecutionDoesNotExist: Execution Does Not Exist: '" + executionARN + "run-2'"},
		"a long error":     {executionARN + "run-1", strings.Repeat("x", 257), "", "ValidationException: error takes 256 characters, and cause 32768"},
		"a long cause":     {executionARN + "run-1", "", strings.Repeat("x", 32769), "ValidationException: error takes 256 characters, and cause 32768"},
		"a name, no ARN":   {"run-1", "", "", "ExecutionDoesNotExist: Execution Does Not Exist: 'run-1'"},
		"a machine's name": {machineARN, "", "", "ExecutionDoesNotExist: Execution Does Not Exist: '" + machineARN + "'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all, _, err := sit(t, waitTenSeconds).stopping(t, c.arn, c.name, c.cause)
			if refused, ok := errors.AsType[*runner.StopError](err); !ok || refused.Error() != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if all[0].Result.Status != history.StatusSucceeded {
				t.Errorf("the execution ended %s all the same", all[0].Result.Status)
			}
		})
	}
}

func TestAStoppedExecutionTakesThoseWithItThatItWaitsFor(t *testing.T) {
	t.Parallel()
	all, _, err := family(t, napping).stopping(t, executionARN+"run-1", "Stopped", "by hand")
	if err != nil || len(all) != 2 {
		t.Fatal(err, all)
	}
	for _, r := range all {
		if r.Result.Status != history.StatusAborted || r.Stopped.Sub(start) != time.Second {
			t.Errorf("%s ended %s after %s", r.Machine, r.Result.Status, r.Stopped.Sub(start))
		}
	}
}

// No answer to its token counts any more, and no state after it is entered.
func TestAStoppedTaskThatWaitsForItsTokenIsOver(t *testing.T) {
	t.Parallel()
	var token string
	d := sit(t, strings.Replace(task("lambda:invoke.waitForTaskToken", `{"FunctionName":"`+greetARN+`","Payload":{"token":"{% $states.context.Task.Token %}"}}`), `"End":true`, `"Next":"B"`, 1)+
		`,"B":{"Type":"Succeed"}`)
	d.greets(func(_ context.Context, payload []byte) ([]byte, error) {
		var in struct{ Token string }
		err := json.Unmarshal(payload, &in)
		token = in.Token
		return []byte(`{}`), err
	})
	all, _, err := d.stopping(t, executionARN+"run-1", "", "")
	if err != nil || all[0].Result.Status != history.StatusAborted || slices.Contains(all[0].Result.Path, "B") {
		t.Errorf("ended %s by %v: %v", all[0].Result.Status, all[0].Result.Path, err)
	}
	if err := d.SendTaskSuccess(t.Context(), token, json.RawMessage(`{}`)); err == nil {
		t.Error("the token of a stopped execution was answered")
	}
}

// A stop can fail as any other call does, and then the execution goes on.
func TestAStopThatFailsStopsNothing(t *testing.T) {
	t.Parallel()
	d := sit(t, waitTenSeconds)
	var asked []string
	d.Around = func(_ context.Context, operation string, _ func() error) error {
		asked = append(asked, operation)
		return errors.New("throttled")
	}
	all, _, err := d.stopping(t, executionARN+"run-1", "", "")
	if err == nil || all[0].Result.Status != history.StatusSucceeded || !slices.Equal(asked, []string{"StopExecution"}) {
		t.Errorf("%v made %v, and it ended %s", asked, err, all[0].Result.Status)
	}
}

// Executions that others have started and do not wait for are stopped, too.
func TestAllThatRunAreStopped(t *testing.T) {
	t.Parallel()
	d := sit(t, `"A":{"Type":"Wait","Seconds":10,"Next":"B"},"B":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution",`+
		`"Arguments":{"StateMachineArn":"`+machineARN+`","Name":"{% 'after-' & $states.context.Execution.Name %}","Input":{}},"Next":"C"},`+
		`"C":{"Type":"Wait","Seconds":60,"End":true}`)
	d.clock.Run(func() {
		if _, err := d.Start(t.Context(), "quarantine", "run-1", json.RawMessage(`{}`)); err != nil {
			t.Error(err)
		}
		_ = d.clock.Sleep(t.Context(), 15*time.Second)
		if err := d.StopAll(t.Context(), "Interrupted", "at the terminal"); err != nil {
			t.Error(err)
		}
		all, err := d.Wait(t.Context())
		if err != nil || len(all) != 2 {
			t.Errorf("%d executions, %v", len(all), err)
		}
		for _, r := range all {
			if r.Result.Status != history.StatusAborted || r.Result.Error != "Interrupted" || r.Stopped.Sub(start) != 15*time.Second {
				t.Errorf("%s ended %s with %q after %s", r.Name, r.Result.Status, r.Result.Error, r.Stopped.Sub(start))
			}
		}
	})
}
