// Package simulate runs the deployed definition and handlers against an in-memory account,
// on virtual time, and reports everything that happened. The same options always give the
// same report.
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

// Event is an EventBridge event with a name for people.
type Event struct {
	Name string
	Body json.RawMessage
}

// Options say what to simulate.
type Options struct {
	// Events are all delivered at once.
	Events []Event
	// Scenario, if not nil, replaces that delivery: it runs as a participant of the simulation
	// and delivers events itself. Events then only describe the account.
	Scenario func(context.Context, *Session) error
	// Account makes the account with the simulation's clock, and the probes to make in it.
	Account func(account.Options) (*account.Account, []Question, error)
	// Then is what a person does with every open incident after the events or the scenario, in that
	// order: Narrow, Release.
	Then   []string
	Policy *triage.Policy
	// Word is a person's word that is judged in place of the events; see [wiring.Options].
	Word *quarantine.Finding
	// NoIdentity has no group identity deployed: no role is denied anything.
	NoIdentity bool
	// Machine is the state machine that the rule starts: wiring.Name (also if empty) or
	// wiring.Approval.
	Machine string
	// Person answers questions. It is called once for each question, as a participant of the
	// simulation: time passes only while it sleeps. With nil, nobody answers.
	Person func(ctx context.Context, q Asked)
	// Signer gives what makes the links to the page on which questions are decided; nil
	// if there is no page.
	Signer func(context.Context) (*approval.Signer, error)
	// Latency sets the durations of calls; nil means the defaults.
	Latency Latency
	// Reminder is the interval of reminders of a question, and Expiry the time until it
	// expires; zero means an hour and a day.
	Reminder, Expiry time.Duration
	// Start is the time at which the simulation begins.
	Start time.Time
	// Prepare changes the account before the events, for example by injecting faults; may be
	// nil.
	Prepare func(*account.Account)
	// Record adds to the report what checks of the whole run need, calls to Step Functions
	// included.
	Record bool
	// Incidents has the report say what is on record of every incident, as a person would read it
	// after the run.
	Incidents bool
	// Seed determines the order in which ready participants run, and the jitter of retries: a
	// seed is an interleaving. With 0, ready participants run in FIFO order.
	Seed uint64
	// Skew is the error of the functions' clocks; see [wiring.Options].
	Skew map[string]time.Duration
	// Definitions are those of another release; see [wiring.Options].
	Definitions map[string][]byte
	// SideBySide runs participants in parallel instead of in turns, as on real machines: runs
	// then differ. Person and Watch are called concurrently, too.
	SideBySide bool
	Watch      Watch
}

// Asked is a question to a person.
type Asked struct {
	Request string
	Link    string // to the page, if there is one; a secret of the recipients
	Decider *approval.Decider
	Ledger  *ledger.Ledger
	Clock   runner.Clock
	As      func(context.Context) context.Context // marks calls with the context as made by a person
}

// Watch observes the simulation while it runs, on its clock. Each function may be nil.
type Watch struct {
	Ready   func(*account.Account, []Probe)
	Cut     func(Cut) // called for every execution that isolates, right after it has
	Event   func(execution string, e history.Event)
	Message func(at time.Time, n Notification)
}

// Cut is the moment right after an execution has isolated.
type Cut struct {
	Execution string
	Calls     []Call // all that were made until then
}

// simulation is one run.
type simulation struct {
	options Options
	clock   *simtime.Scheduler
	account *account.Account
	roles   Roles // before the events
	rand    func() float64
	all     *wiring.System

	probes *prober

	mu            sync.Mutex
	notifications []Notification
	sent          []Sending
	log           bytes.Buffer
	asks          map[string]bool   // IDs of the requests that the person was asked
	states        map[string]string // each execution's last state
	cutting       map[string]bool   // executions that have isolated, and have not left that state
}

