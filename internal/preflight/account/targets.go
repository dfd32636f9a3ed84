package account

import (
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// targets are what powers are tried on: an instance and what hangs on it, chosen so that as much as
// can be is tried. What is not found stays empty.
func (n *reading) targets(ctx context.Context) preflight.Targets {
	t := preflight.Targets{Account: n.Account, Region: n.Region}
	if all := n.asked(n.seen.instances); len(all) > 0 {
		t.VPC = all[0]
	}
	n.ofInstance(ctx, &t)
	n.ofSubnet(&t)
	t.Snapshot, _ = n.Network.OwnSnapshot(ctx, n.r) // it is not known then, which each power says
	if t.Group == "" && len(n.seen.groups) > 0 {
		t.Group = n.seen.groups[0].Name
	}
	for _, p := range n.people.found {
		if p.User {
			t.User = p.Name
			break
		}
	}
	return t
}

func (n *reading) ofInstance(ctx context.Context, t *preflight.Targets) {
	candidates := slices.DeleteFunc(slices.Clone(n.seen.instances), func(i quarantine.Instance) bool { return len(i.Subnets()) == 0 })
	if len(candidates) == 0 {
		return
	}
	best := slices.MaxFunc(candidates, func(a, b quarantine.Instance) int { return n.worth(a) - n.worth(b) })
	t.Instance, t.Group = best.ID, best.AutoScalingGroup()
	at := slices.IndexFunc(best.Interfaces, func(i quarantine.Interface) bool { return i.SubnetID != "" })
	nic := best.Interfaces[at]
	t.VPC, t.Subnet, t.Interface = nic.VPCID, nic.SubnetID, nic.ID
	if len(nic.SecurityGroups) > 0 {
		t.SecurityGroup = nic.SecurityGroups[0]
	}
	if len(best.Volumes) > 0 {
		t.Volume = best.Volumes[0].ID
	}
	if best.ProfileARN == "" {
		return
	}
	if role, err := n.Principals.ProfileRole(ctx, n.r, best.ProfileARN); err == nil {
		t.Role = role.Name
	}
}

// worth is how much can be tried on an instance. Of two alike, the first is taken.
func (n *reading) worth(i quarantine.Instance) (points int) {
	for _, has := range []bool{n.ownACL(i), i.ProfileARN != "", len(i.Volumes) > 0, i.State == "running", i.AutoScalingGroup() != ""} {
		points *= 2
		if has {
			points++
		}
	}
	return points
}

// ownACL tells whether the account can replace the network ACL of the instance's first subnet.
func (n *reading) ownACL(i quarantine.Instance) bool {
	acl, _ := n.under(i.Subnets()[0])
	return acl.ID != "" && (acl.OwnerID == "" || acl.OwnerID == n.Account)
}

// under is the network ACL that a subnet has, and their association.
func (n *reading) under(subnet string) (quarantine.NetworkACL, quarantine.Association) {
	for _, acls := range n.seen.acls {
		for _, acl := range acls {
			for _, a := range acl.Associations {
				if a.SubnetID == subnet {
					return acl, a
				}
			}
		}
	}
	return quarantine.NetworkACL{}, quarantine.Association{}
}

// ofSubnet finds the subnet's network ACL; without an instance, any subnet of the VPC will do.
func (n *reading) ofSubnet(t *preflight.Targets) {
	if t.Subnet == "" {
		for _, acl := range n.seen.acls[t.VPC] {
			if len(acl.Associations) > 0 {
				t.Subnet = acl.Associations[0].SubnetID
				break
			}
		}
	}
	if t.Subnet == "" {
		return
	}
	acl, association := n.under(t.Subnet)
	t.NetworkACL, t.Association = acl.ID, association.ID
}
