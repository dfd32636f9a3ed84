package simaws

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// AddInternetGateway makes an internet gateway, attaches it to the VPC, and
// gives its id. What is to use it needs a route.
func (a *Account) AddInternetGateway(vpc string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	must(a.network.vpcs.get(vpc))("VPC", vpc)
	id := a.newID("igw")
	a.network.gateways.add(id, &types.InternetGateway{
		InternetGatewayId: &id, OwnerId: aws.String(a.opts.AccountID), Tags: []types.Tag{},
		Attachments: []types.InternetGatewayAttachment{{VpcId: &vpc, State: types.AttachmentStatus("available")}},
	})
	return id
}

// AddRouteTable makes a route table with the local routes, associates it with
// the subnets, and gives its id.
func (a *Account) AddRouteTable(vpc string, subnets ...string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	v := must(a.network.vpcs.get(vpc))("VPC", vpc)
	table := &types.RouteTable{
		RouteTableId: aws.String(a.newID("rtb")), VpcId: &vpc, OwnerId: aws.String(a.opts.AccountID), Routes: localRoutes(v),
	}
	for _, s := range subnets {
		must(a.network.subnets.get(s))("subnet", s)
		table.Associations = append(table.Associations, types.RouteTableAssociation{
			RouteTableAssociationId: aws.String(a.newID("rtbassoc")), RouteTableId: table.RouteTableId, SubnetId: aws.String(s), Main: aws.Bool(false),
		})
	}
	a.network.routeTables.add(*table.RouteTableId, table)
	return *table.RouteTableId
}

// MainRouteTable gives the id of the VPC's main route table.
func (a *Account) MainRouteTable(vpc string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, t := range a.network.routeTables.all() {
		if aws.ToString(t.VpcId) == vpc && slices.ContainsFunc(t.Associations, isMain) {
			return *t.RouteTableId
		}
	}
	panic(fmt.Sprintf("simaws: VPC %q has no main route table", vpc))
}

func isMain(as types.RouteTableAssociation) bool { return aws.ToBool(as.Main) }

// AddRoute adds a route to a table. The target is a gateway's id: igw-, nat-,
// tgw-, pcx-, or "local".
func (a *Account) AddRoute(table, cidr, target string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := must(a.network.routeTables.get(table))("route table", table)
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
