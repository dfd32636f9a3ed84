package reach

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// route checks the way from one host to another with the route table of the first host's subnet:
// the most specific route wins.
//
// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
func (t *trip) route(from, to host) {
	if from.eni == nil {
		return
	}
	if t.net.Unknown.RouteTables {
		t.unsure(RuleDescription, "the route tables of %s were not given", from.vpc)
		return
	}
	table := t.net.routeTableOf(from)
	if table == nil {
		t.unsure(RuleDescription, "the route table of %s was not given", from.subnet)
		return
	}
	r, ok := longest(table.Routes, to.addr)
	switch target := routeTarget(r); {
	case !ok && hasPrefixList(table.Routes):
		t.unsure(RuleDescription, "whether a prefix list in route table %s holds %s", *table.RouteTableId, to.addr)
	case !ok:
		t.stop(RuleRoute, "route table %s has no route to %s", *table.RouteTableId, to.addr)
	case r.State == types.RouteStateBlackhole:
		t.stop(RuleRoute, "route table %s drops what goes to %s", *table.RouteTableId, to.addr)
	case target == "local":
		t.local(from, to, *table.RouteTableId)
	case strings.HasPrefix(target, "igw-") && to.eni == nil:
		t.gateway(from, target)
	case strings.HasPrefix(target, "nat-") && to.eni == nil && t.nat == nil && !t.back:
		t.toNAT(target)
	default:
		t.unsure(RuleDescription, "route table %s sends %s to %s, and what that does with it is not part of the description", *table.RouteTableId, to.addr, target)
	}
}

func (t *trip) local(from, to host, table string) {
	switch {
	case to.eni == nil:
		t.stop(RuleRoute, "nothing in %s has the address %s", from.vpc, to.addr)
	case to.vpc != from.vpc:
		t.stop(RuleRoute, "route table %s keeps %s within %s, and it is in %s", table, to.addr, from.vpc, to.vpc)
	default:
		t.pass(RuleRoute, "route table %s has the local route to %s", table, to.addr)
	}
}

// gateway checks the way through an internet gateway, which assigns no public address:
// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
func (t *trip) gateway(from host, id string) {
	if !from.public {
		t.unreached(from)
		return
	}
	if t.net.Unknown.InternetGateways {
		t.unsure(RuleDescription, "the internet gateways of %s were not given", from.vpc)
		return
	}
	if !t.net.isAttached(id, from.vpc) {
		t.stop(RuleGateway, "internet gateway %s is not attached to %s", id, from.vpc)
		return
	}
	t.pass(RuleGateway, "internet gateway %s", id)
}

func (n network) isAttached(gateway, vpc string) bool {
	for _, g := range n.InternetGateways {
		if aws.ToString(g.InternetGatewayId) == gateway {
			return slices.ContainsFunc(g.Attachments, func(at types.InternetGatewayAttachment) bool { return aws.ToString(at.VpcId) == vpc })
		}
	}
	return false
}

// routeTableOf returns the route table associated with the host's subnet, or else the VPC's main
// one.
func (n network) routeTableOf(h host) *types.RouteTable {
	var main *types.RouteTable
	for _, t := range n.RouteTables {
		for _, as := range t.Associations {
			if aws.ToString(as.SubnetId) == h.subnet {
				return t
			}
			if ec2.IsMain(as) && aws.ToString(t.VpcId) == h.vpc {
				main = t
			}
		}
	}
	return main
}

func longest(routes []types.Route, to netip.Addr) (best types.Route, found bool) {
	bits := -1
	for _, r := range routes {
		p, err := netip.ParsePrefix(aws.ToString(r.DestinationCidrBlock))
		if r.DestinationIpv6CidrBlock != nil {
			p, err = netip.ParsePrefix(*r.DestinationIpv6CidrBlock)
		}
		if err == nil && p.Contains(to) && p.Bits() > bits {
			best, found, bits = r, true, p.Bits()
		}
	}
	return best, found
}

// hasPrefixList skips the prefix lists of gateway endpoints, which hold only the addresses of S3
// and DynamoDB.
func hasPrefixList(routes []types.Route) bool {
	return slices.ContainsFunc(routes, func(r types.Route) bool {
		return r.DestinationPrefixListId != nil && !strings.HasPrefix(aws.ToString(r.GatewayId), "vpce-")
	})
}

func routeTarget(r types.Route) string {
	for _, id := range []*string{
		r.GatewayId, r.NatGatewayId, r.TransitGatewayId, r.VpcPeeringConnectionId, r.EgressOnlyInternetGatewayId, r.NetworkInterfaceId,
		r.InstanceId, r.LocalGatewayId, r.CarrierGatewayId, r.CoreNetworkArn, r.OdbNetworkArn,
	} {
		if id != nil {
			return *id
		}
	}
	return "an unknown target"
}
