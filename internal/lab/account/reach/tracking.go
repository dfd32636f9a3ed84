package reach

import (
	"net/netip"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// tracks reports whether the security groups track a flow of TCP or UDP at one end of it: unless a
// rule allows it for all addresses, and a rule in the other direction allows the answers for all
// addresses and on all ports. IPv4 and IPv6 are judged apart. What is tracked whatever the rules
// are, such as flows through NAT gateways and load balancers, is not part of this network.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#untracked-connections
func (n network) tracks(end host, f flow, egress bool) bool {
	forAll := func(p types.IpPermission) bool { return permissionFits(p, f) && forEverybody(p, f.src) }
	answers := func(p types.IpPermission) bool { return onAllPorts(p, f) && forEverybody(p, f.src) }
	return !n.hasRule(end, egress, forAll) || !n.hasRule(end, !egress, answers)
}

func (n network) hasRule(end host, egress bool, match func(types.IpPermission) bool) bool {
	return slices.ContainsFunc(end.eni.Groups, func(id types.GroupIdentifier) bool {
		g := n.group(aws.ToString(id.GroupId))
		return g != nil && slices.ContainsFunc(rulesOf(g, egress), match)
	})
}

// forEverybody reports whether the permission is for all addresses of the IP version of like.
func forEverybody(p types.IpPermission, like netip.Addr) bool {
	if like.Is6() {
		return slices.ContainsFunc(p.Ipv6Ranges, func(r types.Ipv6Range) bool { return aws.ToString(r.CidrIpv6) == "::/0" })
	}
	return slices.ContainsFunc(p.IpRanges, func(r types.IpRange) bool { return aws.ToString(r.CidrIp) == "0.0.0.0/0" })
}

const lastPort = 65535

func onAllPorts(p types.IpPermission, f flow) bool {
	number := ec2.ProtocolNumber(aws.ToString(p.IpProtocol))
	all := aws.ToInt32(p.FromPort) == 0 && aws.ToInt32(p.ToPort) == lastPort
	return number == "-1" || number == f.protocol && all
}

// Idle timeouts of tracked flows where the interface sets none. That of TCP is 350 seconds for
// instance types of Nitro v6, which only an interface that says so has here. A UDP flow is a stream
// from its second answer on.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/security-group-connection-tracking.html#connection-tracking-timeouts
const (
	tcpIdle       = 432_000 * time.Second
	udpIdle       = 30 * time.Second
	udpStreamIdle = 180 * time.Second
)

// idle is how long the interface at one end remembers the connection.
func (c *Connection) idle(end host, f flow) time.Duration {
	set := end.eni.ConnectionTrackingConfiguration
	if set == nil {
		set = &types.ConnectionTrackingSpecificationResponse{}
	}
	switch {
	case f.protocol == ec2.ProtocolNumber("tcp"):
		return secondsOr(set.TcpEstablishedTimeout, tcpIdle)
	case c.passed > 1:
		return secondsOr(set.UdpStreamTimeout, udpStreamIdle)
	default:
		return secondsOr(set.UdpTimeout, udpIdle)
	}
}

func secondsOr(set *int32, otherwise time.Duration) time.Duration {
	if set == nil {
		return otherwise
	}
	return time.Duration(*set) * time.Second
}
