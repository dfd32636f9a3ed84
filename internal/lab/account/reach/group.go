package reach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// group checks the packet against the security groups of the host's interface. They allow what any
// of their rules allows, and are stateful: the answer to allowed traffic needs no rule.
//
// https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
func (t *trip) group(h host, f flow, egress bool, peer host) {
	if h.eni == nil {
		return
	}
	var names []string
	listed, missing := false, t.net.Unknown.SecurityGroups && len(h.eni.Groups) == 0
	for _, id := range h.eni.Groups {
		names = append(names, aws.ToString(id.GroupId))
		g := t.net.group(aws.ToString(id.GroupId))
		if g == nil {
			missing = missing || t.net.Unknown.SecurityGroups
			continue
		}
		for _, p := range rulesOf(g, egress) {
			if !permissionFits(p, f) {
				continue
			}
			if block := permits(p, f, egress, peer); block != "" {
				t.pass(RuleGroup, "security group %s allows %s", *g.GroupId, heading(f, egress, block))
				return
			}
			listed = listed || len(p.PrefixListIds) > 0
		}
	}
	if missing {
		t.unsure(RuleDescription, "the security groups of %s were not given", h.name())
		return
	}
	what := fmt.Sprintf("%s of %s", strings.Join(names, ", "), h.name())
	if listed {
		t.unsure(RuleDescription, "whether a prefix list in security group %s holds %s", what, f.far(egress))
		return
	}
	t.stop(RuleGroup, "no rule of security group %s allows %s", what, heading(f, egress, f.far(egress).String()))
}

// Ports are the TCP ports that inbound rules of a host's security groups begin with, in their order.
func Ports(d ec2.Description, host string) (ports []int) {
	n := network{d}
	h, err := n.host(host, false)
	if err != nil || h.eni == nil {
		return nil
	}
	for _, id := range h.eni.Groups {
		g := n.group(aws.ToString(id.GroupId))
		if g == nil {
			continue
		}
		for _, p := range g.IpPermissions {
			if port := int(aws.ToInt32(p.FromPort)); ec2.ProtocolNumber(aws.ToString(p.IpProtocol)) == ec2.ProtocolNumber("tcp") && port > 0 {
				ports = append(ports, port)
			}
		}
	}
	return ports
}

func (n network) group(id string) *types.SecurityGroup {
	for _, g := range n.SecurityGroups {
		if aws.ToString(g.GroupId) == id {
			return g
		}
	}
	return nil
}

func rulesOf(g *types.SecurityGroup, egress bool) []types.IpPermission {
	if egress {
		return g.IpPermissionsEgress
	}
	return g.IpPermissions
}

// permissionFits compares protocol and ports.
func permissionFits(p types.IpPermission, f flow) bool {
	number := ec2.ProtocolNumber(aws.ToString(p.IpProtocol))
	switch {
	case number == "-1":
		return true
	case number != f.protocol:
		return false
	case f.isICMP(): // FromPort is the type, ToPort the code
		return fits(p.FromPort, f.icmpType) && fits(p.ToPort, 0)
	case p.FromPort == nil || p.ToPort == nil:
		return true
	default:
		return int(*p.FromPort) <= f.dstPort && f.dstPort <= int(*p.ToPort)
	}
}

// permits returns the permission's source or destination that matches the packet, or "".
func permits(p types.IpPermission, f flow, egress bool, peer host) string {
	for _, r := range p.IpRanges {
		if within(aws.ToString(r.CidrIp), f.far(egress)) {
			return *r.CidrIp
		}
	}
	for _, r := range p.Ipv6Ranges {
		if within(aws.ToString(r.CidrIpv6), f.far(egress)) {
			return *r.CidrIpv6
		}
	}
	for _, pair := range p.UserIdGroupPairs {
		if peer.eni != nil && slices.ContainsFunc(peer.eni.Groups, func(g types.GroupIdentifier) bool {
			return aws.ToString(g.GroupId) == aws.ToString(pair.GroupId)
		}) {
			return aws.ToString(pair.GroupId)
		}
	}
	return ""
}
