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

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/asl"
	"github.com/ec2-quarantine/quarantine/internal/laptop"
	"github.com/ec2-quarantine/quarantine/internal/simaws"
	"github.com/ec2-quarantine/quarantine/internal/simtime"
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
	// Start is the simulation's first moment.
	Start time.Time
	// Prepare changes the account before the events come, for example with
	// faults. May be nil.
	Prepare func(*simaws.Account)
	Watch   Watch
}

// Watch sees what happens while it happens, on the simulation's clock. Any of
// them may be nil.
type Watch struct {
	Ready   func(*simaws.Account, []Probe)
	Event   func(execution string, e asl.Event)
	Message func(at time.Time, n Notification)
}

// simulation is one run.
type simulation struct {
	options Options
	clock   *simtime.Scheduler
	account *simaws.Account
	rand    func() float64

	mu            sync.Mutex
	notifications []Notification
}

// Run delivers the events and waits until every execution has ended.
func Run(ctx context.Context, o Options) (*Report, error) {
	if len(o.Events) == 0 {
		return nil, errors.New("there is no event to deliver")
	}
	s := &simulation{options: o, clock: simtime.New(o.Start), rand: rand.New(rand.NewPCG(1, 2)).Float64}
	var questions []Question
	var err error
	if s.account, questions, err = o.Account(simaws.Options{Clock: s.clock, Latency: latency, SnapshotTime: 3 * time.Minute}); err != nil {
		return nil, err
	}
	s.account.AddTable(ledgerTable, "pk", "sk")
	if o.Prepare != nil {
		o.Prepare(s.account)
	}
	machine, err := s.machine()
	if err != nil {
		return nil, err
	}
	before := ask(s.account, questions)
	if o.Watch.Ready != nil {
		o.Watch.Ready(s.account, probes(questions, before, before))
	}
	var ended []*laptop.Running
	s.clock.Run(func() { ended, err = s.deliver(ctx, machine) })
	if err != nil {
		return nil, err
	}
	return s.report(ended, probes(questions, before, ask(s.account, questions))), nil
}

// deliver starts an execution for each event, at once, and waits for all.
func (s *simulation) deliver(ctx context.Context, m *laptop.Machine) ([]*laptop.Running, error) {
	for i, e := range s.options.Events {
		if _, err := m.Start(ctx, executionName(i, e), e.Body); err != nil {
			return nil, err
		}
	}
	return m.Wait(ctx)
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

// onEvent passes a history event on.
func (s *simulation) onEvent(execution string, e asl.Event) {
	if s.options.Watch.Event != nil {
		s.options.Watch.Event(execution, e)
	}
}

// report gathers what happened.
func (s *simulation) report(ended []*laptop.Running, probes []Probe) *Report {
	r := &Report{
		Account: Account{NetworkAcls: s.account.DescribeAllNetworkACLs(), Snapshots: s.account.DescribeAllSnapshots()},
		Ledger:  s.account.DescribeAllItems(ledgerTable), Calls: calls(s.account.Calls()),
		Notifications: s.notifications, Probes: probes,
	}
	for _, e := range ended {
		r.Executions = append(r.Executions, Described(e))
	}
	return r
}

// Described is an execution that has ended, as a report shows it.
func Described(e *laptop.Running) Execution {
	return Execution{
		Name: e.Name, ARN: e.ARN, Status: e.Result.Status, Path: e.Result.Path, History: e.Result.History,
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
