// Package wiring connects the deployed definitions, the handlers and the adapters
// to a system that runs locally: against an in-memory account or, with the SDK's
// own clients, against a real one.
package wiring

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/forensics"
	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/functions/measures/contain"
	"github.com/ec2-quarantine/quarantine/functions/measures/identity"
	"github.com/ec2-quarantine/quarantine/functions/measures/instance"
	"github.com/ec2-quarantine/quarantine/functions/measures/network"
	"github.com/ec2-quarantine/quarantine/functions/measures/scaling"
	"github.com/ec2-quarantine/quarantine/functions/notify"
	checks "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/functions/watch"
	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/elb"
	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// The state machines' names, as used in ARNs.
const (
	Name      = "quarantine"
	Approval  = "quarantine-approval"
	Release   = "quarantine-release"
	Watch     = "quarantine-watch"
	Preflight = "quarantine-preflight"
)

// Clients are the clients that the adapters use.
type Clients struct {
	EC2         ec2.API
	AutoScaling autoscaling.API
	ELBv2       elbv2.API
	ELB         elb.API // of Classic Load Balancers
	DynamoDB    interface {
		ledger.API
		runner.DynamoDB
	}
	STS sts.API
	// IAM is nil where the group identity is not deployed.
	IAM iam.API
	// Simulation asks IAM, in a preflight, of calls that have no DryRun; nil leaves them not known.
	Simulation iam.SimulationAPI
	Channels   []quarantine.Channel
	// Asking are the channels that questions go to; nil is Channels.
	Asking []quarantine.Channel
}

// Options configure the system.
type Options struct {
	AccountID, Region string
	Table             string // the ledger's table
	// Commands says where the commands that messages print are typed.
	Commands command.Place
	Policy   *triage.Policy
	// Word is a person's word that is judged in place of every execution's event; nil has events judged,
	// as where it is deployed. Its executions are of one instance.
	Word  *quarantine.Finding
	Clock runner.Clock
	Log   *slog.Logger
	// Reminder is the interval between reminders of a question, and Expiry the time
	// until it expires; zero means an hour and a day.
	Reminder, Expiry time.Duration
	// Signer gives what makes the links to the page where questions are decided; nil
	// if there is no page.
	Signer func(context.Context) (*approval.Signer, error)
	// Account reads the account in a preflight; nil reads nothing, and everything is not known.
	Account checks.Account
	// Principal is the ARN of who makes the calls, whom IAM is asked about in a preflight; "" asks nothing.
	Principal string
	// Caller tells that a preflight is of the caller's own credentials, and of no function's role.
	Caller bool
	// Skew is how far a function's clock is ahead of Clock, by the function's name,
	// and "decider" for the Decider's clock. Nil means no skew.
	Skew map[string]time.Duration
	// Definitions are those of another release, by the machines' names, in place of the deployed
	// ones; nil, and what it lacks, is the deployed ones.
	Definitions map[string][]byte
}

// clockAndLedger are a function's clock, including its Skew, and a ledger that uses
// that clock.
type clockAndLedger struct {
	clock  quarantine.Clock
	ledger *ledger.Ledger
}

// ahead is a clock that is ahead of another by a fixed duration.
type ahead struct {
	quarantine.Clock
	by time.Duration
}

// Now returns the other clock's time plus by.
func (a ahead) Now() time.Time { return a.Clock.Now().Add(a.by) }

func (o Options) clockAndLedger(c Clients, function string) clockAndLedger {
	out := clockAndLedger{clock: ahead{o.Clock, o.Skew[function]}, ledger: ledger.New(c.DynamoDB, o.Table)}
	out.ledger.Clock = out.clock
	return out
}

// System has all parts of a deployment, running locally.
type System struct {
	*runner.StepFunctions
	// Decider makes people's decisions.
	Decider *approval.Decider
	Ledger  *ledger.Ledger
}

