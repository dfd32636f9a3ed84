package uninstall

import (
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// incident is one that is on record, with what became of its subnets if it is released.
type incident struct {
	ledger.Summary
	release *quarantine.Release
}

// vpcs are those that the incident has had a part in.
func (i incident) vpcs() (out []string) {
	for _, q := range i.Subnets {
		out = append(out, q.VPCID)
	}
	if i.release != nil {
		for _, s := range i.release.Subnets {
			out = append(out, s.VPCID)
		}
	}
	return slices.DeleteFunc(out, func(vpc string) bool { return vpc == "" })
}

// incidents are all that are on record.
func (u *Uninstaller) incidents(ctx context.Context, table string) ([]incident, error) {
	l := u.Ledger(table)
	all, err := l.Overview(ctx)
	if err != nil {
		return nil, err
	}
	var out []incident
	for _, in := range all {
		one := incident{Summary: in}
		if !in.Open() {
			record, err := l.IncidentRecord(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			one.release = record.Release
		}
		out = append(out, one)
	}
	return out, nil
}

// open are the incidents that are not released.
func open(all []incident) (out []ledger.Summary) {
	for _, in := range all {
		if in.Open() {
			out = append(out, in.Summary)
		}
	}
	return out
}

// release releases every incident that is open now, one after the other: the
// last of those that share a subnet restores it. One that cannot be released
// does not keep the others from it.
func (r *run) release(ctx context.Context) error {
	if r.plan.Ledger == nil {
		return nil
	}
	all, err := r.incidents(ctx, r.plan.Table)
	if err != nil {
		return err
	}
	waiting := open(all)
	if len(waiting) > 0 && !r.ReleaseAll {
		return &OpenError{Stack: r.Stack, Table: r.plan.Table, Release: r.machine(), Open: waiting, During: r.stackGone}
	}
	var failed []error
	for _, in := range waiting {
		r.say("releasing %s (%s)", in.ID, in.Resource.ID)
		if err := r.Releaser.Release(ctx, in, r.machine(), r.Reason); err != nil {
			failed = append(failed, &ReleaseError{Incident: in.ID, Instance: in.Resource.ID, Err: err})
			continue
		}
		if err := r.released(ctx, in.ID); err != nil {
			return err
		}
	}
	return quarantine.TransientFirst(failed...)
}

// released notes what became of an incident. One that was asked about alone was
// never cut, and is on record no more than its question is.
func (r *run) released(ctx context.Context, id string) error {
	record, err := r.Ledger(r.plan.Table).IncidentRecord(ctx, id)
	if quarantine.Is(err, quarantine.BadRequest) {
		return nil
	}
	if err != nil || record.Release == nil {
		return err
	}
	for _, s := range record.Release.Subnets {
		r.say("%s: %s", s.SubnetID, s.Outcome)
	}
	r.report.Released = append(r.report.Released, *record.Release)
	return nil
}

// machine is the deployed one that releases, or "" where there is none any more.
func (r *run) machine() string {
	if r.stackGone {
		return ""
	}
	return r.plan.Release
}
