package networkacl

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Tell says what became of a subnet, after its id.
func Tell(s quarantine.ReleasedSubnet) string {
	return told(s) + closed(s, ", which lets nothing pass")
}

// closed is said of what stands on a subnet that is cut off although nobody holds it.
func closed(s quarantine.ReleasedSubnet, words string) string {
	if !s.Closed {
		return ""
	}
	return words
}

func told(s quarantine.ReleasedSubnet) string {
	switch s.Outcome {
	case quarantine.Restored:
		return "is under " + s.Now + " again"
	case quarantine.RestoredDefault:
		return "is under the VPC's default " + s.Now
	case quarantine.StillHeld:
		return "is still held by " + strings.Join(s.Holders, ", ")
	case quarantine.Drifted:
		return "was changed by somebody else and left alone, under " + cmp.Or(s.Now, "nothing")
	default:
		return "was released before"
	}
}

// opened says of a quarantine ACL that somebody has added an allow rule to it, and
// which subnets it cuts off no more; or "".
func opened(acl quarantine.NetworkACL) string {
	if acl.Allows == 0 {
		return ""
	}
	under := "no subnet is under it"
	if len(acl.Associations) > 0 {
		under = "it does not cut off " + subnetsUnder(acl)
	}
	return fmt.Sprintf("somebody has opened the quarantine ACL %s (%d of its rules let something pass): it was left, and %s", acl.ID, acl.Allows, under)
}

// untrue says of an ACL that its tags say what the ledger does not; or "". The ACL is left as it is.
func untrue(acl quarantine.NetworkACL) string {
	if !acl.MadeByProduct() {
		return ""
	}
	under := "no subnet is under it"
	switch {
	case len(acl.Associations) == 0:
	case acl.Allows > 0:
		under = subnetsUnder(acl) + " is under it"
	default:
		under = "cuts off " + subnetsUnder(acl)
	}
	return acl.ID + " has the tags of a quarantine ACL, and the ledger does not have it as made: it was left, and " + under
}

func subnetsUnder(acl quarantine.NetworkACL) string {
	var subnets []string
	for _, a := range acl.Associations {
		subnets = append(subnets, a.SubnetID)
	}
	return strings.Join(subnets, ", ")
}

// warning says what a person should know of a subnet, or "".
func warning(s quarantine.ReleasedSubnet) string {
	text := otherwise(s)
	switch {
	case !s.Closed:
		return text
	case text == "":
		text = fmt.Sprintf("%s stood on %s before the quarantine and stands there again", s.Now, s.SubnetID)
	}
	return text + ". " + s.Now + " lets nothing pass: the subnet is cut off all the same"
}

// otherwise says of a subnet that it does not stand as before, or "".
func otherwise(s quarantine.ReleasedSubnet) string {
	switch {
	case s.Outcome == quarantine.RestoredDefault && s.Before == "":
		return fmt.Sprintf("what stood on %s before the quarantine is not on record: the VPC's default network ACL %s stands there now", s.SubnetID, s.Now)
	case s.Outcome == quarantine.RestoredDefault:
		return fmt.Sprintf("%s, which stood on %s before the quarantine, is gone: the VPC's default network ACL %s stands there now", s.Before, s.SubnetID, s.Now)
	case s.Outcome == quarantine.Drifted && s.Now == "":
		return fmt.Sprintf("EC2 shows no network ACL association of %s: the subnet seems to be deleted, and nothing was changed", s.SubnetID)
	case s.Outcome == quarantine.Drifted:
		return fmt.Sprintf("somebody has put %s on %s since the quarantine: it was left alone; %s stood there before", s.Now, s.SubnetID, cmp.Or(s.Before, "nobody knows what"))
	}
	return ""
}
