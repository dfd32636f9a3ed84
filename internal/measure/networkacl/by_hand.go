package networkacl

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// byHand cuts every subnet off that no read-back shows cut off. The subnets are read from EC2
// first, because those that are known can be stale.
func byHand(r quarantine.Resource, known []quarantine.Hold) []measure.Step {
	open := slices.DeleteFunc(slices.Clone(known), measure.Closed)
	if len(open) == 0 {
		open = []quarantine.Hold{{Thing: "SUBNET"}}
	}
	out := []measure.Step{
		{Say: unrecorded(known, open) + "Read its subnets and its VPC; for each subnet, read the association that is there, " +
			"and write it down to put it back later; make an ACL, which denies everything while it is new; put it there:"},
		{Command: []string{
			"ec2", "describe-instances", "--instance-ids", cmp.Or(r.ID, "INSTANCE"),
			"--query", "Reservations[].Instances[].NetworkInterfaces[].[SubnetId,VpcId]", "--output", "text",
		}},
		associations(open),
	}
	var made []string
	for _, h := range open {
		if vpc := cmp.Or(h.VPCID, "VPC"); quarantineACL(known, h.VPCID) == "" && !slices.Contains(made, vpc) {
			made = append(made, vpc)
			out = append(out, measure.Step{Command: []string{"ec2", "create-network-acl", "--vpc-id", vpc}})
		}
	}
	for _, h := range open {
		before := h.Parts[quarantine.PartVersion].Before.Known()
		if h.Drift != nil {
			before = "" // somebody has replaced the one on record
		}
		step := replace(before, cmp.Or(quarantineACL(known, h.VPCID), "ACL"))
		if !slices.ContainsFunc(out, step.Equal) {
			out = append(out, step)
		}
	}
	return out
}

// unrecorded warns of an ACL that a person makes: nothing tells it from one that was there for long.
func unrecorded(known, open []quarantine.Hold) string {
	if !slices.ContainsFunc(open, func(h quarantine.Hold) bool { return quarantineACL(known, h.VPCID) == "" }) {
		return ""
	}
	return "The ledger knows nothing of it: put back what stood there before this product cuts there again, or it takes your ACL for that. "
}

// quarantineACL is the ACL that a read-back shows in the VPC, or "".
func quarantineACL(known []quarantine.Hold, vpc string) string {
	for _, h := range known {
		if h.VPCID == vpc && measure.Closed(h) {
			return h.Parts[quarantine.PartState].After
		}
	}
	return ""
}

func lookByHand(_ quarantine.Resource, known []quarantine.Hold) []measure.Step {
	return []measure.Step{{Say: "See the cut for yourself:"}, {Command: []string{"ec2", "describe-network-acls", "--filters", filter(known)}}}
}

// undoByHand is one replacement where the subnet's association is on record. Where nothing is
// known of any, it is read from the ledger: no tag is to be believed of what stood there before.
func undoByHand(held []quarantine.Hold) []measure.Step {
	if !slices.ContainsFunc(held, func(h quarantine.Hold) bool { return len(h.Parts) > 0 }) {
		return []measure.Step{
			{Say: "Only the ledger says which ACL stood there before (before_acl) and which incidents hold it (holders): " +
				"leave a subnet alone that another open incident needs cut off. The ACL that stands there now names the ledger's table in its tag " +
				quarantine.TagLedger + ". For each subnet:"},
			{Command: []string{"ec2", "describe-network-acls", "--filters", filter(held)}},
			{Command: []string{
				"dynamodb", "get-item", "--table-name", "TABLE", "--consistent-read",
				"--key", "pk={S=HOLD#" + quarantine.MeasureCut + "#ACCOUNT#REGION#SUBNET},sk={S=HOLD}",
			}},
			replace("", "ORIGINAL"),
		}
	}
	out := []measure.Step{{Say: "Replacing a subnet's network ACL fails, and changes nothing, where somebody has changed the subnet since:"}}
	for _, h := range held {
		original := cmp.Or(h.Parts[quarantine.PartState].Before.Known(), "ORIGINAL")
		if measure.Closed(h) {
			out = append(out, replace(h.Parts[quarantine.PartVersion].After, original))
			continue
		}
		out = append(out, associations([]quarantine.Hold{h}), replace("", original))
	}
	return out
}

func replace(association, acl string) measure.Step {
	return measure.Step{Command: []string{
		"ec2", "replace-network-acl-association", "--association-id", cmp.Or(association, "ASSOCIATION"), "--network-acl-id", acl,
	}}
}

// associations prints subnet, association and ACL of each of the subnets.
func associations(of []quarantine.Hold) measure.Step {
	return measure.Step{Command: []string{
		"ec2", "describe-network-acls", "--filters", filter(of),
		"--query", "NetworkAcls[].Associations[].[SubnetId,NetworkAclAssociationId,NetworkAclId]", "--output", "text",
	}, Lines: ids(of)}
}

// filter names the subnets, or SUBNET where none is known.
func filter(of []quarantine.Hold) string {
	return "Name=association.subnet-id,Values=" + cmp.Or(strings.Join(ids(of), ","), "SUBNET")
}

func ids(of []quarantine.Hold) []string {
	var out []string
	for _, h := range of {
		out = append(out, h.Thing)
	}
	return out
}

// hints: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
var hints = map[string][]measure.Step{
	quarantine.QuotaReached: {
		{Say: "Delete network ACLs that nothing uses, or raise the quota \"Network ACLs per VPC\", which is 200 by default:"},
		{Command: []string{
			"service-quotas", "request-service-quota-increase",
			"--service-code", "vpc", "--quota-code", "L-B4A6D682", "--desired-value", "400",
		}},
	},
	quarantine.SharedNetwork: {{Say: "Only the account that shares the network can put a network ACL there: the error names it. " +
		"Have its people cut the subnets off; their own installation of this product does it for findings of their account alone. " +
		"What this account can close by itself are the instance's security groups and its role."}},
	quarantine.Contended: {{Say: "Something else keeps changing the same network ACLs. " +
		"Stop it (infrastructure as code, another responder), and run this again."}},
	quarantine.NotVerified: {{Say: "The change was made, but reading it back did not show it. " +
		"Look at the subnet's network ACL before anything else."}},
}
