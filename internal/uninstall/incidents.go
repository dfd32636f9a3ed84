package uninstall

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// vpcsOf are the VPCs of the incident's subnets.
func vpcsOf(in quarantine.Incident) (out []string) {
	for _, q := range in.Holds {
		if q.VPCID != "" {
			out = append(out, q.VPCID)
		}
	}
	return out
}

// open returns the incidents that are not released.
func open(all []quarantine.Incident) (out []quarantine.Incident) {
	for _, in := range all {
		if in.Open() {
			out = append(out, in)
		}
	}
	return out
}

// release releases every open incident, one after the other: a shared subnet is
// restored by the last incident that holds it. If one cannot be released, it still
// releases the others.
func (r *run) release(ctx context.Context) error {
	if r.plan.Ledger == nil {
		return nil
	}
	all, err := r.Ledger(r.plan.Table).AllIncidents(ctx)
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

// released records an incident's release. An incident for which a person was only
// asked was never isolated; only its approval request is on record.
func (r *run) released(ctx context.Context, id string) error {
	record, err := r.Ledger(r.plan.Table).Incident(ctx, id)
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

// machine is the deployed release state machine, or "" if there is none any more.
func (r *run) machine() string {
	if r.stackGone {
		return ""
	}
	return r.plan.Release
}
