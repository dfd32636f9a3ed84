package release

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// report is the release as it was read back, without its warnings.
func (u *undo) report() quarantine.Release {
	done := quarantine.Release{
		Incident: u.record.ID, Resource: u.record.Resource, Subnets: make([]quarantine.ReleasedSubnet, len(u.subnets)),
		ReleasedAt: u.Clock.Now().UTC(), By: u.in.By, Reason: u.in.Reason,
		RemovedACLs: slices.Sorted(slices.Values(u.removed)),
	}
	for i, s := range u.subnets {
		done.Subnets[i] = quarantine.ReleasedSubnet{
			SubnetID: s.record.SubnetID, VPCID: s.record.VPCID, Outcome: s.outcome,
			ACL: s.place.acl.ID, Association: s.place.association,
			Recorded: s.record.OriginalACL, Holders: s.record.Holders,
		}
	}
	return done
}

// warned is the release with what a person should know of it.
func (u *undo) warned(done quarantine.Release) quarantine.Release {
	for _, s := range done.Subnets {
		if text := warning(s); text != "" {
			u.warn(text)
		}
	}
	for _, vpc := range u.vpcs() {
		for _, acl := range u.acls[vpc] {
			if text := opened(acl); text != "" && !slices.Contains(u.removed, acl.ID) {
				u.warn(text)
			}
		}
	}
	done.Warnings = u.warnings
	return done
}

// opened says of a quarantine ACL that somebody has added an allow rule to it, and
// which subnets it cuts off no more; or "".
func opened(acl quarantine.NetworkACL) string {
	if !acl.MadeByProduct() || acl.Quarantines() {
		return ""
	}
	under := "no subnet is under it"
	if len(acl.Associations) > 0 {
		var subnets []string
		for _, a := range acl.Associations {
			subnets = append(subnets, a.SubnetID)
		}
		under = "it does not cut off " + strings.Join(subnets, ", ")
	}
	return fmt.Sprintf("somebody has opened the quarantine ACL %s (%d of its rules let something pass): it was left, and %s", acl.ID, acl.Allows, under)
}

// warning says what a person should know of a subnet, or "".
func warning(s quarantine.ReleasedSubnet) string {
	switch {
	case s.Outcome == quarantine.RestoredDefault && s.Recorded == "":
		return fmt.Sprintf("what stood on %s before the quarantine is not on record: the VPC's default network ACL %s stands there now", s.SubnetID, s.ACL)
	case s.Outcome == quarantine.RestoredDefault:
		return fmt.Sprintf("%s, which stood on %s before the quarantine, is gone: the VPC's default network ACL %s stands there now", s.Recorded, s.SubnetID, s.ACL)
	case s.Outcome == quarantine.Drifted && s.ACL == "":
		return fmt.Sprintf("EC2 shows no network ACL association of %s: the subnet seems to be deleted, and nothing was changed", s.SubnetID)
	case s.Outcome == quarantine.Drifted:
		return fmt.Sprintf("somebody has put %s on %s since the quarantine: it was left alone; %s stood there before", s.ACL, s.SubnetID, or(s.Recorded, "nobody knows what"))
	}
	return ""
}

// event is an entry of the incident's time series, the same for every attempt
// of one execution.
func (u *undo) event(kind quarantine.EventKind, at time.Time, text string) quarantine.Event {
	return quarantine.Event{At: at, Kind: kind, By: u.in.By, ID: or(u.in.Execution.Name, u.in.Execution.ID), Text: text}
}

// tell says in a line what became of each subnet, and why.
func tell(done quarantine.Release) string {
	parts := []string{"released: " + done.Reason}
	for _, s := range done.Subnets {
		parts = append(parts, s.SubnetID+" "+inWords(s))
	}
	return strings.Join(parts, "; ")
}

func inWords(s quarantine.ReleasedSubnet) string {
	switch s.Outcome {
	case quarantine.Restored:
		return "is under " + s.ACL + " again"
	case quarantine.RestoredDefault:
		return "is under the VPC's default " + s.ACL
	case quarantine.StillHeld:
		return "is still held by " + strings.Join(s.Holders, ", ")
	case quarantine.Drifted:
		return "was changed by somebody else and left alone, under " + or(s.ACL, "nothing")
	default:
		return "was released before"
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
