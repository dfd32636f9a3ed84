package networkacl

import (
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Report says what became of every subnet, as it was read back.
func (u *Undo) Report() []quarantine.ReleasedSubnet {
	out := make([]quarantine.ReleasedSubnet, len(u.subnets))
	for i, s := range u.subnets {
		out[i] = quarantine.ReleasedSubnet{
			SubnetID: s.record.SubnetID, VPCID: s.record.VPCID, Outcome: s.outcome,
			Now: s.place.acl.ID, Version: s.place.association, Closed: s.closed(s.outcome),
			Before: s.record.Before, Holders: s.record.Holders,
		}
	}
	return out
}

// closed tells whether a subnet is cut off all the same, by what was put back.
func (s *subnet) closed(as quarantine.ReleaseOutcome) bool {
	back := as == quarantine.Restored || as == quarantine.RestoredDefault
	return back && s.place.acl.ID != "" && s.place.acl.Allows == 0
}

// Removed are the quarantine ACLs that nothing used any more, sorted.
func (u *Undo) Removed() []string { return slices.Sorted(slices.Values(u.removed)) }

// Restored tells whether this invocation has put anything back.
func (u *Undo) Restored() bool {
	return slices.ContainsFunc(u.subnets, func(s *subnet) bool { return s.replaced != "" })
}

// Recheck is for an incident that is released on record: it reads EC2 again, a few times,
// while that shows a subnet otherwise than the release left it. One read can be older.
func (u *Undo) Recheck(ctx context.Context) error {
	for range looks - 1 {
		if !slices.ContainsFunc(u.subnets, func(s *subnet) bool { return s.outcome == quarantine.AlreadyReleased && !u.asReleased(s) }) {
			return nil
		}
		acls, err := read(ctx, u.Clock, u.ACLs, u.Incident.Resource, u.vpcs())
		if err != nil {
			return err
		}
		u.acls = acls
		for _, s := range u.subnets {
			if s.outcome == quarantine.AlreadyReleased {
				s.place, _ = acls.in(s.record.VPCID, s.record.SubnetID)
			}
		}
	}
	return nil
}

// asReleased tells whether EC2 shows the very association that the release on record left.
func (u *Undo) asReleased(s *subnet) bool {
	was, known := u.onRecord(s.record.SubnetID)
	return known && was.Outcome != quarantine.StillHeld && was.Version != "" && was.Version == s.place.association
}

// Confirm is for an incident that is released on record: it gives a subnet of the report
// that the incident does not hold any more the outcome on record, where EC2 shows it still;
// and warns of a quarantine that no incident answers for.
func (u *Undo) Confirm(report []quarantine.ReleasedSubnet) {
	for i, s := range report {
		if s.Outcome != quarantine.AlreadyReleased {
			continue
		}
		if was, known := u.onRecord(s.SubnetID); known && was.Now != "" && was.Now == s.Now && was.Outcome != quarantine.StillHeld {
			report[i].Outcome, report[i].Before, report[i].Closed = was.Outcome, was.Before, u.subnets[i].closed(was.Outcome)
		}
		if u.subnets[i].place.acl.Quarantines() {
			u.warn(s.SubnetID + " is under the quarantine ACL " + s.Now + " though no incident holds it: put its network ACL back by hand")
		}
	}
}

// onRecord is the outcome of a subnet as its release recorded it.
func (u *Undo) onRecord(subnet string) (quarantine.ReleasedSubnet, bool) {
	if u.Incident.Release == nil {
		return quarantine.ReleasedSubnet{}, false
	}
	i := slices.IndexFunc(u.Incident.Release.Subnets, func(s quarantine.ReleasedSubnet) bool { return s.SubnetID == subnet })
	if i < 0 {
		return quarantine.ReleasedSubnet{}, false
	}
	return u.Incident.Release.Subnets[i], true
}

// Warnings are what a person should know of the report, and of what else was seen.
func (u *Undo) Warnings(report []quarantine.ReleasedSubnet) []string {
	for _, s := range report {
		if text := warning(s); text != "" {
			u.warn(text)
		}
	}
	for _, vpc := range u.vpcs() {
		for _, acl := range u.acls[vpc] {
			if text := untrue(acl); text != "" && !u.made[acl.ID] {
				u.warn(text)
			}
			if text := opened(acl); u.made[acl.ID] && text != "" && !slices.Contains(u.removed, acl.ID) {
				u.warn(text)
			}
		}
	}
	return u.warnings
}

func (u *Undo) warn(text string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !slices.Contains(u.warnings, text) {
		u.warnings = append(u.warnings, text)
	}
}
