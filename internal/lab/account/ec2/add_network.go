package ec2

import (
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// VPC describes a VPC to create.
type VPC struct {
	ID       string
	CIDRs    []string // none means 10.0.0.0/16
	IPv6CIDR string   // "" is none
	Tags     map[string]string
}

// Subnet describes a subnet to create.
type Subnet struct {
	ID       string
	VPC      string
	CIDR     string
	IPv6CIDR string // "" is none
	Zone     string // availability zone; "" is the Region's first
	ACL      string // "" is the VPC's default network ACL
	Tags     map[string]string
}

// AddVPC creates a VPC with its defaults: a default network ACL that allows everything, a default
// security group whose members can reach each other, and a main route table with the local
// route. It returns the VPC's ID.
func (r *Resources) AddVPC(v VPC) string {
	defer r.service.Change()()
	id := r.idOr(v.ID, KindVPC.Prefix)
	if len(v.CIDRs) == 0 {
		v.CIDRs = []string{"10.0.0.0/16"}
	}
	vpc := &types.Vpc{
		VpcId: &id, CidrBlock: &v.CIDRs[0], State: types.VpcStateAvailable, OwnerId: aws.String(r.service.AccountID()),
		IsDefault: aws.Bool(false), Tags: toTags(v.Tags),
	}
	for _, c := range v.CIDRs {
		mustPrefix(c)
		vpc.CidrBlockAssociationSet = append(vpc.CidrBlockAssociationSet, types.VpcCidrBlockAssociation{CidrBlock: aws.String(c)})
	}
	if v.IPv6CIDR != "" {
		mustPrefix(v.IPv6CIDR)
		vpc.Ipv6CidrBlockAssociationSet = []types.VpcIpv6CidrBlockAssociation{{Ipv6CidrBlock: &v.IPv6CIDR}}
	}
	r.network.vpcs.add(id, vpc)
	r.addDefaults(vpc)
	return id
}

func (r *Resources) addDefaults(vpc *types.Vpc) {
	id := *vpc.VpcId
	acl := r.insertACL(id, []types.Tag{})
	acl.IsDefault = aws.Bool(true)
	acl.Entries = append(aclEntries(allowAll(vpc.Ipv6CidrBlockAssociationSet != nil)), acl.Entries...)

	group := r.idOr("", KindGroup.Prefix)
	r.insertGroup(SecurityGroup{
		ID: group, VPC: id, Name: "default",
		Ingress: []Rule{{Source: group}}, Egress: []Rule{{Source: "0.0.0.0/0"}},
	})

	table := &types.RouteTable{RouteTableId: aws.String(r.service.NewID("rtb")), VpcId: &id, OwnerId: aws.String(r.service.AccountID())}
	table.Associations = []types.RouteTableAssociation{{
		Main: aws.Bool(true), RouteTableAssociationId: aws.String(r.service.NewID("rtbassoc")), RouteTableId: table.RouteTableId,
	}}
	table.Routes = localRoutes(vpc)
	r.network.routeTables.add(*table.RouteTableId, table)
}

func localRoutes(vpc *types.Vpc) []types.Route {
	var routes []types.Route
	for _, c := range vpc.CidrBlockAssociationSet {
		routes = append(routes, types.Route{DestinationCidrBlock: c.CidrBlock, GatewayId: aws.String("local"), State: types.RouteStateActive})
	}
	for _, c := range vpc.Ipv6CidrBlockAssociationSet {
		routes = append(routes, types.Route{DestinationIpv6CidrBlock: c.Ipv6CidrBlock, GatewayId: aws.String("local"), State: types.RouteStateActive})
	}
	return routes
}

// AddSubnet creates a subnet, associates it with its ACL, and returns its ID.
func (r *Resources) AddSubnet(s Subnet) string {
	defer r.service.Change()()
	must(r.network.vpcs.get(s.VPC))("VPC", s.VPC)
	mustPrefix(s.CIDR)
	id := r.idOr(s.ID, KindSubnet.Prefix)
	subnet := &types.Subnet{
		SubnetId: &id, VpcId: &s.VPC, CidrBlock: &s.CIDR, AvailabilityZone: aws.String(r.zoneOr(s.Zone)),
		State: types.SubnetStateAvailable, OwnerId: aws.String(r.service.AccountID()), Tags: toTags(s.Tags),
	}
	if s.IPv6CIDR != "" {
		mustPrefix(s.IPv6CIDR)
		subnet.Ipv6CidrBlockAssociationSet = []types.SubnetIpv6CidrBlockAssociation{{Ipv6CidrBlock: &s.IPv6CIDR}}
	}
	acl := r.network.defaultACL(s.VPC)
	if s.ACL != "" {
		acl = must(r.network.acls.get(s.ACL))("network ACL", s.ACL)
	}
	r.network.subnets.add(id, subnet)
	r.associate(acl, id)
	return id
}

// AddCIDR adds a CIDR block to the VPC, with its local routes, unless the VPC has one that
// overlaps.
func (r *Resources) AddCIDR(vpc string, block netip.Prefix) {
	defer r.service.Change()()
	v := must(r.network.vpcs.get(vpc))("VPC", vpc)
	for _, c := range v.CidrBlockAssociationSet {
		if p, err := netip.ParsePrefix(aws.ToString(c.CidrBlock)); err == nil && p.Overlaps(block) {
			return
		}
	}
	text := block.String()
	v.CidrBlockAssociationSet = append(v.CidrBlockAssociationSet, types.VpcCidrBlockAssociation{CidrBlock: &text})
	for _, t := range r.network.routeTables.all() {
		if aws.ToString(t.VpcId) == vpc {
			t.Routes = append(t.Routes, types.Route{DestinationCidrBlock: &text, GatewayId: aws.String("local"), State: types.RouteStateActive})
		}
	}
}
