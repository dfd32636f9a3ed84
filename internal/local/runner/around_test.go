package runner_test

import (
	"context"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

const napping = `"A":{"Type":"Wait","Seconds":60,"Next":"B"},"B":{"Type":"Succeed"}`

func TestAnExecutionWhoseStartAnswerIsLostGoesOn(t *testing.T) {
	t.Parallel()
	d := family(t, napping)
	d.Around = func(_ context.Context, operation string, do func() error) error {
		if operation != "StartExecution" {
			t.Errorf("called %s", operation)
		}
		if err := do(); err != nil {
			return err
		}
		return context.DeadlineExceeded
	}
	all := d.run(t, `{}`)
	wantFailed(t, all[0].Result, "StepFunctions.SdkClientException", "context deadline exceeded")
	if len(all) != 2 || all[1].Result.Status != history.StatusSucceeded {
		t.Errorf("the execution that was started: %+v", all[1:])
	}
}

func TestARefusedStartHasTheIntegrationsErrorName(t *testing.T) {
	t.Parallel()
	for code, name := range map[string]string{
		"ThrottlingException":   "StepFunctions.ThrottlingException",
		"AccessDeniedException": "StepFunctions.AWSStepFunctionsException",
		"InternalFailure":       "StepFunctions.AWSStepFunctionsException",
	} {
		d := family(t, napping)
		d.Around = func(context.Context, string, func() error) error {
			return &smithy.GenericAPIError{Code: code, Message: "no"}
		}
		all := d.run(t, `{}`)
		wantFailed(t, all[0].Result, name, "no (Service: AWSStepFunctions; Error Code: "+code+")")
		if len(all) != 1 {
			t.Errorf("%s: something was started", code)
		}
	}
}

func TestATaskThatEndsEarlyStopsTheExecutionItWaitsFor(t *testing.T) {
	t.Parallel()
	d := sit(t, `"A":{"Type":"Task","TimeoutSeconds":5,"Resource":"arn:aws:states:::states:startExecution.sync:2",
		"Arguments":{"StateMachineArn":"arn:aws:states:eu-west-1:111122223333:stateMachine:child","Name":"c-1","Input":{}},"End":true}`)
	d.Machines["child"] = machine(t, napping, d.clock).Machines["quarantine"]
	all := d.run(t, `{}`)
	if all[0].Result.Error != "States.Timeout" || all[1].Result.Status != history.StatusAborted {
		t.Errorf("ended %s, and the nested one %s", all[0].Result.Error, all[1].Result.Status)
	}
	if took := all[1].Stopped.Sub(start); took != 5*time.Second {
		t.Errorf("it was stopped after %s", took)
	}
}
