// Package simulate runs the deployed definition and handlers against an account
// in memory, on virtual time, and reports everything that happened. The same
// options give the same report, every time.
package simulate

import (
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
	"github.com/ec2-quarantine/quarantine/internal/asl"
	"github.com/ec2-quarantine/quarantine/internal/laptop"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/simaws"
	"github.com/ec2-quarantine/quarantine/internal/simtime"
	"github.com/ec2-quarantine/quarantine/internal/wiring"
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
	// Account makes the account on the simulation's clock, with the probes that
	// are worth making in it.
	Account func(simaws.Options) (*simaws.Account, []Question, error)
	Policy  *triage.Policy
	// Machine is the state machine that the rule starts: wiring.Name, if empty,
	// or wiring.Approval.
	Machine string
	// Person answers questions. It is called once for each, as a participant of
	// the simulation: time stands still while it does not sleep. Nil is silence.
	Person func(ctx context.Context, q Asked)
	// Signer makes the links to the page where questions are decided. May be nil.
	Signer *approval.Signer
	// Start is the simulation's first moment.
	Start time.Time
	// Prepare changes the account before the events come, for example with
	// faults. May be nil.
	Prepare func(*simaws.Account)
	Watch   Watch
}

// Asked is a question that has reached a person.
type Asked struct {
	Request string
	Link    string // to the page, if there is one; a secret of those who are told
	Decider *approval.Decider
	Ledger  *ledger.Ledger
	Clock   laptop.Clock
	As      func(context.Context) context.Context // prepares the context of calls that a person makes
}

// Watch sees what happens while it happens, on the simulation's clock. Any of
// them may be nil.
type Watch struct {
	Ready   func(*simaws.Account, []Probe)
	Cut     func([]Probe) // once, when the first subnet is cut off
	Event   func(execution string, e asl.Event)
	Message func(at time.Time, n Notification)
}

// simulation is one run.
type simulation struct {
	options Options
	clock   *simtime.Scheduler
	account *simaws.Account
	rand    func() float64
	all     *wiring.System

	questions    []Question
	before, then []simaws.Path // at the start, and right after the cut
	looked       bool          // the watcher has seen then

	mu            sync.Mutex
	notifications []Notification
	asks          map[string]bool   // requests that a person has seen
	states        map[string]string // the state that each execution was in last
}

// Run delivers the events and waits until every execution has ended.
func Run(ctx context.Context, o Options) (*Report, error) {
	if len(o.Events) == 0 {
		return nil, errors.New("there is no event to deliver")
	}
	s := &simulation{options: o, clock: simtime.New(o.Start), rand: rand.New(rand.NewPCG(1, 2)).Float64, asks: map[string]bool{}, states: map[string]string{}}
	var err error
	if s.account, s.questions, err = o.Account(simaws.Options{Clock: s.clock, Latency: latency, SnapshotTime: 3 * time.Minute}); err != nil {
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
	var ended []*laptop.Running
	s.clock.Run(func() { ended, err = s.deliver(ctx) })
	if err != nil {
		return nil, err
	}
	return s.report(ended, acls), nil
}

// deliver starts an execution for each event, at once, and waits for all.
func (s *simulation) deliver(ctx context.Context) ([]*laptop.Running, error) {
	machine := s.options.Machine
	if machine == "" {
		machine = wiring.Name
	}
	for i, e := range s.options.Events {
		if _, err := s.all.Start(ctx, machine, executionName(i, e), e.Body); err != nil {
			return nil, err
		}
	}
	return s.all.Wait(ctx)
}

// safe is what an execution's name may be made of.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
var safe = regexp.MustCompile(`^[A-Za-z0-9_-]{1,70}$`)

// executionName is the event's id and the delivery's number, as EventBridge
// makes names that differ with every delivery.
func executionName(i int, e Event) string {
	var head struct{ ID string }
	_ = json.Unmarshal(e.Body, &head)
	name := "event"
	if safe.MatchString(head.ID) {
		name = head.ID
	}
	return fmt.Sprintf("%s-%d", name, i+1)
}

// onEvent passes a history event on, and looks round when the cut is done.
func (s *simulation) onEvent(execution string, e asl.Event) {
	if s.options.Watch.Event != nil {
		s.options.Watch.Event(execution, e)
	}
	if e.StateEntered != nil {
		s.states[execution] = e.StateEntered.Name
	}
	switch {
	case s.then == nil && e.TaskSucceeded != nil && s.states[execution] == "Isolate":
		s.then = ask(s.account, s.questions)
	case s.then != nil && !s.looked && e.StateExited != nil && s.options.Watch.Cut != nil:
		s.looked = true
		s.options.Watch.Cut(probes(s.questions, s.before, s.then, s.then))
	}
}

// asked puts a question to the person, once however many channels it comes through.
func (s *simulation) asked(ctx context.Context, m quarantine.MessageAsk) {
	if s.options.Person == nil || s.asks[m.RequestID] {
		return
	}
	s.asks[m.RequestID] = true
	ctx = context.WithoutCancel(ctx)
	s.clock.Go(func() {
		s.options.Person(ctx, Asked{
			Request: m.RequestID, Link: m.Link, Decider: s.all.Decider, Ledger: s.all.Ledger, Clock: s.clock,
			As: func(ctx context.Context) context.Context {
				return simaws.WithCaller(ctx, simaws.Caller{Function: "person"})
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
func (s *simulation) report(ended []*laptop.Running, aclsBefore []any) *Report {
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
	}
	for _, e := range ended {
		r.Executions = append(r.Executions, Described(e))
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

// Described is an execution that has ended, as a report shows it.
func Described(e *laptop.Running) Execution {
	return Execution{
		Name: e.Name, ARN: e.ARN, Machine: e.Machine, Status: e.Result.Status, Path: e.Result.Path, History: e.Result.History,
		Output: e.Result.Output, Error: e.Result.Error, Cause: e.Result.Cause,
	}
}

// heard notes a message that a channel took.
func (s *simulation) heard(n Notification) {
	s.mu.Lock()
	s.notifications = append(s.notifications, n)
	s.mu.Unlock()
	if s.options.Watch.Message != nil {
		s.options.Watch.Message(s.clock.Now(), n)
	}
}
