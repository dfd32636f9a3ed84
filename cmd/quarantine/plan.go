package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/measure/securitygroup"
	"github.com/ec2-quarantine/quarantine/internal/measure/standby"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// plan shows the verdict and what is about to be touched. It reads only.
func (r *responder) plan(ctx context.Context) error {
	w, st := r.s.out, r.st
	fmt.Fprintln(w, st.Title.Render(fmt.Sprintf("Account %s, %s, as %s", r.aws.account, r.aws.region, r.aws.identity)))
	st.Heading(w, "Verdict")
	fmt.Fprintln(w, terminal.Wrap(headline.Line(r.finding), 2))
	verdict := r.policy.Confirmed().Deployed(r.groups()).Judge(r.finding, time.Now())
	printVerdict(w, st, verdict)
	st.Heading(w, "Plan")
	if verdict.Action == quarantine.ActionApprove {
		return usage("the policy wants a person's word before this is cut, and you are that person: look at the reasons above, and lower the policy's isolate threshold or add an override in a policy of your own (--policy) if it is to be cut")
	}
	if verdict.Action != quarantine.ActionIsolate {
		fmt.Fprintln(w, terminal.Wrap(fmt.Sprintf("Nothing is cut: the verdict is %s. It is recorded, and told where the policy says so.", verdict.Action), 2))
	}
	for _, t := range r.finding.Resources() {
		if verdict.Action == quarantine.ActionIsolate {
			if err := r.planResource(ctx, t); err != nil {
				return err
			}
		}
	}
	there, err := r.aws.hasTable(ctx, r.Table)
	if err != nil {
		return usage("the ledger's table %s cannot be looked at: %w", r.Table, err)
	}
	state := "is there"
	if !there {
		state = "is made"
	}
	fmt.Fprintf(w, "  DynamoDB table %s %s\n", r.Table, state)
	if r.Topic != "" {
		fmt.Fprintf(w, "  messages go to %s and to this terminal\n", r.Topic)
	}
	return nil
}

// planResource shows what stands on the subnets of one instance, and what will.
func (r *responder) planResource(ctx context.Context, t quarantine.Resource) error {
	if t.AccountID != r.aws.account || t.Region != r.aws.region {
		return usage("%s is in account %s, %s, and these credentials are for account %s, %s", t.ID, t.AccountID, t.Region, r.aws.account, r.aws.region)
	}
	fleet := ec2.New(r.aws.ec2)
	instance, err := fleet.Instance(ctx, t)
	if err != nil {
		return fmt.Errorf("%s cannot be looked at: %w", t.ID, err)
	}
	byGroup, err := r.planCut(ctx, fleet, t, instance)
	if err != nil {
		return err
	}
	if err := r.planFurther(ctx, t); err != nil {
		return err
	}
	fmt.Fprintln(r.s.out, terminal.Wrap(fmt.Sprintf("EBS volumes to be snapshotted: %d", len(instance.Volumes)), 4))
	warnings := register.CutUncovered(instance)
	if !byGroup {
		warnings = append(register.CutBeside(instance), warnings...)
	}
	for _, line := range warnings {
		fmt.Fprintln(r.s.out, r.st.Warn.Render(terminal.Wrap(line, 4)))
	}
	if group := instance.AutoScalingGroup(); group != "" && !slices.Contains(r.policy.Measures(), standby.Info().Name) {
		fmt.Fprintln(r.s.out, r.st.Warn.Render(terminal.Wrap("it belongs to Auto Scaling group "+group+", which will terminate it when health checks fail: suspend Terminate and ReplaceUnhealthy first", 4)))
	}
	return nil
}

// planCut shows what contains the instance: the cut or, where the policy spares its neighbours, the
// security group.
func (r *responder) planCut(ctx context.Context, fleet *ec2.Client, t quarantine.Resource, instance quarantine.Instance) (byGroup bool, err error) {
	limit := r.policy.Neighbours()
	hit, wants := planNeighbours(ctx, around{fleet, autoscaling.New(r.aws.autoscaling)}, t, instance, limit)
	byGroup = wants == quarantine.BeyondGroup
	says, lines := "is cut off with every host of its subnets:", []string(nil)
	if byGroup {
		says = "is contained by its security group alone:"
		lines, err = groupPlanned(ctx, securitygroup.Measure{Network: fleet}, t)
	} else {
		lines, err = register.CutPlanned(ctx, fleet, t, instance)
	}
	if err != nil {
		return byGroup, err
	}
	fmt.Fprintln(r.s.out, terminal.Wrap(fmt.Sprintf("%s, %s, %s", named(instance), instance.State, says), 2))
	for _, line := range lines {
		fmt.Fprintln(r.s.out, terminal.Wrap(line, 4))
	}
	if hit = terminal.Wrap(hit, 4); wants != "" {
		hit = r.st.Warn.Render(hit)
	}
	fmt.Fprintln(r.s.out, hit)
	return byGroup, nil
}

// groups are those of measures that this command can take: IAM is changed by deployments alone.
func (r *responder) groups() []measure.Group {
	return slices.Collect(maps.Keys(r.measures()))
}

// measures are those beyond the cut that this command can take.
func (r *responder) measures() map[measure.Group][]measure.Measure {
	return wiring.Measures(wiring.Clients{EC2: r.aws.ec2, AutoScaling: r.aws.autoscaling, ELBv2: r.aws.elbv2, ELB: r.aws.elb}, nil)
}

// planFurther shows what the policy has done beyond the cut.
func (r *responder) planFurther(ctx context.Context, t quarantine.Resource) error {
	all := slices.Concat(slices.Collect(maps.Values(r.measures()))...)
	for _, name := range r.policy.Measures() {
		for _, m := range all {
			if m.Info().Name != name {
				continue
			}
			lines, err := measure.Planned(ctx, m, t)
			if err != nil {
				return fmt.Errorf("what %s would change cannot be read: %w", name, err)
			}
			for _, line := range lines {
				fmt.Fprintln(r.s.out, terminal.Wrap(line, 4))
			}
		}
	}
	return nil
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
	if s := incident.Evidence.Status; s == quarantine.EvidenceComplete || s == quarantine.EvidenceStatusFailed {
		return nil // it has come to an end, one way or the other
	}
	fmt.Fprintln(r.s.out, terminal.Wrap("An earlier run has cut "+t.ID+" off and was interrupted before its evidence was complete: going on from there.", 0))
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
