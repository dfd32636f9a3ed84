package uninstall

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// lookEvery is the interval at which executions and the stack are checked.
const lookEvery = 5 * time.Second

// drain waits for the running executions, and stops those that do not end in time: a
// state machine is deleted only after its executions have ended, so a waiting
// execution would delay the stack's deletion.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
func (r *run) drain(ctx context.Context) error {
	end := r.Clock.Now().Add(r.Wait)
	for said := -1; ; {
		running, err := r.running(ctx, r.plan)
		if err != nil || len(running) == 0 {
			return err
		}
		if !r.Clock.Now().Before(end) {
			return r.stop(ctx, running)
		}
		if len(running) != said {
			r.say("waiting for %s to end, until %s UTC at most", count(len(running), "execution", "executions"), end.UTC().Format(time.TimeOnly))
			said = len(running)
		}
		if err := r.Clock.Sleep(ctx, lookEvery); err != nil {
			return err
		}
	}
}

// Stopped is an execution that was stopped. If it had not taken the lock yet, no
// record has its finding, and this is all that is known of it.
type Stopped struct {
	Execution string `json:"execution"` // its ARN
	// The finding that it was started for; "" if it was started for something else.
	Finding  string `json:"finding,omitempty"` // its id
	Type     string `json:"findingType,omitempty"`
	Instance string `json:"instance,omitempty"`
}

// String describes the finding.
func (s Stopped) String() string {
	if s.Finding == "" {
		return "it was not started by a finding"
	}
	return fmt.Sprintf("finding %s, %s, of %s: look into it, for it may be on no record", s.Finding, s.Type, cmp.Or(s.Instance, "no instance"))
}

// stopped reads an execution's input: GuardDuty's event.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html
func stopped(execution, input string) Stopped {
	var event struct {
		Detail struct {
			ID       string `json:"id"`
			Type     string `json:"type"`
			Resource struct {
				Instance struct {
					ID string `json:"instanceId"`
				} `json:"instanceDetails"`
			} `json:"resource"`
		} `json:"detail"`
	}
	if json.Unmarshal([]byte(input), &event) != nil {
		return Stopped{Execution: execution}
	}
	d := event.Detail
	return Stopped{Execution: execution, Finding: d.ID, Type: d.Type, Instance: d.Resource.Instance.ID}
}

func (r *run) stop(ctx context.Context, running []string) error {
	for _, arn := range running {
		input, err := r.Executions.Input(ctx, arn)
		if err != nil {
			return err
		}
		one := stopped(arn, input)
		r.say("stopping %s: %s", arn, one)
		if err := r.Executions.Stop(ctx, arn, "quarantine uninstall --stack "+r.Stack); err != nil {
			return err
		}
		r.report.Stopped = append(r.report.Stopped, one)
	}
	return nil
}