// New makes the system. The caller may set Context, OnEvent and Rand, which New
// leaves unset.
func New(c Clients, o Options) (*System, error) {
	decider := o.clockAndLedger(c, "decider")
	machines := &runner.StepFunctions{AccountID: o.AccountID, Region: o.Region, Clock: o.Clock, DynamoDB: c.DynamoDB}
	s := &System{
		StepFunctions: machines, Ledger: decider.ledger,
		Decider: &approval.Decider{Approvals: decider.ledger, Tasks: sfn.New(runner.TaskTokens{Of: machines}), Clock: decider.clock, Log: o.Log},
	}
	values := map[string]string{
		"Partition": arn.PartitionOf(o.Region), "LedgerTable": o.Table,
		"ReminderSeconds": seconds(o.Reminder, time.Hour), "ExpirySeconds": seconds(o.Expiry, 24*time.Hour),
		"QuarantineStateMachineArn": nameOf(o, "states", "stateMachine", Name), "ReleaseStateMachineArn": nameOf(o, "states", "stateMachine", Release),
		"WatchStateMachineArn": nameOf(o, "states", "stateMachine", Watch),
	}
	noRoles(values)
	s.Functions = map[string]runner.Function{}
	for placeholder, f := range handlers(c, o, s) {
		values[placeholder] = nameOf(o, "lambda", "function", f.Name)
		s.Functions[values[placeholder]] = f
	}
	s.Machines = map[string]*asl.Machine{}
	for name, text := range map[string][]byte{Name: statemachine.Quarantine, Approval: statemachine.Approval, Release: statemachine.Release, Watch: statemachine.Watch, Preflight: statemachine.Preflight} {
		if of, other := o.Definitions[name]; other {
			text = of
		}
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
		Partition: arn.PartitionOf(o.Region), Service: service, Region: o.Region, Account: o.AccountID, Resource: kind + ":" + name,
	}.String()
}

func seconds(d, otherwise time.Duration) string {
	if d == 0 {
		d = otherwise
	}
	return strconv.Itoa(int(d.Seconds()))
}

// handlers are the functions, by their placeholder in the definitions.
func handlers(c Clients, o Options, s *System) map[string]runner.Function {
	fleet, reach := ec2.New(c.EC2), accounts.New(aws.Config{}, o.AccountID, o.Region)
	isolating, keeping, telling := o.clockAndLedger(c, "isolate"), o.clockAndLedger(c, "forensics"), o.clockAndLedger(c, "notify")
	releasing, asking := o.clockAndLedger(c, "release"), o.clockAndLedger(c, "approval")
	judge := &triage.Handler{Policies: triage.Always(o.Policy), Clock: o.Clock, Log: o.Log}
	cut := &isolate.Handler{Accounts: reach, Instances: fleet, Beside: fleet, Groups: autoscaling.New(c.AutoScaling), ACLs: fleet, Ledger: isolating.ledger, Clock: isolating.clock, Log: o.Log}
	keep := &forensics.Handler{Instances: fleet, Disks: fleet, Locks: fleet, SecurityGroups: fleet, Console: fleet, Identity: sts.New(c.STS),
		Ledger: keeping.ledger, Clock: keeping.clock, Log: o.Log}
	if c.IAM != nil {
		keep.Users = iam.New(c.IAM)
	}
	tell := &notify.Handler{Ledger: telling.ledger, Commands: o.Commands, Channels: c.Channels, Clock: telling.clock, Log: o.Log}
	undo := &release.Handler{Instances: fleet, ACLs: fleet, Ledger: releasing.ledger, Clock: releasing.clock, Log: o.Log}
	measuring := o.clockAndLedger(c, "measures")
	watching := o.clockAndLedger(c, "watch")
	look := &watch.Handler{Instances: fleet, Cut: fleet, Ledger: watching.ledger, Clock: watching.clock}
	ask := &approval.Asker{Approvals: asking.ledger, Commands: o.Commands, Tasks: sfn.New(runner.TaskTokens{Of: s.StepFunctions}), Channels: c.Channels, Signer: o.Signer,
		Clock: asking.clock, Log: o.Log}
	if c.Asking != nil {
		ask.Channels = c.Asking
	}
	checked := func(name string, invoke boundary.Function, trials func(preflight.Targets) []preflight.Trial) runner.Function {
		return runner.Function{Name: name, Invoke: boundary.Preflight{Function: name, Caller: o.Caller, Trials: trials}.Beside(invoke)}
	}
	all := map[string]runner.Function{
		"TriageFunctionArn":    checked("triage", boundary.Wrap(judge.Handle), nil),
		"IsolateFunctionArn":   checked("isolate", boundary.Wrap(cut.Serve), cut.Trials),
		"ForensicsFunctionArn": checked("forensics", boundary.Wrap(keep.Handle), keep.Trials),
		"NotifyFunctionArn":    checked("notify", boundary.Wrap(tell.Handle), tell.Trials),
		"ReleaseFunctionArn":   checked("release", boundary.Wrap(undo.Handle), undo.Trials),
		"ApprovalFunctionArn":  checked("approval", boundary.Wrap(ask.Handle), nil),
		"WatchFunctionArn":     checked("watch", boundary.Wrap(look.Handle), look.Trials),
		"PreflightFunctionArn": {Name: "preflight", Invoke: boundary.Wrap(checking(c, o).Handle)},
	}
	all["ApprovalPageFunctionArn"] = all["ApprovalFunctionArn"] // there is no page, as in a template without one
	groups := Measures(c, measuring.ledger)
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		of := groups[group]
		look.Measures = append(look.Measures, of...)
		h := measures.Handler{Accounts: reach, Measures: of, Ledger: measuring.ledger, Clock: measuring.clock}
		invoke := boundary.Wrap(h.Handle)
		switch group { // as the mains below functions/measures/lambda
		case measure.Network:
			invoke = boundary.Wrap((&contain.Handler{Handler: h, Incidents: measuring.ledger, Instances: fleet}).Handle)
		case measure.Identity:
			invoke = boundary.Wrap((&contain.Handler{Handler: h, Incidents: measuring.ledger, Brake: measuring.ledger}).Handle)
		}
		all[group.FunctionID()+"Arn"] = checked(group.Function(), invoke, trials(c)[group])
		judge.Groups = append(judge.Groups, group)
	}
	if o.Word != nil {
		all["TriageFunctionArn"] = runner.Function{Name: "triage", Invoke: boundary.Wrap(func(ctx context.Context, in triage.Request) (quarantine.Triage, error) {
			return judge.Judge(ctx, in.Execution, *o.Word)
		})}
	}
	if _, deployed := groups[measure.Identity]; !deployed { // as in the template
		all[measure.Identity.FunctionID()+"Arn"] = all[measure.Instance.FunctionID()+"Arn"]
	}
	return all
}

