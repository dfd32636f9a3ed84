// Package simulate runs the deployed definition and handlers against an account
// in memory, on virtual time, and reports everything that happened. The same
// options give the same report, every time.
package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// Event is an EventBridge event and where it comes from, for people.
type Event struct {
	Name string
	Body json.RawMessage
}

// Options say what to simulate.
type Options struct {
	// Events are all delivered at once.
	Events []Event
	// Scenario, if it is not nil, delivers instead, as a participant of the
	// simulation, whatever it wants and when; Events then only describe the account.
	Scenario func(context.Context, *Session) error
	// Account makes the account on the simulation's clock, with the probes that
	// are worth making in it.
	Account func(account.Options) (*account.Account, []Question, error)
	Policy  *triage.Policy
	// Machine is the state machine that the rule starts: wiring.Name, if empty,
	// or wiring.Approval.
	Machine string
	// Person answers questions. It is called once for each, as a participant of
	// the simulation: time stands still while it does not sleep. Nil is silence.
	Person func(ctx context.Context, q Asked)
	// Signer gives what makes the links to the page where questions are decided; nil
	// if there is no page.
	Signer func(context.Context) (*approval.Signer, error)
	// Latency is how long things take; nil is what is usual.
	Latency Latency
	// Reminder and Expiry are how often a person is reminded of a question, and
	// when it expires; zero is an hour and a day.
	Reminder, Expiry time.Duration
	// Start is the simulation's first moment.
	Start time.Time
	// Prepare changes the account before the events come, for example with
	// faults. May be nil.
	Prepare func(*account.Account)
	// Record keeps in the report what a check of the whole run looks at, the calls
	// to Step Functions itself among it.
	Record bool
	// Seed draws the order in which participants that are ready take turns, and
	// the jitter of retries: one seed is one interleaving. With zero, whoever is
	// ready first goes first.
	Seed uint64
	// Skew is how far the functions' clocks are off; see [wiring.Options].
	Skew map[string]time.Duration
	// SideBySide has participants run at once instead of taking turns, as on real
	// machines: no two runs are the same then. Person and Watch are called at once, too.
	SideBySide bool
	Watch      Watch
}

// Asked is a question that has reached a person.
type Asked struct {
	Request string
	Link    string // to the page, if there is one; a secret of those who are told
	Decider *approval.Decider
	Ledger  *ledger.Ledger
	Clock   runner.Clock
	As      func(context.Context) context.Context // prepares the context of calls that a person makes
}

// Watch sees what happens while it happens, on the simulation's clock. Any of
// them may be nil.
type Watch struct {
	Ready   func(*account.Account, []Probe)
	Cut     func([]Probe) // once, when the first subnet is cut off
	Event   func(execution string, e history.Event)
	Message func(at time.Time, n Notification)
}

// simulation is one run.
type simulation struct {
	options Options
	clock   *simtime.Scheduler
	account *account.Account
	rand    func() float64
	all     *wiring.System

	questions    []Question
	before, then []account.Path // at the start, and right after the cut
	looked       bool           // the watcher has seen then

	mu            sync.Mutex
	notifications []Notification
	sent          []Sending
	log           bytes.Buffer
	asks          map[string]bool   // requests that a person has seen
	states        map[string]string // the state that each execution was in last
}

// Run delivers the events and waits until every execution has ended.
func Run(ctx context.Context, o Options) (*Report, error) {
	if len(o.Events) == 0 && o.Scenario == nil {
		return nil, errors.New("there is no event to deliver")
	}
	s := &simulation{options: o, asks: map[string]bool{}, states: map[string]string{}}
	s.drawn()
	var err error
	if s.account, s.questions, err = o.Account(account.Options{Clock: s.clock, Latency: o.Latency.call, SnapshotTime: 3 * time.Minute, Record: o.Record}); err != nil {
		return nil, err
	}
	s.account.AddTable(ledgerTable, "pk", "sk")
	if o.Prepare != nil {
		o.Prepare(s.account)
	}
	if s.all, err = s.system(); err != nil {
		return nil, err
	}
	s.before = ask(s.account, s.questions)
	acls := s.account.DescribeAllNetworkACLs()
	if o.Watch.Ready != nil {
		o.Watch.Ready(s.account, probes(s.questions, s.before, s.before, s.before))
	}
	var ended []*runner.Running
	s.clock.Run(func() { ended, err = s.runScenario(ctx) })
	if err != nil {
		return nil, err
	}
	return s.report(ended, acls), nil
}

