package uninstall

import (
	"context"
	"time"
)

// lookEvery is how often executions and the stack are looked at.
const lookEvery = 5 * time.Second

// drain waits for the executions that run, and stops those that do not end in
// time: a state machine is not deleted before its executions have ended, and
// one that waits can keep the stack's deletion waiting for as long.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachine.html
func (r *run) drain(ctx context.Context) error {
	end := r.Now().Add(r.Wait)
	for said := -1; ; {
		running, err := r.running(ctx, r.plan)
		if err != nil || len(running) == 0 {
			return err
		}
		if !r.Now().Before(end) {
			return r.stop(ctx, running)
		}
		if len(running) != said {
			r.say("waiting for %s to end, until %s UTC at most", count(len(running), "execution", "executions"), end.UTC().Format(time.TimeOnly))
			said = len(running)
		}
		if err := r.Sleep(ctx, lookEvery); err != nil {
			return err
		}
	}
}

func (r *run) stop(ctx context.Context, running []string) error {
	for _, arn := range running {
		r.say("stopping %s", arn)
		if err := r.Executions.Stop(ctx, arn, "quarantine uninstall --stack "+r.Stack); err != nil {
			return err
		}
		r.report.Stopped = append(r.report.Stopped, arn)
	}
	return nil
}
