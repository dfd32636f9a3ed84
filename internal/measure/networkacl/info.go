// Package networkacl is the measure network-acl, the cut itself: a network ACL that denies
// everything on each of an instance's subnets.
package networkacl

import (
	"cmp"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Info is what the measure says of itself.
func Info() measure.Info {
	return measure.Info{
		Name: quarantine.MeasureCut, Kind: quarantine.KindInstance, Thing: "subnet", On: true, Cut: true,
		Does:   "puts a network ACL that denies everything on each of the instance's subnets",
		Under:  "under a network ACL that denies everything",
		Hints:  hints,
		Closes: []measure.Way{measure.Border},
		Now: func(h quarantine.Hold) string {
			return "CUT OFF by " + h.Parts[quarantine.PartState].After
		},
		Before: func(h quarantine.Hold) string {
			return cmp.Or(h.Parts[quarantine.PartState].Before.Known(), measure.NotKnown)
		},
		Unsure:     "whether it is cut off",
		ByHand:     byHand,
		LookByHand: lookByHand,
		UndoByHand: undoByHand,
		Released:   measure.ReleasedWords{Shows: shows, Became: became, ByHand: releasedByHand},
		MadeByHand: []string{"ec2", "describe-network-acls", "--filters", "Name=tag:" + quarantine.TagProduct + ",Values=" + quarantine.Product},
		Actions: []string{
			"ec2:DescribeInstances", "ec2:DescribeNetworkAcls", "ec2:CreateNetworkAcl", "ec2:CreateTags",
			"ec2:ReplaceNetworkAclAssociation", "ec2:DeleteNetworkAcl",
		},
		Undoing:  []string{"ec2:DescribeInstances", "ec2:DescribeNetworkAcls", "ec2:ReplaceNetworkAclAssociation", "ec2:DeleteNetworkAcl"},
		Removing: []string{"ec2:DescribeNetworkAcls", "ec2:DeleteNetworkAcl"},
		UndoneBy: []string{
			"ReplaceNetworkAclAssociation", "CreateNetworkAclEntry", "ReplaceNetworkAclEntry", "DeleteNetworkAclEntry",
			"AttachNetworkInterface", // one in a subnet that is not cut
		},
	}
}