// Run delivers the events and waits until every execution has ended.
func Run(ctx context.Context, o Options) (*Report, error) {
	if len(o.Events) == 0 && o.Scenario == nil {
		return nil, errors.New("there is no event to deliver")
	}
	s := &simulation{options: o, asks: map[string]bool{}, states: map[string]string{}, cutting: map[string]bool{}}
	s.drawn()
	var err error
	var questions []Question
	if s.account, questions, err = o.Account(account.Options{Clock: s.clock, Latency: o.Latency.call, SnapshotTime: 3 * time.Minute, Record: o.Record}); err != nil {
		return nil, err
	}
	s.account.AddProfiles()
	s.account.AddDefined(ledger.TableDefinition(ledgerTable))
	if o.Prepare != nil {
		o.Prepare(s.account)
	}
	s.roles = rolesOf(s.account)
	if s.all, err = s.system(); err != nil {
		return nil, err
	}
	s.probes = newProber(s.account, questions)
	was := Account{NetworkACLsBefore: s.account.DescribeAllNetworkACLs(), AttributesBefore: s.account.Attributes(), GroupsBefore: s.account.AllMembers()}
	if o.Watch.Ready != nil {
		o.Watch.Ready(s.account, s.probes.results())
	}
	var ended []*runner.Running
	s.clock.Run(func() { ended, err = s.runScenario(ctx) })
	if err != nil {
		return nil, err
	}
	return s.report(ctx, ended, was), nil
}

// drawn initializes the random numbers and the clock from the seed.
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

// safe matches a valid execution name, with space for a suffix:
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
var safe = regexp.MustCompile(`^[A-Za-z0-9_-]{1,70}$`)

// executionName is the event's ID and the delivery's number. EventBridge, too, uses a
// different name for every delivery.
func executionName(number int, e Event) string {
	var head struct{ ID string }
	_ = json.Unmarshal(e.Body, &head)
	name := "event"
	if safe.MatchString(head.ID) {
		name = head.ID
	}
	return fmt.Sprintf("%s-%d", name, number)
}

// onEvent passes on a history event, and makes the probes whose time it is.
func (s *simulation) onEvent(execution string, e history.Event) {
	if s.options.Watch.Event != nil {
		s.options.Watch.Event(execution, e)
	}
	s.mu.Lock()
	if e.StateEntered != nil {
		s.states[execution] = e.StateEntered.Name
	}
	s.probes.onEvent(s.states[execution], e)
	cut := s.cutting[execution] && e.StateExited != nil
	s.cutting[execution] = e.TaskSucceeded != nil && s.states[execution] == state.Isolate
	s.mu.Unlock()
	if cut && s.options.Watch.Cut != nil {
		s.options.Watch.Cut(Cut{Execution: execution, Calls: calls(s.account.Calls())})
	}
}

// asked asks the person a question once, even if several channels deliver it.
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

// Answer is a person who answers yes or no, five minutes after being asked.
func Answer(approve bool) func(context.Context, Asked) {
	return func(ctx context.Context, q Asked) {
		ctx = q.As(ctx)
		if q.Clock.Sleep(ctx, 5*time.Minute) != nil {
			return
		}
		// The result shows in the executions.
		_, _ = q.Decider.Decide(ctx, q.Request, quarantine.Decision{Approve: approve, By: "the person on call (simulated)", Via: "cli", Reason: "answered by the simulation"})
	}
}

// report collects the results.
func (s *simulation) report(ctx context.Context, ended []*runner.Running, was Account) *Report {
	s.probes.ask(after)
	r := &Report{
		Account: Account{
			NetworkACLsBefore: was.NetworkACLsBefore, NetworkACLs: s.account.DescribeAllNetworkACLs(), Snapshots: s.account.DescribeAllSnapshots(), SnapshotLocks: s.account.SnapshotLocks(),
			AttributesBefore: was.AttributesBefore, Attributes: s.account.Attributes(),
			GroupsBefore: was.GroupsBefore, Groups: s.account.AllMembers(),
		},
		Ledger: withoutTokens(s.account.DescribeAllItems(ledgerTable)), Calls: calls(s.account.Calls()),
		Notifications: s.notifications, Events: busEvents(s.account), Probes: s.probes.results(),
		Sent: s.sent, Changes: s.account.Changes(), Log: s.log.String(),
	}
	r.Rules, r.Credentials = rulesOf(r.Probes), s.probes.taken
	r.Account.RolesBefore, r.Account.Roles = s.roles, rolesOf(s.account)
	for _, e := range ended {
		r.Executions = append(r.Executions, *e.Result)
	}
	if s.options.Incidents {
		r.Incidents = s.incidents(ctx, r.Ledger)
	}
	return r
}

// withoutTokens removes the task tokens from the ledger's items: they are secrets, and only
// the ledger may hold them.
func withoutTokens(items []any) []any {
	for _, i := range items {
		if fields, ok := i.(map[string]any); ok {
			delete(fields, "token")
		}
	}
	return items
}
