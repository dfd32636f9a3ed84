package release

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// repeat is the release of an incident that is released on record: by an earlier
// attempt of this execution, or before it. Nothing is said from the record alone:
// EC2 is read, and what a late attempt of the incident's isolation has cut since
// is put back. The lock is not taken; it is free, or another incident's.
func (u *undo) repeat(ctx context.Context) (quarantine.Release, error) {
	if err := u.cut.Apply(ctx); err != nil {
		return quarantine.Release{}, err
	}
	if err := u.cut.Recheck(ctx); err != nil {
		return quarantine.Release{}, err
	}
	done := u.report()
	u.cut.Confirm(done.Subnets)
	done = u.warned(done)
	if u.cut.Restored() {
		if err := u.Ledger.Append(ctx, u.record.ID, u.event(quarantine.EventReleased, done.ReleasedAt, tell("released", done))); err != nil {
			return quarantine.Release{}, err
		}
	} else {
		u.decidedBefore(&done)
	}
	return done, nil
}

// decidedBefore says who released the incident, when and why.
func (u *undo) decidedBefore(done *quarantine.Release) {
	done.Already = u.record.ReleasedIn != u.in.Execution.ID
	if was := u.record.Release; was != nil {
		done.By, done.Reason, done.ReleasedAt, done.Removed = was.By, was.Reason, was.ReleasedAt, was.Removed
	}
}
