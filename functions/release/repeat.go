package release

import (
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// repeat is the release of an incident that is released on record: by an earlier
// attempt of this execution, or before it. Nothing is said from the record alone:
// EC2 is read, and what a late attempt of the incident's isolation has cut since
// is put back. The lock is not taken; it is free, or another incident's.
func (u *undo) repeat(ctx context.Context) (quarantine.Release, error) {
	if err := u.apply(ctx); err != nil {
		return quarantine.Release{}, err
	}
	done := u.warned(u.confirmed(u.report()))
	if u.restoredNow() {
		if err := u.Ledger.Append(ctx, u.record.ID, u.event(quarantine.EventReleased, done.ReleasedAt, tell(done))); err != nil {
			return quarantine.Release{}, err
		}
	} else {
		u.decidedBefore(&done)
	}
	return done, nil
}

// restoredNow tells whether this invocation has put anything back.
func (u *undo) restoredNow() bool {
	return slices.ContainsFunc(u.subnets, func(s *subnet) bool { return s.replaced != "" })
}

// confirmed gives a subnet that this incident does not hold any more the outcome
// on record, where EC2 shows it still; and warns of a quarantine that no incident
// answers for.
func (u *undo) confirmed(done quarantine.Release) quarantine.Release {
	for i, s := range done.Subnets {
		if s.Outcome != quarantine.AlreadyReleased {
			continue
		}
		if was, known := u.onRecord(s.SubnetID); known && was.ACL != "" && was.ACL == s.ACL && was.Outcome != quarantine.StillHeld {
			done.Subnets[i].Outcome, done.Subnets[i].Recorded = was.Outcome, was.Recorded
		}
		if u.subnets[i].place.acl.Quarantines() {
			u.warn(s.SubnetID + " is under the quarantine ACL " + s.ACL + " though no incident holds it: put its network ACL back by hand")
		}
	}
	return done
}

// onRecord is the outcome of a subnet as its release recorded it.
func (u *undo) onRecord(subnet string) (quarantine.ReleasedSubnet, bool) {
	if u.record.Release == nil {
		return quarantine.ReleasedSubnet{}, false
	}
	i := slices.IndexFunc(u.record.Release.Subnets, func(s quarantine.ReleasedSubnet) bool { return s.SubnetID == subnet })
	if i < 0 {
		return quarantine.ReleasedSubnet{}, false
	}
	return u.record.Release.Subnets[i], true
}

// decidedBefore says who released the incident, when and why.
func (u *undo) decidedBefore(done *quarantine.Release) {
	done.Already = u.record.ReleasedIn != u.in.Execution.ID
	if was := u.record.Release; was != nil {
		done.By, done.Reason, done.ReleasedAt, done.RemovedACLs = was.By, was.Reason, was.ReleasedAt, was.RemovedACLs
	}
}
