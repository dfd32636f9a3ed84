package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/plan"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// plan reads what is about to be touched, and shows it. It reads only. A refusal is usage.
func (r *responder) plan(ctx context.Context) (plan.Plan, error) {
	p, err := r.look(ctx)
	refused, is := errors.AsType[*plan.Refusal](err)
	switch {
	case is:
		p.Refused, err = refused.Why, usage("%w", err)
	case err != nil:
		return p, err
	}
	p.Print(r.s.out, r.st, headline.Line(r.finding))
	return p, err
}

func (r *responder) look(ctx context.Context) (plan.Plan, error) {
	policy, now := r.policy.Confirmed().Deployed(r.groups()), time.Now()
	p := plan.Plan{
		Account: r.aws.account, Region: r.aws.region, Identity: r.aws.identity, Resources: []plan.Resource{},
		Finding: r.finding.Summary(), Archived: r.finding.Archived, Table: r.Table, Stack: r.at.deployed.Stack, Topic: r.Topic,
		Verdict: policy.Judge(r.finding, now),
	}
	if r.said != nil && p.Verdict.Action != quarantine.ActionIsolate {
		return p, &plan.Refusal{Why: "the policy keeps this instance from being cut, by a person's word too, as said above: if it is to be cut all the same, " +
			"use a policy of your own that does not exempt it (--policy)"}
	}
	return plan.Reader{
		Fleet: ec2.New(r.aws.ec2), Groups: autoscaling.New(r.aws.autoscaling),
		Measures: slices.Concat(slices.Collect(maps.Values(r.measures()))...), Wanted: r.policy.Measures(),
		Limits: r.policy.Limits(), OnHost: guardduty.OnHost(r.finding.Type), Counted: r.counted,
		Contained: r.contained, OtherLedger: r.otherLedger, HasTable: r.hasTable,
		Verdict: func(t quarantine.Resource) quarantine.Verdict {
			one, _ := r.finding.Narrow(t.ID)
			return policy.Judge(one, now)
		},
	}.Read(ctx, p, r.finding.Resources())
}

// hasTable tells whether the ledger is there. That of a stack is the stack's to make.
func (r *responder) hasTable(ctx context.Context) (bool, error) {
	there, err := r.aws.hasTable(ctx, r.Table)
	if err == nil && !there && r.at.deployed.Stack != "" {
		return false, fmt.Errorf("it is that of the stack %s, and there is no such table: name another with --table", r.at.deployed.Stack)
	}
	return there, err
}

// maxTable is how much is told of a table that a tag names, in bytes: DynamoDB has no longer names.
const maxTable = 255

// otherLedger refuses what the incident of another ledger contains, unless that is meant.
func (r *responder) otherLedger(of register.OtherCut) error {
	if r.Despite {
		return nil
	}
	other := r.place()
	other.Stack, other.Table = "", message.Clean(of.Ledger, maxTable)
	return &plan.Refusal{Why: of.String() + ". What this ledger would have on record as what stood there before is that quarantine, and a release by one of them " +
		"would open what the other holds. Look at its incidents (" + command.Line(other.Quarantine("list")) + "), and respond in that ledger (--stack, --table); " +
		"--despite-other-ledger goes on in " + r.Table}
}

// counted is what the brake would say; a ledger that is not there yet has counted nothing.
func (r *responder) counted(ctx context.Context, i quarantine.Isolation) ([]string, error) {
	if there, err := r.aws.hasTable(ctx, r.Table); err != nil || !there {
		return nil, err
	}
	return ledger.New(r.aws.dynamodb, r.Table).WouldCount(ctx, i)
}

