package ec2

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Description is what stands in EC2, in the shapes in which its API describes
// it; snapshots are left out.
type Description struct {
	Instances        []*types.Instance
	Volumes          []*types.Volume
	Subnets          []*types.Subnet
	NetworkACLs      []*types.NetworkAcl
	VPCs             []*types.Vpc
	SecurityGroups   []*types.SecurityGroup
	RouteTables      []*types.RouteTable
	InternetGateways []*types.InternetGateway

	Unknown Unknown
}

// Unknown are the parts that a loaded description was silent about.
type Unknown struct{ VPCs, SecurityGroups, RouteTables, InternetGateways bool }

// Read shows f what stands in EC2 at one instant. It must neither change nor
// keep any of it, nor call the account.
func (r *Resources) Read(f func(Description)) {
	r.service.Lock()
	defer r.service.Unlock()
	f(Description{
		Instances: r.storage.instances.all(), Volumes: r.storage.volumes.all(), Subnets: r.network.subnets.all(),
		NetworkACLs: r.network.acls.all(), VPCs: r.network.vpcs.all(), SecurityGroups: r.network.groups.all(),
		RouteTables: r.network.routeTables.all(), InternetGateways: r.network.gateways.all(), Unknown: r.network.unknown,
	})
}

// Fill adds what the description has, which must make sense. A VPC that a
// subnet is in and that is not described is made from what is known of it.
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

// ACLOf gives the network ACL that the subnet is under; nil if there is none.
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
