package networkacl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// shows tells whether what is said of a released subnet is there to be seen: restored is only
// what is the very ACL on record, and has an association that was read.
func shows(s quarantine.ReleasedSubnet) bool {
	seen := s.SubnetID != "" && s.Now != "" && s.Version != ""
	switch s.Outcome {
	case quarantine.Restored:
		return seen && s.Now == s.Before
	case quarantine.RestoredDefault:
		return seen && s.Now != s.Before
	case quarantine.StillHeld, quarantine.Drifted, quarantine.AlreadyReleased:
		return s.SubnetID != ""
	default:
		return false
	}
}

// became says what became of a subnet at a release.
func became(s quarantine.ReleasedSubnet) string {
	switch s.Outcome {
	case quarantine.Restored:
		if s.Closed {
			return fmt.Sprintf("PUT BACK, AND CUT OFF ALL THE SAME. %s stands there again, as before the quarantine (%s), and lets nothing pass", s.Now, s.Version)
		}
		return fmt.Sprintf("RESTORED. %s stands there again, as before the quarantine (%s)", s.Now, s.Version)
	case quarantine.RestoredDefault:
		return fmt.Sprintf("DEFAULT USED. %s is gone; the VPC's default, %s, stands there now (%s)",
			cmp.Or(s.Before, "the ACL on record"), s.Now, s.Version) + closed(s, ", and lets nothing pass")
	case quarantine.StillHeld:
		return fmt.Sprintf("STILL HELD by %s; its network ACL was not changed", cmp.Or(strings.Join(s.Holders, ", "), "other incidents"))
	case quarantine.Drifted:
		return fmt.Sprintf("LEFT ALONE. Somebody changed it meanwhile: %s stands there, and %s is on record",
			cmp.Or(s.Now, "another ACL"), cmp.Or(s.Before, "none"))
	default: // AlreadyReleased
		text := "RELEASED BEFORE. This incident did not hold it any more; nothing was changed"
		if s.Now != "" {
			text += ", and " + s.Now + " stands there now"
		}
		return text
	}
}

// releasedByHand are the steps about subnets of one outcome.
func releasedByHand(of quarantine.ReleaseOutcome, subnets []quarantine.ReleasedSubnet) []measure.Step {
	switch of {
	case quarantine.Drifted:
		return driftedByHand(subnets)
	case quarantine.RestoredDefault:
		return defaultByHand(subnets)
	case quarantine.Restored:
		return closedByHand(subnets)
	default:
		return nil
	}
}

// driftedByHand put the ACL on record back on subnets that were left alone; nothing where
// there are none.
func driftedByHand(drifted []quarantine.ReleasedSubnet) []measure.Step {
	if len(drifted) == 0 {
		return nil
	}
	out := []measure.Step{{Say: "Ask who changed what was left alone, and why. To put the ACL on record back all the same, " +
		"read the association that stands there, and replace it:"}}
	for _, s := range drifted {
		out = append(out,
			measure.Step{Command: []string{"ec2", "describe-network-acls", "--filters", filter([]quarantine.Hold{{Thing: s.SubnetID}})}},
			replace("", cmp.Or(s.Before, "ACL")))
	}
	return out
}

// closedByHand open what was cut off before the quarantine, and so is again: nobody but a person
// knows what stood there before that.
func closedByHand(restored []quarantine.ReleasedSubnet) []measure.Step {
	var subnets []quarantine.Hold
	for _, s := range restored {
		if s.Closed {
			subnets = append(subnets, quarantine.Hold{Thing: s.SubnetID})
		}
	}
	if len(subnets) == 0 {
		return nil
	}
	return []measure.Step{
		{Say: "What was put back on " + strings.Join(ids(subnets), ", ") + " lets nothing pass, as before the quarantine: somebody cut it off by hand, for example. " +
			"Find what stood there before that, and put it back:"},
		associations(subnets), replace("", "ORIGINAL"),
	}
}

// defaultByHand looks at the VPCs' default ACLs, which let everything pass unless somebody
// changed them: https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
func defaultByHand(used []quarantine.ReleasedSubnet) []measure.Step {
	var acls []string
	for _, s := range used {
		if !slices.Contains(acls, s.Now) {
			acls = append(acls, s.Now)
		}
	}
	if len(acls) == 0 {
		return nil
	}
	return []measure.Step{
		{Say: "See what the VPC's default ACL lets pass: it can be more than the one that is gone did. Make that anew if it is needed:"},
		{Command: append([]string{"ec2", "describe-network-acls", "--network-acl-ids"}, acls...)},
	}
}