// contained is the incident that contains a resource, as the ledger has it, unless this very command
// goes on with it or activity has it cut again, as its subnets were given back. It decides what the
// plan says, and nothing of what is done.
func (r *responder) contained(ctx context.Context, t quarantine.Resource) (*plan.Contained, error) {
	l := ledger.New(r.aws.dynamodb, r.Table)
	lock, err := l.Lock(ctx, t)
	if err != nil || lock.Status != quarantine.StatusContained {
		return nil, err
	}
	in, err := l.Incident(ctx, lock.Incident)
	if err != nil || in.Status != quarantine.StatusContained || in.Narrowed != nil || r.owns(lock.Owner, t) && !evidenceEnded(in) {
		return nil, err
	}
	open := slices.ContainsFunc(in.Drifted(), quarantine.Drift.Open)
	return &plan.Contained{Incident: in.ID, Since: in.ContainedAt, Open: open, Pending: !evidenceEnded(in), Next: []string{
		r.command("show", in.ID), r.command("release", in.ID),
	}}, nil
}

// evidenceEnded tells whether there is nothing more to be taken, one way or the other.
func evidenceEnded(in quarantine.Incident) bool {
	return in.Evidence.Status == quarantine.EvidenceComplete || in.Evidence.Status == quarantine.EvidenceStatusFailed
}

// place is where commands about the same ledger are to be typed.
func (r *responder) place() command.Place {
	at := r.at.place()
	at.Here = true
	return at
}

// command is one of this command line's, about the same ledger.
func (r *responder) command(words ...string) string {
	return command.Line(r.place().Quarantine(words...))
}

// responded is what --json prints.
type responded struct {
	Executions    []history.Execution `json:"executions"`
	Notifications []notification      `json:"notifications"`
}

// groups are those of measures that this command can take: IAM is changed by deployments alone.
func (r *responder) groups() []measure.Group {
	return slices.Collect(maps.Keys(r.measures()))
}

// measures are those beyond the cut that this command can take.
func (r *responder) measures() map[measure.Group][]measure.Measure {
	return wiring.Measures(wiring.Clients{EC2: r.aws.ec2, AutoScaling: r.aws.autoscaling, ELBv2: r.aws.elbv2, ELB: r.aws.elb}, nil)
}

// named is an instance's id with the name that people gave it.
func named(i quarantine.Instance) string {
	if name := i.Tags["Name"]; name != "" {
		return i.ID + " (" + name + ")"
	}
	return i.ID
}

// prepare makes the ledger if there is none, and lets this command go on where
// an earlier run of it was interrupted after the cut.
func (r *responder) prepare(ctx context.Context) error {
	there, err := r.aws.hasTable(ctx, r.Table)
	if err == nil && !there {
		err = r.aws.makeTable(ctx, r.Table)
	}
	if err != nil {
		return fmt.Errorf("the ledger's table %s cannot be made: %w", r.Table, err)
	}
	l := ledger.New(r.aws.dynamodb, r.Table)
	for _, t := range r.finding.Resources() {
		if err := r.resume(ctx, l, t); err != nil {
			return fmt.Errorf("the ledger cannot be read: %w", err)
		}
	}
	return nil
}

// resume reopens the lock of an instance that this very command has cut, if the
// evidence was still under way when it was interrupted.
func (r *responder) resume(ctx context.Context, l *ledger.Ledger, t quarantine.Resource) error {
	lock, err := l.Lock(ctx, t)
	if err != nil || lock.Status != quarantine.StatusContained || !r.owns(lock.Owner, t) {
		return err
	}
	incident, err := l.Incident(ctx, lock.Incident)
	if err != nil {
		return err
	}
	if evidenceEnded(incident) {
		return nil
	}
	fmt.Fprintln(r.s.out, r.st.Wrap("An earlier run has cut "+t.ID+" off and was interrupted before its evidence was complete: going on from there.", 0))
	return l.Reopen(ctx, quarantine.Claim{Incident: lock.Incident, Resource: t, Owner: lock.Owner})
}

// owns tells whether an execution is this command's: the one for its event, or
// the one that the definition starts for an instance of an attack sequence.
func (r *responder) owns(owner string, t quarantine.Resource) bool {
	prefix := arn.Execution{Partition: arn.DefaultPartition, Region: r.aws.region, Account: r.aws.account, Machine: wiring.Name}.String()
	target, _ := json.Marshal(t) // three strings: cannot fail
	sum := sha256.Sum256([]byte(prefix + r.name + string(target)))
	return owner == prefix+r.name || owner == prefix+t.ID+"-"+hex.EncodeToString(sum[:12])
}
