// Package wiring joins the deployed definitions, the handlers and the adapters
// into a system that runs on this computer: against an account in memory, or,
// with the SDK's own clients, against a real one.
package wiring

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/functions/notify"
	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// The state machines' names, as they stand in ARNs.
const (
	Name     = "quarantine"
	Approval = "quarantine-approval"
	Release  = "quarantine-release"
)

// Clients are the services below the adapters.
type Clients struct {
	EC2      ec2.API
	DynamoDB interface {
		ledger.API
		runner.DynamoDB
	}
	STS      sts.API
	Channels []quarantine.Channel
}

// Options say where and how the machines run.
type Options struct {
	AccountID, Region string
	Table             string // the ledger's
	Policy            *triage.Policy
	Clock             runner.Clock
	Log               *slog.Logger
	// Reminder and Expiry are how often a person is reminded of a question, and
	// when it expires; zero is an hour and a day.
	Reminder, Expiry time.Duration
	// Signer gives what makes the links to the page where questions are decided; nil
	// if there is no page.
	Signer func(context.Context) (*approval.Signer, error)
	// Skew is how far a function's own clock is ahead of Clock, by the function's
	// name, and that of whoever decides, by "decider". Nil is not at all.
	Skew map[string]time.Duration
}

// clockAndLedger are a function's clock, which Skew may set ahead, and the ledger
// by that clock.
type clockAndLedger struct {
	clock  quarantine.Clock
	ledger *ledger.Ledger
}

// ahead is a clock that is ahead of another one.
type ahead struct {
	quarantine.Clock
	by time.Duration
}

// Now is the other clock's time, and what this one is ahead.
func (a ahead) Now() time.Time { return a.Clock.Now().Add(a.by) }

func (o Options) clockAndLedger(c Clients, function string) clockAndLedger {
	out := clockAndLedger{clock: ahead{o.Clock, o.Skew[function]}, ledger: ledger.New(c.DynamoDB, o.Table)}
	out.ledger.Clock = out.clock
	return out
}

// System is everything that a deployment has, on this computer.
type System struct {
	*runner.StepFunctions
	// Decider takes people's decisions.
	Decider *approval.Decider
	Ledger  *ledger.Ledger
}

// New makes the system. What it leaves unset is the caller's to choose:
// Context, OnEvent, Rand.
func New(c Clients, o Options) (*System, error) {
	decider := o.clockAndLedger(c, "decider")
	machines := &runner.StepFunctions{AccountID: o.AccountID, Region: o.Region, Clock: o.Clock, DynamoDB: c.DynamoDB}
	s := &System{
		StepFunctions: machines, Ledger: decider.ledger,
		Decider: &approval.Decider{Approvals: decider.ledger, Tasks: sfn.New(runner.TaskTokens{Of: machines}), Clock: decider.clock, Log: o.Log},
	}
	values := map[string]string{
		"Partition": arn.DefaultPartition, "LedgerTable": o.Table,
		"ReminderSeconds": seconds(o.Reminder, time.Hour), "ExpirySeconds": seconds(o.Expiry, 24*time.Hour),
		"QuarantineStateMachineArn": nameOf(o, "states", "stateMachine", Name), "ReleaseStateMachineArn": nameOf(o, "states", "stateMachine", Release),
	}
	s.Functions = map[string]runner.Function{}
	for placeholder, f := range handlers(c, o, s) {
		values[placeholder] = nameOf(o, "lambda", "function", f.Name)
		s.Functions[values[placeholder]] = f
	}
	s.Machines = map[string]*asl.Machine{}
	for name, text := range map[string][]byte{Name: statemachine.Quarantine, Approval: statemachine.Approval, Release: statemachine.Release} {
		definition, err := parsed(text, values)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		s.Machines[name] = definition
	}
	return s, nil
}

func nameOf(o Options, service, kind, name string) string {
	return arn.ARN{
		Partition: arn.DefaultPartition, Service: service, Region: o.Region, Account: o.AccountID, Resource: kind + ":" + name,
	}.String()
}

func seconds(d, otherwise time.Duration) string {
	if d == 0 {
		d = otherwise
	}
	return strconv.Itoa(int(d.Seconds()))
}

// handlers are the functions by the placeholder that stands for them in the definitions.
func handlers(c Clients, o Options, s *System) map[string]runner.Function {
	fleet := ec2.New(c.EC2)
	isolating, keeping, telling := o.clockAndLedger(c, "isolate"), o.clockAndLedger(c, "forensics"), o.clockAndLedger(c, "notify")
	releasing, asking := o.clockAndLedger(c, "release"), o.clockAndLedger(c, "approval")
	judge := &triage.Handler{Policy: o.Policy, Log: o.Log}
	cut := &isolate.Handler{Instances: fleet, ACLs: fleet, Ledger: isolating.ledger, Clock: isolating.clock, Log: o.Log}
	keep := &forensics.Handler{Instances: fleet, Disks: fleet, SecurityGroups: fleet, Console: fleet, Identity: sts.New(c.STS),
		Ledger: keeping.ledger, Clock: keeping.clock, Log: o.Log}
	tell := &notify.Handler{Ledger: ledger.Incidents{Ledger: telling.ledger}, Channels: c.Channels, Clock: telling.clock, Log: o.Log}
	undo := &release.Handler{ACLs: fleet, Ledger: releasing.ledger, Clock: releasing.clock, Log: o.Log}
	ask := &approval.Asker{Approvals: asking.ledger, Incidents: ledger.Incidents{Ledger: asking.ledger}, Tasks: sfn.New(runner.TaskTokens{Of: s.StepFunctions}), Channels: c.Channels, Signer: o.Signer,
		Clock: asking.clock, Log: o.Log}
	return map[string]runner.Function{
		"TriageFunctionArn":    {Name: "triage", Invoke: boundary.Wrap(judge.Handle)},
		"IsolateFunctionArn":   {Name: "isolate", Invoke: boundary.Wrap(cut.Handle)},
		"ForensicsFunctionArn": {Name: "forensics", Invoke: boundary.Wrap(keep.Handle)},
		"NotifyFunctionArn":    {Name: "notify", Invoke: boundary.Wrap(tell.Handle)},
		"ReleaseFunctionArn":   {Name: "release", Invoke: boundary.Wrap(undo.Handle)},
		"ApprovalFunctionArn":  {Name: "approval", Invoke: boundary.Wrap(ask.Handle)},
	}
}

// definitions are the parsed definitions by their text: a definition holds
// nothing of an execution, and parsing it costs more than running it.
var definitions sync.Map

func parsed(definition []byte, all map[string]string) (*asl.Machine, error) {
	values := map[string]string{}
	for _, name := range asl.Placeholders(definition) {
		values[name] = all[name]
	}
	text, err := asl.Substitute(definition, values)
	if err != nil {
		return nil, err
	}
	if known, ok := definitions.Load(string(text)); ok {
		return known.(*asl.Machine), nil
	}
	machine, err := asl.Parse(text)
	if err != nil {
		return nil, err
	}
	definitions.Store(string(text), machine)
	return machine, nil
}
