// Package account reads what a preflight says of the account and of the stack: each check from what
// AWS answers, in words, with what to do where it is not well. It changes nothing, and what it cannot
// read it calls not known.
package account

import (
	"context"
	"slices"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Stack is what a stack has deployed that checks are about.
type Stack struct {
	// Name is the stack's; "" where nothing is deployed.
	Name string
	// Rule is the name of the rule that takes findings, and Machine the ARN of what it starts.
	Rule, Machine string
	// DeadLetters and WatchDeadLetters are the URLs of the queues of findings and of looks.
	DeadLetters, WatchDeadLetters string
	// Alerts and Operations are the ARNs of the topics for news and for alarms. Alerts is "" where nobody
	// is to subscribe to it: news goes to Slack alone then.
	Alerts, Operations string
	// Alarms are names of alarms that it has, without its own name and the hyphen; see [Alarms].
	Alarms []string
	// Roles are the ARNs of the functions' roles: what they may is no other's power.
	Roles []string
	// Page is the URL of the page where questions are decided; "" where there is none.
	Page string
}

// Reader reads checks and targets. Where nothing is deployed, Stack is zero, and what only a stack has
// is left out: then Rules, Queues, Topics, Metrics and Pages may be nil.
//
// IAM actions: those of reads that the function preflight lists.
type Reader struct {
	Account, Region string
	Stack           Stack
	Detectors       Detectors
	Rules           Rules
	Queues          Queues
	Topics          Topics
	Metrics         Metrics
	Quotas          Quotas
	Network         Network
	Groups          Groups
	Principals      Principals
	Pages           Pages
	// Policy reads triage's.
	Policy func(context.Context) (Policy, error)
	Clock  quarantine.Clock
}

// reading is one read.
type reading struct {
	Reader
	r      quarantine.Resource // the place that calls are about
	vpcs   []string            // that were asked for
	seen   network
	people people
}

// network is what EC2 and Auto Scaling say, read once for all checks.
type network struct {
	instances []quarantine.Instance
	all       bool
	err       error
	acls      map[string][]quarantine.NetworkACL // by VPC
	aclsErr   map[string]error
	groups    []quarantine.ScalingGroup
	allGroups bool
	groupsErr error
}

// people is what IAM says.
type people struct {
	found []preflight.Principal
	all   bool
	err   error
}

// Read gives what powers can be tried on, and the checks, in these VPCs or, without any, wherever the
// Region has instances. What cannot be read is not known. The error is the context's alone.
func (r Reader) Read(ctx context.Context, vpcs []string) (preflight.Targets, []preflight.Check, error) {
	now := &reading{Reader: r, vpcs: vpcs, r: quarantine.Resource{Kind: quarantine.KindInstance, AccountID: r.Account, Region: r.Region}}
	together(
		func() { now.seen = now.network(ctx) },
		func() { now.people.found, now.people.all, now.people.err = r.Principals.Principals(ctx, now.r) },
	)
	reads := []func(context.Context) []preflight.Check{now.detector, now.networkQuotas, now.groupQuota, now.shared, now.instances, now.scaling, now.undoing}
	if r.Stack.Name != "" {
		reads = append(reads, now.rule, now.deadLetters, now.news, now.alarms, now.page, now.concurrency)
	}
	checks := make([][]preflight.Check, len(reads))
	var targets preflight.Targets
	steps := []func(){func() { targets = now.targets(ctx) }}
	for i, read := range reads {
		steps = append(steps, func() { checks[i] = read(ctx) })
	}
	together(steps...)
	if err := ctx.Err(); err != nil {
		return preflight.Targets{}, nil, err
	}
	all := slices.Concat(checks...)
	preflight.Sort(all)
	return targets, all, nil
}

// LeftOut says what a read without a stack does not check.
const LeftOut = "the rule and its dead letters, who is told, the alarms, the page where questions are decided, Lambda's concurrency"

func together(steps ...func()) {
	var all sync.WaitGroup
	for _, step := range steps {
		all.Go(step)
	}
	all.Wait()
}

func (n *reading) network(ctx context.Context) network {
	out := network{acls: map[string][]quarantine.NetworkACL{}, aclsErr: map[string]error{}}
	together(
		func() { out.instances, out.all, out.err = n.Network.InstancesIn(ctx, n.r, n.vpcs) },
		func() { out.groups, out.allGroups, out.groupsErr = n.Groups.Groups(ctx, n.r) },
	)
	for _, vpc := range n.asked(out.instances) {
		out.acls[vpc], out.aclsErr[vpc] = n.Network.NetworkACLs(ctx, n.r, vpc)
	}
	return out
}

// MostVPCs is how many VPCs are looked at: what is said of each has room in one report.
const MostVPCs = 20

// asked are the VPCs that were named or, without any, those that have instances.
func (n *reading) asked(instances []quarantine.Instance) []string {
	if len(n.vpcs) > 0 {
		return n.vpcs
	}
	all := vpcsOf(instances)
	return all[:min(len(all), MostVPCs)]
}

// vpcsOf are the VPCs that instances are in, sorted.
func vpcsOf(instances []quarantine.Instance) (all []string) {
	for _, i := range instances {
		all = append(all, i.VPCs()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// check is one of a part.
func check(part, id, subject string, state preflight.State, found, remedy string) preflight.Check {
	return preflight.Check{ID: id, Part: part, Subject: subject, State: state, Found: found, Remedy: remedy}
}

// unread is a check of what could not be read.
func unread(part, id, subject string, err error) preflight.Check {
	remedy := "Run the preflight again."
	switch quarantine.NameOf(err) {
	case quarantine.AccessDenied:
		remedy = "Allow the action that is named, for the preflight's role or the caller, and run the preflight again."
	case quarantine.BadPolicy:
		remedy = preflight.MendPolicy
	}
	return check(part, id, subject, preflight.Unknown, "It could not be read: "+preflight.Said(err), remedy)
}

// aws is a command line of the AWS CLI, in the Region, in backticks.
func (n *reading) aws(words ...string) string {
	line := []string{"aws"}
	for _, w := range append(words, "--region", n.Region) {
		line = append(line, command.Arg(w))
	}
	return "`" + command.Line(line) + "`"
}
