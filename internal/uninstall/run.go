package uninstall

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Report is what a run did, and what remains.
type Report struct {
	Stack       string `json:"stack"`
	StackID     string `json:"stackId,omitempty"`
	StackStatus string `json:"stackStatus,omitempty"`

	Released         []quarantine.Release `json:"released"`
	Stopped          []Stopped            `json:"stoppedExecutions"`
	Removed          []measure.Leftover   `json:"removed"` // of what measures made
	DeletedBuckets   []string             `json:"deletedBuckets"`
	DeletedSnapshots []string             `json:"deletedSnapshots"`
	DeletedLedger    string               `json:"deletedLedger,omitempty"`

	Left Left `json:"left"`
}

// Left is what remains.
type Left struct {
	Ledger    *Table    `json:"ledger"`
	Snapshots Snapshots `json:"snapshots"`
	// Closed are things that still have what a measure made.
	Closed []Closed `json:"closed"`
	// Held are things of further measures that incidents hold.
	Held []Held `json:"held"`
	// Drifted are subnets that somebody had changed by hand before their release, which
	// left them so.
	Drifted []quarantine.ReleasedSubnet `json:"drifted"`
	// Made are what measures made that is kept.
	Made []measure.Leftover `json:"made"`
	// Retained are the stack's resources that its template retains.
	Retained []cloudformation.Resource `json:"retained"`
	// Buckets have a packaging bucket's name prefix, but no tag of a stack.
	Buckets []string `json:"untaggedBuckets"`
}

// run is one run of Run.
type run struct {
	*Uninstaller
	plan      *Plan
	report    *Report
	stackGone bool
	// refused are what the last attempt to remove it left, because something uses it.
	refused []measure.Leftover
}

func (r *run) say(format string, args ...any) { r.Say(fmt.Sprintf(format, args...)) }

// step is a part of the work.
type step struct {
	what string // description, for "What remains: ..."
	do   func(context.Context) error
}

// steps are the steps in order. Incidents are released while the deployment exists, so
// that people are notified, and once more when the stack is deleted, because a finding
// can open an incident until the EventBridge rule is deleted.
func (r *run) steps() []step {
	all := []step{
		{"open incidents", r.release},
		{"executions that run", r.drain},
		{"incidents opened meanwhile", r.release},
		{"what measures made", r.removeUnneeded},
	}
	if !r.stackGone {
		all = append(all,
			step{"the stack", r.deleteStack},
			step{"incidents opened while the stack was deleted", r.release})
	}
	all = append(all, step{"what measures made until then", r.removeLast}, step{"the packaging bucket", r.deleteBuckets})
	if r.DeleteEvidence {
		all = append(all, step{"evidence", r.deleteEvidence})
	}
	all = append(all, step{"the list of what stays", r.look})
	if r.DeleteLedger {
		all = append(all, step{"the ledger", r.deleteLedger})
	}
	return all
}

// Run executes the plan. The report is also valid if a step fails: it then has what was
// done so far.
//
// Errors: *OpenError if an incident is open and not to be released; *CutOffError if
// everything is done but a subnet is still cut off, or a thing held, for which the ledger is
// kept; *StepError otherwise.
func (u *Uninstaller) Run(ctx context.Context, p *Plan) (*Report, error) {
	r := &run{Uninstaller: u, plan: p, stackGone: p.Gone(), report: &Report{
		Stack: u.Stack, StackID: p.Stack.ID, StackStatus: p.Stack.Status, Released: []quarantine.Release{}, Stopped: []Stopped{}, Removed: []measure.Leftover{},
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
	if left := r.report.Left; left.holds() {
		return r.report, &CutOffError{Closed: left.Closed, Held: left.Held, At: r.at(r.plan.Table, r.machine() == "")}
	}
	return r.report, nil
}

// look lists what remains.
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

// onRecord lists what remains of the ledger's incidents.
func (r *run) onRecord(ctx context.Context, left *Left) error {
	all, err := r.Ledger(r.plan.Table).AllIncidents(ctx)
	if err != nil {
		return err
	}
	found, err := r.survey(ctx, r.plan.Table, all)
	if err != nil {
		return err
	}
	left.Closed, left.Made, left.Held = found.InUse, append(found.Kept, r.refused...), furtherHeld(all)
	for _, in := range all {
		if in.Release == nil {
			continue
		}
		for _, s := range in.Release.Subnets {
			if s.Outcome == quarantine.Drifted {
				left.Drifted = append(left.Drifted, s)
			}
		}
	}
	left.Snapshots, err = r.snapshots(ctx, all)
	return err
}

// retained are the resources that the stack's deletion retained, except the ledger,
// which is listed separately.
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

// holds tells whether something is in quarantine yet.
func (l Left) holds() bool { return len(l.Closed)+len(l.Held) > 0 }

// nothing has empty lists instead of nil, so that the JSON has no nulls.
func nothing() Left {
	return Left{
		Snapshots: Snapshots{OnRecord: []quarantine.Snapshot{}, Unrecorded: []quarantine.Snapshot{}},
		Closed:    []Closed{}, Held: []Held{}, Drifted: []quarantine.ReleasedSubnet{}, Made: []measure.Leftover{},
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
