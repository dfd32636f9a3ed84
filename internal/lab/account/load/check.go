package load

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// checker collects the problems of a description.
type checker struct {
	problems []string
	given    map[string]json.RawMessage // the description's members
	vpcs     map[string]bool
	subnets  map[string]string // id to VPC
	groups   map[string]bool
	volumes  map[string]bool
}

func (c *checker) say(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// check finds what would make the account inconsistent: missing or duplicate IDs, references to
// missing resources, subnets with no ACL or with two.
func (e *export) check(given map[string]json.RawMessage) []string {
	c := &checker{given: given, vpcs: map[string]bool{}, subnets: map[string]string{}}
	c.vpcs = ids(c, ec2.KindVPC, e.Vpcs, func(v types.Vpc) *string { return v.VpcId })
	c.groups = ids(c, ec2.KindGroup, e.SecurityGroups, func(g types.SecurityGroup) *string { return g.GroupId })
	c.volumes = ids(c, ec2.KindVolume, e.Volumes, func(v types.Volume) *string { return v.VolumeId })
	ids(c, ec2.KindSubnet, e.Subnets, func(s types.Subnet) *string { return s.SubnetId })
	ids(c, ec2.KindACL, e.NetworkAcls, func(n types.NetworkAcl) *string { return n.NetworkAclId })
	ids(c, ec2.Kind{Prefix: "rtb", Word: "route-table"}, e.RouteTables, func(t types.RouteTable) *string { return t.RouteTableId })
	ids(c, ec2.Kind{Prefix: "igw", Word: "internet-gateway"}, e.InternetGateways, func(g types.InternetGateway) *string { return g.InternetGatewayId })
	var instances []types.Instance
	for _, r := range e.Reservations {
		instances = append(instances, r.Instances...)
	}
	ids(c, ec2.KindInstance, instances, func(i types.Instance) *string { return i.InstanceId })

	var interfaces []types.InstanceNetworkInterface
	for _, i := range instances {
		interfaces = append(interfaces, i.NetworkInterfaces...)
	}
	ids(c, ec2.KindInterface, interfaces, func(n types.InstanceNetworkInterface) *string { return n.NetworkInterfaceId })
	ids(c, ec2.KindInterface, e.Interfaces, func(n types.NetworkInterface) *string { return n.NetworkInterfaceId })

	c.checkSubnets(e.Subnets)
	c.checkACLs(e.NetworkAcls)
	for _, i := range instances {
		c.checkInstance(i)
	}
	c.checkRoutes(e)
	c.checkGroups(e)
	return c.problems
}

// ids returns the resources' IDs, and reports missing, malformed and duplicate ones.
func ids[T any](c *checker, k ec2.Kind, items []T, id func(T) *string) map[string]bool {
	seen := map[string]bool{}
	for n, item := range items {
		switch text := aws.ToString(id(item)); {
		case !k.WellFormed(text):
			c.say("%s number %d: the id %q does not look like %s-0123456789abcdef0", k.Word, n+1, text, k.Prefix)
		case seen[text]:
			c.say("%s %s is described twice", k.Word, text)
		default:
			seen[text] = true
		}
	}
	return seen
}

func (c *checker) checkSubnets(subnets []types.Subnet) {
	for _, s := range subnets {
		id, vpc := aws.ToString(s.SubnetId), aws.ToString(s.VpcId)
		c.subnets[id] = vpc
		if !ec2.KindVPC.WellFormed(vpc) || c.given["Vpcs"] != nil && !c.vpcs[vpc] {
			c.say("subnet %s is in VPC %q, which is not described", id, vpc)
		}
		if s.CidrBlock != nil || len(s.Ipv6CidrBlockAssociationSet) == 0 {
			c.prefix("subnet "+id, s.CidrBlock)
		}
		for _, b := range s.Ipv6CidrBlockAssociationSet {
			c.prefix("subnet "+id, b.Ipv6CidrBlock)
		}
	}
}

// prefix reports an invalid CIDR block.
func (c *checker) prefix(where string, cidr *string) {
	if _, err := netip.ParsePrefix(aws.ToString(cidr)); err != nil {
		c.say("%s: %q is not a CIDR block", where, aws.ToString(cidr))
	}
}

func (c *checker) checkACLs(acls []types.NetworkAcl) {
	under, associations := map[string]string{}, map[string]bool{}
	for _, acl := range acls {
		id := aws.ToString(acl.NetworkAclId)
		for _, as := range acl.Associations {
			subnet, name := aws.ToString(as.SubnetId), aws.ToString(as.NetworkAclAssociationId)
			switch vpc := c.subnets[subnet]; {
			case vpc != aws.ToString(acl.VpcId):
				c.say("network ACL %s of VPC %q is associated with subnet %s of VPC %q", id, aws.ToString(acl.VpcId), subnet, vpc)
			case under[subnet] != "":
				c.say("subnet %s is associated with two network ACLs, %s and %s", subnet, under[subnet], id)
			}
			if name == "" || associations[name] {
				c.say("network ACL %s: the association id %q is missing or used twice", id, name)
			}
			under[subnet], associations[name] = id, true
		}
		for _, entry := range acl.Entries {
			c.checkEntry(id, entry)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.subnets)) {
		if under[id] == "" {
			c.say("subnet %s is associated with no network ACL; is the export of the ACLs complete?", id)
		}
	}
}

func (c *checker) checkEntry(acl string, e types.NetworkAclEntry) {
	if e.RuleNumber == nil || e.Egress == nil || e.Protocol == nil || (e.RuleAction != types.RuleActionAllow && e.RuleAction != types.RuleActionDeny) {
		c.say("network ACL %s: an entry needs RuleNumber, Egress, Protocol and RuleAction", acl)
		return
	}
	where := fmt.Sprintf("network ACL %s rule %d", acl, *e.RuleNumber)
	if e.Ipv6CidrBlock != nil {
		c.prefix(where, e.Ipv6CidrBlock)
	} else {
		c.prefix(where, e.CidrBlock)
	}
	if e.PortRange != nil && (e.PortRange.From == nil || e.PortRange.To == nil) {
		c.say("%s: a port range needs From and To", where)
	}
}

func (c *checker) checkInstance(i types.Instance) {
	id := aws.ToString(i.InstanceId)
	switch states := types.InstanceStateName("").Values(); {
	case i.State == nil || i.State.Name == "":
		c.say("instance %s has no State", id)
	case !slices.Contains(states, i.State.Name):
		c.say("instance %s: its State is %q, and not one of %q", id, i.State.Name, states)
	}
	for _, eni := range i.NetworkInterfaces {
		name, subnet := aws.ToString(eni.NetworkInterfaceId), aws.ToString(eni.SubnetId)
		vpc, known := c.subnets[subnet]
		if !known {
			c.say("instance %s: interface %s is in subnet %q, which is not described; export the subnets without --filters", id, name, subnet)
		} else if aws.ToString(eni.VpcId) != vpc {
			c.say("instance %s: interface %s is in VPC %q, but its subnet %s in %s", id, name, aws.ToString(eni.VpcId), subnet, vpc)
		}
		for _, g := range eni.Groups {
			if c.given["SecurityGroups"] != nil && !c.groups[aws.ToString(g.GroupId)] {
				c.say("instance %s: interface %s has security group %q, which is not described", id, name, aws.ToString(g.GroupId))
			}
		}
	}
	for _, m := range i.BlockDeviceMappings {
		if m.Ebs != nil && !c.volumes[aws.ToString(m.Ebs.VolumeId)] {
			c.say("instance %s has volume %q, which is not described; export the volumes without --filters", id, aws.ToString(m.Ebs.VolumeId))
		}
	}
}

func (c *checker) checkRoutes(e *export) {
	for _, t := range e.RouteTables {
		id := aws.ToString(t.RouteTableId)
		for _, r := range t.Routes {
			switch {
			case r.DestinationCidrBlock != nil:
				c.prefix("route table "+id, r.DestinationCidrBlock)
			case r.DestinationIpv6CidrBlock != nil:
				c.prefix("route table "+id, r.DestinationIpv6CidrBlock)
			}
		}
	}
	for _, g := range e.SecurityGroups {
		for _, p := range append(append([]types.IpPermission(nil), g.IpPermissions...), g.IpPermissionsEgress...) {
			if p.IpProtocol == nil {
				c.say("security group %s: a permission needs IpProtocol", aws.ToString(g.GroupId))
			}
			for _, r := range p.IpRanges {
				c.prefix("security group "+aws.ToString(g.GroupId), r.CidrIp)
			}
			for _, r := range p.Ipv6Ranges {
				c.prefix("security group "+aws.ToString(g.GroupId), r.CidrIpv6)
			}
		}
	}
}
