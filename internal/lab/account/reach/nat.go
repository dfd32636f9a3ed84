package reach

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// natIdle is how long a NAT gateway remembers a connection without packets.
const natIdle = 350 * time.Second

// toNAT finds the NAT gateway that a route leads to. Its interface is where it is in the network;
// the service describes it with the gateway's id.
func (t *trip) toNAT(id string) {
	for _, n := range t.net.Interfaces {
		if !isNAT(n.InterfaceType) || !strings.HasSuffix(aws.ToString(n.Description), id) {
			continue
		}
		if h, err := hostOf(asAttached(n), false); err == nil {
			t.nat = &h
			t.pass(RuleNAT, "NAT gateway %s in %s", id, h.subnet)
			return
		}
	}
	t.unsure(RuleDescription, "where %s stands: its interface is not described", id)
}

// isNAT reports whether an interface is a NAT gateway's. EC2's reference has natGateway as a value
// and nat_gateway as a filter, and answers with the latter.
func isNAT(t types.NetworkInterfaceType) bool {
	return t == types.NetworkInterfaceTypeNatGateway || t == "nat_gateway"
}

// throughNAT checks the way through the subnet of the NAT gateway, if there is one: in with the
// sender's address, on with its own, and back.
func (t *trip) throughNAT(from, to host, there flow) {
	if t.nat == nil {
		return
	}
	nat, on := *t.nat, there
	on.src = nat.addr
	const which, answer = "at the NAT gateway, ", "at the NAT gateway, the answer, "
	if nat.subnet != from.subnet {
		t.acl(nat, there, false, which)
		t.acl(nat, there.answer(), true, answer)
	}
	t.acl(nat, on, true, which)
	t.acl(nat, on.answer(), false, answer)
	t.route(nat, to)
}
