package uninstall

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// open returns the incidents that are not released, or hold something all the same; apart,
// those that are over.
func (u *Uninstaller) open(ctx context.Context, all []quarantine.Incident) (open, over []quarantine.Incident, err error) {
	for _, in := range all {
		if !in.Open() && len(in.Held()) == 0 {
			continue
		}
		is, err := u.isOver(ctx, in)
		switch {
		case err != nil:
			return nil, nil, err
		case is:
			over = append(over, in)
		default:
			open = append(open, in)
		}
	}
	return open, over, nil
}

// isOver tells whether an incident failed and never held anything, nobody is asked about
// it, and EC2 says that its instance is gone by now: there is nothing left to release.
func (u *Uninstaller) isOver(ctx context.Context, in quarantine.Incident) (bool, error) {
	if in.Status != quarantine.StatusFailed || len(in.Holds) > 0 || len(in.Pending()) > 0 || in.Resource.Kind != quarantine.KindInstance {
		return false, nil
	}
	_, err := u.Instances.Instance(ctx, in.Resource)
	if quarantine.Is(err, quarantine.InstanceGone) {
		return true, nil
	}
	return false, err
}

// end closes the incidents that are over. One that another execution has taken up again
// since is left to it.
func (r *run) end(ctx context.Context, over []quarantine.Incident) error {
	for _, in := range over {
		ended, err := r.Ledger(r.plan.Table).EndUncut(ctx, in.EndedUncut(r.By, r.Clock.Now()))
		if err != nil && !quarantine.Is(err, quarantine.LockLost) {
			return err
		}
		if !ended {
			continue
		}
		r.say("closed %s (%s): %s", in.ID, in.Resource.ID, quarantine.GoneUncut)
		if err := r.released(ctx, in.ID); err != nil {
			return err
		}
	}
	return nil
}

// release closes the incidents that are over, and releases every other open one, one after
// the other: what is shared is restored by the last incident that holds it. If one cannot be released, it still
// releases the others.
func (r *run) release(ctx context.Context) error {
	if r.plan.Ledger == nil {
		return nil
	}
	all, err := r.Ledger(r.plan.Table).AllIncidents(ctx)
	if err != nil {
		return err
	}
	waiting, over, err := r.open(ctx, all)
	if err != nil {
		return err
	}
	if err := r.end(ctx, over); err != nil {
		return err
	}
	if len(waiting) > 0 && !r.ReleaseAll {
		return &OpenError{Stack: r.Stack, Open: waiting, During: r.stackGone, At: r.at(r.plan.Table, r.machine() == "")}
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
	for _, t := range record.Release.Things {
		r.say("%s: %s", t.Thing, measure.Became(t.Outcome, t.Note))
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
