package ec2

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Description is the content of EC2 without snapshots, in the types with which its API describes
// it.
type Description struct {
	Instances        []*types.Instance
	Volumes          []*types.Volume
	Subnets          []*types.Subnet
	NetworkACLs      []*types.NetworkAcl
	VPCs             []*types.Vpc
	SecurityGroups   []*types.SecurityGroup
	RouteTables      []*types.RouteTable
	InternetGateways []*types.InternetGateway
	// Interfaces are what DescribeNetworkInterfaces shows, attachments of the instances or not.
	Interfaces []*types.NetworkInterface

	Unknown Unknown
}

// Unknown says which parts were missing from a loaded description.
type Unknown struct{ VPCs, SecurityGroups, RouteTables, InternetGateways bool }

// Read calls f with the content of EC2 at one instant. f must neither modify nor keep any of it,
// nor call the account.
func (r *Resources) Read(f func(Description)) {
	r.service.Lock()
	defer r.service.Unlock()
	f(Description{
		Instances: r.storage.instances.all(), Volumes: r.storage.volumes.all(), Subnets: r.network.subnets.all(),
		NetworkACLs: r.network.acls.all(), VPCs: r.network.vpcs.all(), SecurityGroups: r.network.groups.all(),
		RouteTables: r.network.routeTables.all(), InternetGateways: r.network.gateways.all(),
		Interfaces: r.network.interfaces.all(), Unknown: r.network.unknown,
	})
}

// Fill adds the description's resources, which must be valid. If a subnet's VPC is not described,
// it is created from what the subnet says. The instances' interfaces that are not among the
// Interfaces are taken for not requester-managed, which DescribeInstances does not tell.
func (r *Resources) Fill(d Description) {
	defer r.service.Change()()
	addAll(&r.storage.instances, d.Instances, func(i *types.Instance) *string { return i.InstanceId })
	addAll(&r.storage.volumes, d.Volumes, func(v *types.Volume) *string { return v.VolumeId })
	addAll(&r.network.subnets, d.Subnets, func(s *types.Subnet) *string { return s.SubnetId })
	addAll(&r.network.acls, d.NetworkACLs, func(n *types.NetworkAcl) *string { return n.NetworkAclId })
	addAll(&r.network.vpcs, d.VPCs, func(v *types.Vpc) *string { return v.VpcId })
	addAll(&r.network.groups, d.SecurityGroups, func(g *types.SecurityGroup) *string { return g.GroupId })
	addAll(&r.network.routeTables, d.RouteTables, func(t *types.RouteTable) *string { return t.RouteTableId })
	addAll(&r.network.gateways, d.InternetGateways, func(g *types.InternetGateway) *string { return g.InternetGatewayId })
	for _, i := range d.Instances {
		r.addInterfaces(i, func(int) bool { return false })
	}
	for _, n := range d.Interfaces {
		if of, ok := r.network.interfaces.get(*n.NetworkInterfaceId); ok {
			of.RequesterManaged, of.TagSet = n.RequesterManaged, n.TagSet
			continue
		}
		r.network.interfaces.add(*n.NetworkInterfaceId, n)
	}
	for _, s := range d.Subnets {
		if _, ok := r.network.vpcs.get(*s.VpcId); !ok {
			r.network.vpcs.add(*s.VpcId, &types.Vpc{VpcId: s.VpcId, OwnerId: s.OwnerId})
		}
	}
	r.network.unknown = d.Unknown
}

func addAll[T any](to *collection[T], items []*T, id func(*T) *string) {
	for _, item := range items {
		to.add(*id(item), item)
	}
}

// ACLOf returns the subnet's network ACL; nil if there is none.
func (d Description) ACLOf(subnet string) *types.NetworkAcl {
	for _, acl := range d.NetworkACLs {
		for _, as := range acl.Associations {
			if aws.ToString(as.SubnetId) == subnet {
				return acl
			}
		}
	}
	return nil
}
