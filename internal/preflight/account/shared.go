package account

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const idShared = "subnets.owner"

// shared says of each VPC whether its subnets' network ACLs are this account's to replace: in a shared
// VPC only the owner can.
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing.html
func (n *reading) shared(context.Context) (all []preflight.Check) {
	for _, vpc := range n.asked(n.seen.instances) {
		if err := n.seen.aclsErr[vpc]; err != nil {
			all = append(all, unread(preflight.Network, idShared, vpc, err))
			continue
		}
		all = append(all, n.owner(vpc, n.seen.acls[vpc]))
	}
	return all
}

func (n *reading) owner(vpc string, acls []quarantine.NetworkACL) preflight.Check {
	var foreign, owners []string
	own := 0
	for _, acl := range acls {
		for _, a := range acl.Associations {
			if acl.OwnerID == "" || acl.OwnerID == n.Account {
				own++
				continue
			}
			foreign, owners = append(foreign, a.SubnetID), append(owners, acl.OwnerID)
		}
	}
	switch {
	case own+len(foreign) == 0:
		return check(preflight.Network, idShared, vpc, preflight.Unknown, "EC2 shows no subnet of the VPC: it is another account's or another Region's, or there is none of that id.",
			"Look for it: "+n.aws("ec2", "describe-subnets", "--filters", "Name=vpc-id,Values="+vpc))
	case len(foreign) == 0:
		return check(preflight.Network, idShared, vpc, preflight.Green, fmt.Sprintf("All %d subnets of the VPC that EC2 shows are this account's.", own), "")
	}
	slices.Sort(foreign)
	slices.Sort(owners)
	owners = slices.Compact(owners)
	return check(preflight.Network, idShared, vpc, preflight.Red,
		fmt.Sprintf("%d subnets belong to account %s, which alone can replace their network ACLs: %s. A cut there is refused, and the measures beyond it are all there is.", len(foreign), first(owners), first(foreign)),
		"Agree with whoever runs account "+first(owners)+" on how they cut these subnets, or set neighbours.beyond: group in the policy, which contains instances by the security group.")
}
