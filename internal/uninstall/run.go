package uninstall

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Report is what a run did, and what is left.
type Report struct {
	Stack       string `json:"stack"`
	StackID     string `json:"stackId,omitempty"`
	StackStatus string `json:"stackStatus,omitempty"`

	Released         []quarantine.Release `json:"released"`
	Stopped          []Stopped            `json:"stoppedExecutions"`
	RemovedACLs      []string             `json:"removedAcls"`
	DeletedBuckets   []string             `json:"deletedBuckets"`
	DeletedSnapshots []string             `json:"deletedSnapshots"`
	DeletedLedger    string               `json:"deletedLedger,omitempty"`

	Left Left `json:"left"`
}

// Left is what stays.
type Left struct {
	Ledger    *Table    `json:"ledger"`
	Snapshots Snapshots `json:"snapshots"`
	// Subnets are under a quarantine ACL still.
	Subnets []Quarantined `json:"subnetsUnderQuarantine"`
	// Drifted are subnets that somebody had changed by hand when they were to be
	// released: what stands there is what they put there.
	Drifted []quarantine.ReleasedSubnet `json:"drifted"`
	// ACLs are quarantine ACLs that no subnet is under and that stay.
	ACLs []ACL `json:"acls"`
	// Retained are the stack's resources that its template keeps.
	Retained []cloudformation.Resource `json:"retained"`
	// Buckets have a packaging bucket's name, but no tag that says whose they are.
	Buckets []string `json:"untaggedBuckets"`
}

// run is one attempt.
type run struct {
	*Uninstaller
	plan      *Plan
	report    *Report
	stackGone bool
}

func (r *run) say(format string, args ...any) { r.Say(fmt.Sprintf(format, args...)) }

// step is a part of the work.
type step struct {
	what string // what there is to do, for "What remains: ..."
	do   func(context.Context) error
}

// steps are the parts in their order. What holds subnets is lifted while the
// deployment is there, so that people are told; and once more when nothing is
// left that could cut, because a finding can come until the rule is gone.
func (r *run) steps() []step {
	all := []step{
		{"open incidents", r.release},
		{"executions that run", r.drain},
		{"incidents opened meanwhile", r.release},
		{"quarantine ACLs", r.removeACLs},
	}
	if !r.stackGone {
		all = append(all,
			step{"the stack", r.deleteStack},
			step{"incidents opened while the stack was deleted", r.release},
			step{"their quarantine ACLs", r.removeACLs})
	}
	all = append(all, step{"the packaging bucket", r.deleteBuckets})
	if r.DeleteEvidence {
		all = append(all, step{"evidence", r.deleteEvidence})
	}
	all = append(all, step{"the list of what stays", r.look})
	if r.DeleteLedger {
		all = append(all, step{"the ledger", r.deleteLedger})
	}
	return all
}

// Run does what the plan says. The report is good also where a step fails: it
// then says what was done.
//
// Errors: *OpenError if an incident is open that is not to be released;
// *CutOffError if all is done but that a subnet is under a quarantine ACL still,
// and the ledger kept for that; *StepError otherwise.
func (u *Uninstaller) Run(ctx context.Context, p *Plan) (*Report, error) {
	r := &run{Uninstaller: u, plan: p, stackGone: p.Gone(), report: &Report{
		Stack: u.Stack, StackID: p.Stack.ID, StackStatus: p.Stack.Status, Released: []quarantine.Release{}, Stopped: []Stopped{}, RemovedACLs: []string{},
		DeletedBuckets: []string{}, DeletedSnapshots: []string{}, Left: nothing(),
	}}
	all := r.steps()
	for i, s := range all {
		err := ctx.Err()
		if err == nil {
			err = s.do(ctx)
		}
		if err != nil {
			return r.report, failed(ctx, err, all[i:])
		}
	}
	if cut := r.report.Left.Subnets; len(cut) > 0 {
		return r.report, &CutOffError{Subnets: cut}
	}
	return r.report, nil
}

// look lists what stays.
func (r *run) look(ctx context.Context) (err error) {
	left := nothing()
	if left.Retained, err = r.retained(ctx); err != nil {
		return err
	}
	if _, left.Buckets, err = r.buckets(ctx); err != nil {
		return err
	}
	if r.plan.Ledger != nil {
		if left.Ledger, err = r.Tables.Table(ctx, r.plan.Table); err != nil {
			return err
		}
		if err := r.onRecord(ctx, &left); err != nil {
			return err
		}
	}
	r.report.Left = left
	return nil
}

// onRecord lists what is left of the ledger's incidents.
func (r *run) onRecord(ctx context.Context, left *Left) error {
	all, err := r.incidents(ctx, r.plan.Table)
	if err != nil {
		return err
	}
	acls, err := r.survey(ctx, all)
	if err != nil {
		return err
	}
	left.Subnets, left.ACLs = acls.InUse, acls.Kept
	for _, in := range all {
		if in.release == nil {
			continue
		}
		for _, s := range in.release.Subnets {
			if s.Outcome == quarantine.Drifted {
				left.Drifted = append(left.Drifted, s)
			}
		}
	}
	left.Snapshots, err = r.snapshots(ctx, r.plan.Table, all)
	return err
}

// retained are the resources that the deletion has left, but for the ledger,
// which is listed by itself.
func (r *run) retained(ctx context.Context) ([]cloudformation.Resource, error) {
	out := []cloudformation.Resource{}
	if r.plan.Stack.ID == "" {
		return out, nil
	}
	all, err := r.Stacks.Resources(ctx, r.plan.Stack.ID)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		if one.Status == cloudformation.DeleteSkipped && one.LogicalID != ledgerID {
			out = append(out, one)
		}
	}
	return out, nil
}

// nothing has lists where there is nothing, so that programs read no nulls.
func nothing() Left {
	return Left{
		Snapshots: Snapshots{OnRecord: []quarantine.Snapshot{}, Unrecorded: []quarantine.Snapshot{}},
		Subnets:   []Quarantined{}, Drifted: []quarantine.ReleasedSubnet{}, ACLs: []ACL{},
		Retained: []cloudformation.Resource{}, Buckets: []string{},
	}
}

// sorted are a map's values in the order of its keys.
func sorted[K cmp.Ordered, V any](m map[K]V) (out []V) {
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}