// trials are the calls that the groups of measures try in a preflight.
func trials(c Clients) map[measure.Group]func(preflight.Targets) []preflight.Trial {
	fleet := ec2.New(c.EC2)
	services := scaling.Services{Fleet: fleet, Groups: autoscaling.New(c.AutoScaling), TargetGroups: elbv2.New(c.ELBv2), Classic: elb.New(c.ELB)}
	return map[measure.Group]func(preflight.Targets) []preflight.Trial{
		measure.Network:  func(t preflight.Targets) []preflight.Trial { return network.Trials(fleet, t) },
		measure.Instance: func(t preflight.Targets) []preflight.Trial { return instance.Trials(fleet, t) },
		measure.Scaling:  func(t preflight.Targets) []preflight.Trial { return scaling.Trials(services, t) },
		measure.Identity: func(t preflight.Targets) []preflight.Trial { return identity.Trials(fleet, iam.New(c.IAM), t) },
	}
}

// Measures are those beyond the cut, by the group of services whose function takes them; without
// IAM, all but those of the group identity.
func Measures(c Clients, book *ledger.Ledger) map[measure.Group][]measure.Measure {
	fleet := ec2.New(c.EC2)
	out := map[measure.Group][]measure.Measure{
		measure.Network:  network.Measures(fleet, book),
		measure.Instance: instance.Measures(fleet, book),
		measure.Scaling: scaling.Measures(scaling.Services{
			Fleet: fleet, Groups: autoscaling.New(c.AutoScaling), TargetGroups: elbv2.New(c.ELBv2), Classic: elb.New(c.ELB),
		}, book),
	}
	if c.IAM != nil {
		out[measure.Identity] = identity.Measures(fleet, iam.New(c.IAM))
	}
	return out
}

// definitions caches parsed definitions by their text: a definition holds no state of
// an execution, and parsing it takes longer than running it.
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
