package ec2

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// AddInternetGateway creates an internet gateway, attaches it to the VPC, and returns its ID.
// Subnets need a route to it.
func (r *Resources) AddInternetGateway(vpc string) string {
	defer r.service.Change()()
	must(r.network.vpcs.get(vpc))("VPC", vpc)
	id := r.service.NewID("igw")
	r.network.gateways.add(id, &types.InternetGateway{
		InternetGatewayId: &id, OwnerId: aws.String(r.service.AccountID()), Tags: []types.Tag{},
		Attachments: []types.InternetGatewayAttachment{{VpcId: &vpc, State: types.AttachmentStatus("available")}},
	})
	return id
}

// AddRouteTable creates a route table with the local routes, associates it with the subnets, and
// returns its ID.
func (r *Resources) AddRouteTable(vpc string, subnets ...string) string {
	defer r.service.Change()()
	v := must(r.network.vpcs.get(vpc))("VPC", vpc)
	table := &types.RouteTable{
		RouteTableId: aws.String(r.service.NewID("rtb")), VpcId: &vpc, OwnerId: aws.String(r.service.AccountID()), Routes: localRoutes(v),
	}
	for _, s := range subnets {
		must(r.network.subnets.get(s))("subnet", s)
		table.Associations = append(table.Associations, types.RouteTableAssociation{
			RouteTableAssociationId: aws.String(r.service.NewID("rtbassoc")), RouteTableId: table.RouteTableId, SubnetId: aws.String(s), Main: aws.Bool(false),
		})
	}
	r.network.routeTables.add(*table.RouteTableId, table)
	return *table.RouteTableId
}

// MainRouteTable returns the ID of the VPC's main route table.
func (r *Resources) MainRouteTable(vpc string) string {
	r.service.Lock()
	defer r.service.Unlock()
	for _, t := range r.network.routeTables.all() {
		if aws.ToString(t.VpcId) == vpc && slices.ContainsFunc(t.Associations, IsMain) {
			return *t.RouteTableId
		}
	}
	panic(fmt.Sprintf("account: VPC %q has no main route table", vpc))
}

// IsMain reports whether the association makes a route table its VPC's main one.
func IsMain(as types.RouteTableAssociation) bool { return aws.ToBool(as.Main) }

// AddRoute adds a route to a table. The target is a gateway's ID (igw-, nat-, tgw-, pcx-) or
// "local".
func (r *Resources) AddRoute(table, cidr, target string) {
	defer r.service.Change()()
	t := must(r.network.routeTables.get(table))("route table", table)
	route := types.Route{State: types.RouteStateActive}
	if mustPrefix(cidr).Addr().Is6() {
		route.DestinationIpv6CidrBlock = &cidr
	} else {
		route.DestinationCidrBlock = &cidr
	}
	switch prefix, _, _ := strings.Cut(target, "-"); prefix {
	case "nat":
		route.NatGatewayId = &target
	case "tgw":
		route.TransitGatewayId = &target
	case "pcx":
		route.VpcPeeringConnectionId = &target
	default:
		route.GatewayId = &target
	}
	t.Routes = append(t.Routes, route)
}
