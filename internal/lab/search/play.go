package search

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
)

// beginning is the time at which every scenario starts: near the end of an hour, because
// the brake counts per hour.
var beginning = time.Date(2026, 3, 4, 5, 50, 7, 0, time.UTC)

const (
	signingKey  = "a planted key that signs the links of questions"
	ledgerTable = "quarantine-ledger"
	// expiry is the time until a question expires, with three reminders.
	expiry = 4 * time.Hour
)

// Outcome is the result of a scenario.
type Outcome struct {
	Report *simulate.Report
	World  invariants.World
}

// Broken returns the violated invariants.
func (o Outcome) Broken() []invariants.Violation { return invariants.Check(o.Report, o.World) }

// Play plays a scenario to its end, with participants that run one at a time or, if
// sideBySide, in parallel. When everything has ended and all faults are gone, each accused
// instance gets one more finding. An error means that the scenario is not valid, or that
// all participants wait for each other.
func Play(ctx context.Context, s Scenario, sideBySide bool) (Outcome, error) {
	policy, err := s.policy()
	if err != nil {
		return Outcome{}, err
	}
	signer, err := approval.NewSigner([]byte(signingKey), "https://approvals.example")
	if err != nil {
		return Outcome{}, err
	}
	if err := s.checkFaults(); err != nil {
		return Outcome{}, err
	}
	g := newGame(s)
	o := simulate.Options{
		Scenario: g.play, Account: g.account, Policy: policy, Machine: wiring.Name, Person: g.person, Signer: approval.Ready(signer),
		Expiry: expiry, Start: beginning, Record: true, Seed: s.Seed, Skew: map[string]time.Duration{}, SideBySide: sideBySide,
	}
	if s.Approval {
		o.Machine = wiring.Approval
	}
	for function, ahead := range s.Skew {
		o.Skew[function] = time.Duration(ahead) * time.Second
	}
	report, err := simulate.Run(ctx, o)
	return Outcome{Report: report, World: g.world}, err
}

// game is a scenario in progress.
type game struct {
	Scenario
	session *simulate.Session
	chance  *chance
	world   invariants.World

	mu         sync.Mutex // guards the fields below
	asked      int        // number of questions
	mend       []func()
	mended     bool
	terminated map[int]bool
	released   map[int]int // number of releases and narrowings by hand, by host
	looks      int         // number of looks of the schedule
	attached   int         // number of interfaces that somebody attached
}

func newGame(s Scenario) *game {
	g := &game{Scenario: s, chance: newChance(s.Seed), terminated: map[int]bool{}, released: map[int]int{}}
	g.world = invariants.World{
		Accused: map[string][]string{}, Troubled: s.Troubled(), SilenceCuts: s.Policy.SilenceCuts,
		Observes: s.Policy.Observes == ObservesAll,
		Secrets:  []string{"hooks.slack.invalid", "services/simulated", signingKey},
	}
	for _, step := range s.Steps {
		for _, host := range accuses(step) {
			g.world.Accused[hostID(host)] = subnetsOf(host)
		}
	}
	for n, subnet := range subnets {
		if s.Policy.observes(subnet.vpc) {
			g.world.Observed = append(g.world.Observed, subnetID(n))
		}
	}
	if len(s.People) > 0 {
		g.world.Answer = invariants.Mixed
	}
	return g
}

// account makes the network's account, with the scenario's latencies.
func (g *game) account(o account.Options) (*account.Account, []simulate.Question, error) {
	usual := o.Latency
	o.SnapshotTime = 20 * time.Second // takes one or two polls
	o.Latency = func(service, operation string) time.Duration { return g.latency(service, usual(service, operation)) }
	a := grow(o)
	if g.Wide {
		widen(a)
	}
	return a, nil, nil
}

// moment is an action at a time, in milliseconds from the beginning.
type moment struct {
	at int
	do func(context.Context) error
}

// play runs the scenario's actions at their times, waits until all executions have ended,
// removes the faults, and delivers one more finding for each instance.
func (g *game) play(ctx context.Context, session *simulate.Session) error {
	g.session = session
	for arn, f := range session.Functions {
		session.Functions[arn] = g.onLambda(f)
	}
	now := 0
	for _, m := range g.moments() {
		if err := session.Clock.Sleep(ctx, milliseconds(m.at-now)); err != nil {
			return err
		}
		now = m.at
		if err := m.do(ctx); err != nil {
			return err
		}
	}
	if _, err := session.Wait(ctx); err != nil {
		return err
	}
	g.mendAll()
	if err := g.awaitLate(ctx); err != nil {
		return err
	}
	if err := g.next(ctx); err != nil {
		return err
	}
	return g.lastLooks(ctx)
}

// awaitLate waits until the last late write has been carried out.
func (g *game) awaitLate(ctx context.Context) error {
	longest := 0
	for _, f := range g.Faults {
		longest = max(longest, f.Late)
	}
	return g.session.Clock.Sleep(ctx, milliseconds(longest))
}

func (g *game) moments() (all []moment) {
	for _, f := range g.Faults {
		all = append(all, moment{f.At, func(context.Context) error { g.arm(f); return nil }})
	}
	for _, s := range g.Steps {
		all = append(all, moment{s.At, func(ctx context.Context) error { return g.step(ctx, s) }})
	}
	slices.SortStableFunc(all, func(a, b moment) int { return cmp.Compare(a.at, b.at) })
	return all
}

func (g *game) mendAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mended = true
	for _, mend := range g.mend {
		mend()
	}
}
