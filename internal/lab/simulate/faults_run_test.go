package simulate_test

import (
	"context"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// outcome is the result of a scenario.
type outcome struct {
	report *simulate.Report
	world  invariants.World
}

// simulated runs the scenario, with a fault if meet is not nil.
func (s scenario) simulated(ctx context.Context, meet *account.Fault) (outcome, error) {
	p := triage.DefaultPolicy()
	if s.policy != "" {
		var err error
		if p, err = triage.ParsePolicy([]byte(s.policy)); err != nil {
			return outcome{}, err
		}
	}
	signer, err := approval.NewSigner([]byte(signingKey), "https://approvals.example")
	if err != nil {
		return outcome{}, err
	}
	run := &scenarioRun{scenario: s, mend: func() {}, world: world(s.troubled || meet != nil, s.events...)}
	run.world.Observes = s.observes
	run.world.Answer, run.world.SilenceCuts = s.answer, strings.Contains(s.policy, "silence: isolate")
	r, err := simulate.Run(ctx, simulate.Options{
		Events: s.events, Account: network, Policy: p, Machine: s.machine, Person: s.person(), Signer: approval.Ready(signer), Start: start,
		Expiry:   4 * time.Hour, // with three reminders
		Scenario: run.deliver, Record: true,
		Prepare: func(a *account.Account) {
			if s.prepare != nil {
				s.prepare(a)
			}
			if meet != nil {
				run.mend = a.Inject(*meet)
			}
		},
	})
	return outcome{r, run.world}, err
}

// signingKey signs the links in questions. No output may hold it.
const signingKey = "a planted key that signs the links of questions"

// person answers until the answer is accepted or the question is closed. A stopped process
// is that of the page or the command, so the person tries again after it.
func (s scenario) person() func(context.Context, simulate.Asked) {
	if s.answer == invariants.Silence {
		return nil
	}
	return func(ctx context.Context, q simulate.Asked) {
		for q.Clock.Sleep(ctx, 5*time.Minute) == nil {
			err := survive(func() error {
				_, err := q.Decider.Decide(q.As(ctx), q.Request, quarantine.Decision{
					Approve: s.answer == invariants.Yes, By: "the person on call", Via: "cli", Reason: "checked",
				})
				return err
			})
			if err == nil || over[quarantine.NameOf(err)] {
				return
			}
		}
	}
}

// over are the errors after which a person need not try again.
var over = map[string]bool{
	quarantine.RequestGone: true, quarantine.AlreadyDecided: true, quarantine.RequestTooLate: true, quarantine.TaskGone: true,
}

// survive turns the panic of a stopped process into an error.
func survive(do func() error) (err error) {
	defer func() {
		if stopped, ok := recover().(account.Stopped); ok {
			err = quarantine.Failf(quarantine.Unavailable, "%s", stopped)
		}
	}()
	return do()
}
