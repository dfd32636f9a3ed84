package networkacl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Shared is a SharedNetwork failure if none of the instance's subnets belongs to its own account.
// Who takes part in a shared VPC sees the network ACLs of the shared subnets, and can change none:
// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
//
// Of an instance that is in subnets of its own account, too, those are cut, and [Cut.Apply] fails
// for the rest.
func (c *Cut) Shared() error {
	var places []place
	for _, subnet := range c.instance.Subnets() {
		p, found := c.acls.find(subnet)
		if !found {
			return nil // Apply names that, and it passes
		}
		places = append(places, p)
	}
	if len(c.own(places)) > 0 {
		return nil
	}
	return c.refuseShared(places)
}

// own are the places that the account of the claim can change.
func (c *Cut) own(places []place) []place {
	return slices.DeleteFunc(slices.Clone(places), func(p place) bool { return sharedBy(p.acl, c.Claim.Resource) != "" })
}

// refuseShared is the failure of those of the places that another account shares; nil for none.
func (c *Cut) refuseShared(places []place) error {
	var owners, under []string
	for _, p := range places {
		owner := sharedBy(p.acl, c.Claim.Resource)
		if owner == "" {
			continue
		}
		if !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
		under = append(under, p.subnet+" is under "+p.acl.ID)
	}
	if len(owners) == 0 {
		return nil
	}
	return quarantine.Failf(quarantine.SharedNetwork,
		"the network belongs to account %s, which shares it: its owner must cut. %s, and EC2 lets no other account replace that",
		strings.Join(owners, " and account "), strings.Join(under, ", "))
}

// sharedBy is the account that shares the ACL's VPC with the resource's, or "".
func sharedBy(acl quarantine.NetworkACL, r quarantine.Resource) string {
	if acl.OwnerID == r.AccountID {
		return ""
	}
	return acl.OwnerID
}

// plannedShared says of a subnet that it cannot be cut from the instance's account.
func plannedShared(n quarantine.Interface, acl quarantine.NetworkACL) string {
	return fmt.Sprintf("%s in %s: the network belongs to account %s, which shares it. Its owner must cut: %s stays there",
		n.SubnetID, n.VPCID, acl.OwnerID, acl.ID)
}
