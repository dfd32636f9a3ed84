package message

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// holds are the records of the incident's subnets: the ledger's, or else what
// isolate has read back.
func (f facts) holds() []quarantine.Quarantine {
	switch {
	case f.record.Incident != nil:
		return f.record.Incident.Quarantines()
	case f.Containment != nil:
		return f.Containment.Subnets
	default:
		return nil
	}
}

// held are those of the holds that the incident has not let go.
func (f facts) held() []quarantine.Quarantine {
	if f.record.Incident != nil {
		return f.record.Incident.HeldQuarantines()
	}
	return f.holds()
}

// shownCut tells whether a read-back on record shows the subnet cut off.
func shownCut(q quarantine.Quarantine) bool {
	return q.SubnetID != "" && q.QuarantineACL != "" && q.Association != "" && !q.VerifiedAt.IsZero()
}

// cutOff are those of the held subnets that a read-back shows cut off.
func (f facts) cutOff() []quarantine.Quarantine {
	return slices.DeleteFunc(slices.Clone(f.held()), func(q quarantine.Quarantine) bool { return !shownCut(q) })
}

// heldSubnets say of each subnet on record whether it is cut off now, and what
// stood there before.
func (f facts) heldSubnets() []line {
	var out []line
	all := f.holds()
	for _, q := range all[:min(len(all), maxItems)] {
		out = append(out, item(fmt.Sprintf("%s in %s: %s", q.SubnetID, known(q.VPCID, "a VPC that is not on record"), f.state(q))))
	}
	return append(out, omitted(len(all))...)
}

// state says how far a subnet is, in words.
func (f facts) state(q quarantine.Quarantine) string {
	isHeld := slices.ContainsFunc(f.held(), func(h quarantine.Quarantine) bool { return h.SubnetID == q.SubnetID })
	before := known(q.OriginalACL, "what is not on record") + " stood there before"
	switch {
	case !isHeld:
		return "NOT HELD by this incident any more" + f.alsoHeld(q)
	case q.Releasing != "":
		return "BEING RELEASED, and not known whether it is cut off; " + before + f.alsoHeld(q)
	case shownCut(q):
		return fmt.Sprintf("CUT OFF by %s, read back at %s; %s%s", q.QuarantineACL, clock(q.VerifiedAt), before, f.alsoHeld(q))
	default:
		return "NOT KNOWN whether it is cut off: no read-back is on record; " + before + f.alsoHeld(q)
	}
}

// alsoHeld names the other incidents that need the subnet cut off.
func (f facts) alsoHeld(q quarantine.Quarantine) string {
	others := f.otherHolders(q)
	if len(others) == 0 {
		return ""
	}
	return "; held by " + list(others) + " too"
}

func (f facts) otherHolders(q quarantine.Quarantine) []string {
	return slices.DeleteFunc(slices.Clone(q.Holders), func(id string) bool { return id == f.incident() })
}

// subnetsOnRecord is the part of a message that says what the incident holds.
func (f facts) subnetsOnRecord() part {
	return part{title: "Its subnets", lines: f.heldSubnets()}
}

// putBackSteps puts the network ACLs on record back without the product, subnet by
// subnet; a subnet that another incident holds is left alone.
func (f facts) putBackSteps() []line {
	var commands []line
	for _, q := range f.held() {
		if f.mayBeCut(q) && len(f.otherHolders(q)) == 0 && len(commands) < maxItems {
			commands = append(commands, f.putBack(q)...)
		}
	}
	if len(commands) == 0 {
		return nil
	}
	return append([]line{say("%s", putBackFirst)}, commands...)
}

// mayBeCut is false for the write-ahead of a cut that is known to have failed.
func (f facts) mayBeCut(q quarantine.Quarantine) bool {
	return shownCut(q) || f.Kind != quarantine.KindContainmentFailed
}

// putBack is one replacement where the subnet's association is on record. It fails,
// and changes nothing, if somebody has replaced that association since.
func (f facts) putBack(q quarantine.Quarantine) []line {
	original := known(q.OriginalACL, "ORIGINAL")
	if shownCut(q) && q.Releasing == "" {
		return []line{f.replace(q.Association, original)}
	}
	return []line{f.associations([]string{q.SubnetID}), f.replace("ASSOCIATION", original)}
}

func (f facts) replace(association, acl string) line {
	return f.aws("ec2 replace-network-acl-association", "--association-id", arg(association), "--network-acl-id", arg(acl))
}

// associations prints subnet, association and ACL of each of the subnets.
func (f facts) associations(subnets []string) line {
	subnets = subnets[:min(len(subnets), maxItems)]
	only := "| grep"
	for _, id := range subnets {
		only += " -e " + arg(id)
	}
	return f.aws("ec2 describe-network-acls", "--filters", arg("Name=association.subnet-id,Values="+strings.Join(subnets, ",")),
		"--query", arg("NetworkAcls[].Associations[].[SubnetId,NetworkAclAssociationId,NetworkAclId]"), "--output", "text", only)
}
