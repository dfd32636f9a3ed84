package simulate

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// Session is the running simulation, for use by its participants only.
type Session struct {
	*wiring.System
	Account *account.Account
	Clock   runner.Clock

	// Restart returns the system as a new process has it, without knowledge of earlier
	// executions: like a command that is run again.
	Restart func() (*wiring.System, error)

	machine   string // the state machine that the rule starts
	delivered int
}

// Deliver delivers an event without waiting. The execution's name differs with every
// delivery.
func (s *Session) Deliver(ctx context.Context, e Event) (*runner.Running, error) {
	s.delivered++
	return s.Start(ctx, s.machine, executionName(s.delivered, e), e.Body)
}

// deliverAll delivers all events at once and waits until every execution has ended.
func deliverAll(events []Event) func(context.Context, *Session) error {
	return func(ctx context.Context, s *Session) error {
		for _, e := range events {
			if _, err := s.Deliver(ctx, e); err != nil {
				return err
			}
		}
		_, err := s.Wait(ctx)
		return err
	}
}

// runScenario runs the options' scenario, and waits for executions that it left running.
func (s *simulation) runScenario(ctx context.Context) ([]*runner.Running, error) {
	session := &Session{System: s.all, Account: s.account, Clock: s.clock, Restart: s.system, machine: s.options.Machine}
	if session.machine == "" {
		session.machine = wiring.Name
	}
	if err := s.clock.Sleep(ctx, s.options.Latency.Of("eventbridge")); err != nil {
		return nil, err
	}
	scenario := s.options.Scenario
	if scenario == nil {
		scenario = deliverAll(s.options.Events)
	}
	if err := scenario(ctx, session); err != nil {
		return nil, err
	}
	if err := s.later(ctx, session); err != nil {
		return nil, err
	}
	return s.all.Wait(ctx)
}
