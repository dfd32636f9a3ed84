// Package networkacl is the measure network-acl, the cut itself: a network ACL that denies
// everything on each of an instance's subnets.
package networkacl

import (
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func Info() measure.Info {
	return measure.Info{
		Name: quarantine.MeasureNetworkACL, Kind: quarantine.KindInstance, Thing: "subnet", On: true,
		Does:   "puts a network ACL that denies everything on each of the instance's subnets",
		Closes: []measure.Way{measure.Border},
		Now: func(h quarantine.Hold) string {
			return "under " + h.Parts[quarantine.PartACL].After + ", which denies everything"
		},
		Before: func(h quarantine.Hold) string {
			if v := h.Parts[quarantine.PartACL].Before; v != nil {
				return v.Text
			}
			return "not known"
		},
		ByHand: func(r quarantine.Resource) []measure.Step {
			return []measure.Step{
				{Say: "Read the instance's subnets and its VPC; for each subnet, read the association that is there, and write it down to put it back later; make an ACL, which denies everything while it is new; put it there:"},
				{Command: []string{
					"ec2", "describe-instances", "--instance-ids", r.ID,
					"--query", "Reservations[].Instances[].NetworkInterfaces[].[SubnetId,VpcId]", "--output", "text",
				}},
				{Command: []string{"ec2", "create-network-acl", "--vpc-id", "VPC"}},
				{Command: []string{"ec2", "replace-network-acl-association", "--association-id", "ASSOCIATION", "--network-acl-id", "ACL"}},
			}
		},
		UndoByHand: func(h quarantine.Hold) []measure.Step {
			q := h.Quarantine()
			association, acl := q.Association, q.OriginalACL
			if association == "" {
				association = "ASSOCIATION"
			}
			if acl == "" {
				acl = "ORIGINAL"
			}
			return []measure.Step{{Command: []string{"ec2", "replace-network-acl-association", "--association-id", association, "--network-acl-id", acl}}}
		},
		Actions: []string{
			"ec2:DescribeInstances", "ec2:DescribeNetworkAcls", "ec2:CreateNetworkAcl", "ec2:CreateTags",
			"ec2:ReplaceNetworkAclAssociation", "ec2:DeleteNetworkAcl", "ec2:DeleteTags",
		},
	}
}
