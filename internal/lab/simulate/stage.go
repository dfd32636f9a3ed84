package simulate

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// Stage is the running simulation as a play sees it. It is for participants only.
type Stage struct {
	*wiring.System
	Account *account.Account
	Clock   runner.Clock

	machine   string // that the rule starts
	delivered int
}

// Deliver delivers an event, and does not wait. The execution's name differs
// with every delivery.
func (s *Stage) Deliver(ctx context.Context, e Event) (*runner.Running, error) {
	s.delivered++
	return s.Start(ctx, s.machine, executionName(s.delivered, e), e.Body)
}

// everything delivers all events at once and waits until every execution has ended.
func everything(events []Event) func(context.Context, *Stage) error {
	return func(ctx context.Context, s *Stage) error {
		for _, e := range events {
			if _, err := s.Deliver(ctx, e); err != nil {
				return err
			}
		}
		_, err := s.Wait(ctx)
		return err
	}
}

// play lets the options' play have its way, and waits for what it has left running.
func (s *simulation) play(ctx context.Context) ([]*runner.Running, error) {
	stage := &Stage{System: s.all, Account: s.account, Clock: s.clock, machine: s.options.Machine}
	if stage.machine == "" {
		stage.machine = wiring.Name
	}
	if err := s.clock.Sleep(ctx, s.options.Latency.Of("eventbridge")); err != nil {
		return nil, err
	}
	play := s.options.Play
	if play == nil {
		play = everything(s.options.Events)
	}
	if err := play(ctx, stage); err != nil {
		return nil, err
	}
	return s.all.Wait(ctx)
}