// drawn is what chance there is in the simulation: the same for the same seed.
func (s *simulation) drawn() {
	chance := rand.New(rand.NewPCG(1, 2+s.options.Seed))
	s.rand = func() float64 {
		s.mu.Lock()
		defer s.mu.Unlock()
		return chance.Float64()
	}
	s.clock = simtime.New(s.options.Start)
	if s.options.Seed != 0 {
		s.clock.Shuffle(rand.New(rand.NewPCG(3, s.options.Seed)).IntN)
	}
	if s.options.SideBySide {
		s.clock.SideBySide()
	}
}

// safe is what an execution's name may be made of.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
var safe = regexp.MustCompile(`^[A-Za-z0-9_-]{1,70}$`)

// executionName is the event's id and the delivery's number, as EventBridge
// makes names that differ with every delivery.
func executionName(number int, e Event) string {
	var head struct{ ID string }
	_ = json.Unmarshal(e.Body, &head)
	name := "event"
	if safe.MatchString(head.ID) {
		name = head.ID
	}
	return fmt.Sprintf("%s-%d", name, number)
}

// onEvent passes a history event on, and looks round when the cut is done.
func (s *simulation) onEvent(execution string, e history.Event) {
	if s.options.Watch.Event != nil {
		s.options.Watch.Event(execution, e)
	}
	s.mu.Lock()
	if e.StateEntered != nil {
		s.states[execution] = e.StateEntered.Name
	}
	cut := false
	switch {
	case s.then == nil && e.TaskSucceeded != nil && s.states[execution] == state.Isolate:
		s.then = ask(s.account, s.questions)
	case s.then != nil && !s.looked && e.StateExited != nil && s.options.Watch.Cut != nil:
		s.looked, cut = true, true
	}
	s.mu.Unlock()
	if cut {
		s.options.Watch.Cut(probes(s.questions, s.before, s.then, s.then))
	}
}

// asked puts a question to the person, once however many channels it comes through.
func (s *simulation) asked(ctx context.Context, m quarantine.MessageAsk) {
	s.mu.Lock()
	known := s.asks[m.RequestID]
	s.asks[m.RequestID] = true
	s.mu.Unlock()
	if s.options.Person == nil || known {
		return
	}
	ctx = context.WithoutCancel(ctx)
	s.clock.Go(func() {
		s.options.Person(ctx, Asked{
			Request: m.RequestID, Link: m.Link, Decider: s.all.Decider, Ledger: s.all.Ledger, Clock: s.clock,
			As: func(ctx context.Context) context.Context {
				return account.WithCaller(ctx, account.Caller{Function: "person"})
			},
		})
	})
}

// Answer is a person who says yes or no, five minutes after being asked.
func Answer(approve bool) func(context.Context, Asked) {
	return func(ctx context.Context, q Asked) {
		ctx = q.As(ctx)
		if q.Clock.Sleep(ctx, 5*time.Minute) != nil {
			return
		}
		// What comes of it shows in the executions.
		_, _ = q.Decider.Decide(ctx, q.Request, quarantine.Decision{Approve: approve, By: "the person on call (simulated)", Via: "cli", Reason: "answered by the simulation"})
	}
}

// report gathers what happened.
func (s *simulation) report(ended []*runner.Running, aclsBefore []any) *Report {
	after := ask(s.account, s.questions)
	then := s.then
	if then == nil {
		then = after
	}
	r := &Report{
		Account: Account{
			NetworkACLsBefore: aclsBefore, NetworkACLs: s.account.DescribeAllNetworkACLs(), Snapshots: s.account.DescribeAllSnapshots(),
		},
		Ledger: withoutTokens(s.account.DescribeAllItems(ledgerTable)), Calls: calls(s.account.Calls()),
		Notifications: s.notifications, Probes: probes(s.questions, s.before, then, after),
		Sent: s.sent, Changes: s.account.Changes(), Log: s.log.String(),
	}
	for _, e := range ended {
		r.Executions = append(r.Executions, *e.Result)
	}
	return r
}

// withoutTokens takes the task tokens out of the ledger's items: they are
// secrets that live there and nowhere else.
func withoutTokens(items []any) []any {
	for _, i := range items {
		if fields, ok := i.(map[string]any); ok {
			delete(fields, "token")
		}
	}
	return items
}
