package simulate_test

import (
	"context"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// stopped is an execution for hostA that was stopped after a while.
func stopped(ctx context.Context, t *testing.T, s *simulate.Session, after time.Duration) *runner.Running {
	t.Helper()
	e, err := s.Start(ctx, wiring.Name, "respond-1", miner(hostA, 1).Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = s.Clock.Sleep(ctx, after)
	if _, err := s.StopExecution(ctx, e.ARN, "Interrupted", "at the terminal"); err != nil {
		t.Fatal(err)
	}
	if e.Result.Status != history.StatusAborted || e.Result.Error != "Interrupted" {
		t.Errorf("after %s it ended %s with %q", after, e.Result.Status, e.Result.Error)
	}
	return e
}

// Whenever an execution is stopped, the same command goes on from there: the lock is its
// own, the cut is made once, and the evidence is complete.
func TestAStoppedExecutionIsGoneOnWithUnderTheSameName(t *testing.T) {
	t.Parallel()
	cut := 0
	for _, after := range []time.Duration{0, 30 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond, 400 * time.Millisecond, time.Second, time.Minute} {
		t.Run(after.String(), func(t *testing.T) {
			var again *runner.Running
			scenario := func(ctx context.Context, s *simulate.Session) error {
				stopped(ctx, t, s, after)
				if in, err := s.Ledger.OpenIncidents(ctx); err == nil && len(in) == 1 && len(in[0].Subnets()) > 0 {
					cut++
				}
				// As the command does: what is contained by this name is taken again, for its evidence.
				resource := quarantine.Resource{Kind: quarantine.KindInstance, AccountID: "111122223333", Region: "eu-west-1", ID: hostA}
				if lock, err := s.Ledger.Lock(ctx, resource); err != nil {
					return err
				} else if lock.Status == quarantine.StatusContained {
					if err := s.Ledger.Reopen(ctx, quarantine.Claim{Incident: lock.Incident, Resource: resource, Owner: lock.Owner}); err != nil {
						return err
					}
				}
				process, err := s.Restart()
				if err != nil {
					return err
				}
				if again, err = process.Start(ctx, wiring.Name, "respond-1", miner(hostA, 1).Body); err != nil {
					return err
				}
				_, err = process.Wait(ctx)
				return err
			}
			report, err := simulate.Run(t.Context(), simulate.Options{
				Scenario: scenario, Account: network, Policy: triage.DefaultPolicy(), Start: start, Record: true,
				Latency: simulate.Latency{"ec2": 60 * time.Millisecond, "dynamodb": 8 * time.Millisecond},
			})
			if err != nil {
				t.Fatal(err)
			}
			if again.Result.Status != history.StatusSucceeded {
				t.Errorf("gone on with, it ended %s by %v: %s", again.Result.Status, again.Result.Path, again.Result.Cause)
			}
			if n := len(report.Account.Snapshots); n != 2 {
				t.Errorf("%d snapshots, want one for each volume", n)
			}
		})
	}
	if cut == 0 {
		t.Error("no execution was stopped after its cut")
	}
}
