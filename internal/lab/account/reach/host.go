package reach

import (
	"fmt"
	"net/netip"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
)

// host is one end of a connection; eni is nil for the internet.
type host struct {
	addr   netip.Addr // as seen in the VPC
	eni    *types.InstanceNetworkInterface
	subnet string
	vpc    string
	public bool // has an address of its own that the internet can reach
	// carried says that the address outside is a carrier's, or of an on-premises network:
	// who reaches it is not part of the description.
	carried bool
	// always says why the other end tracks what is exchanged with it, whatever its rules are; ""
	// if the rules decide.
	always string
}

// Families tells which versions of IP an instance has addresses of.
func Families(d ec2.Description, instance string) (ipv4, ipv6 bool) {
	for _, i := range d.Instances {
		if aws.ToString(i.InstanceId) != instance {
			continue
		}
		for n, eni := range i.NetworkInterfaces {
			_, err4 := hostOf(&i.NetworkInterfaces[n], false)
			ipv4 = ipv4 || err4 == nil
			ipv6 = ipv6 || len(eni.Ipv6Addresses) > 0
		}
	}
	return ipv4, ipv6
}

// An address in the internet; the blocks are reserved for documentation.
var (
	somewhere4 = netip.MustParseAddr("203.0.113.7")
	somewhere6 = netip.MustParseAddr("2001:db8:ffff::7")
)

func (n network) host(name string, ipv6 bool) (host, error) {
	if name == Internet {
		if ipv6 {
			return host{addr: somewhere6}, nil
		}
		return host{addr: somewhere4}, nil
	}
	if addr, err := netip.ParseAddr(name); err == nil {
		return n.hostAt(addr), nil
	}
	for _, i := range n.Instances {
		if aws.ToString(i.InstanceId) == name && len(i.NetworkInterfaces) > 0 {
			return hostOf(&i.NetworkInterfaces[0], ipv6)
		}
	}
	for eni := range n.interfaces {
		if aws.ToString(eni.NetworkInterfaceId) == name {
			return hostOf(eni, ipv6)
		}
	}
	return host{}, fmt.Errorf("there is no instance or interface %q with a place in the network", name)
}

// hostAt returns the interface that has the private or public address, or else a host in the
// internet.
func (n network) hostAt(addr netip.Addr) host {
	for eni := range n.interfaces {
		if h, err := hostOf(eni, addr.Is6()); err == nil && hasAddress(h, addr) {
			return h
		}
	}
	return host{addr: addr}
}

func hasAddress(h host, addr netip.Addr) bool {
	if h.addr == addr {
		return true
	}
	for _, p := range h.eni.PrivateIpAddresses {
		if p.Association != nil && aws.ToString(p.Association.PublicIp) == addr.String() {
			return true
		}
	}
	return h.eni.Association != nil && aws.ToString(h.eni.Association.PublicIp) == addr.String()
}

func hostOf(eni *types.InstanceNetworkInterface, ipv6 bool) (host, error) {
	h := host{eni: eni, subnet: aws.ToString(eni.SubnetId), vpc: aws.ToString(eni.VpcId)}
	h.always = alwaysTracked[types.NetworkInterfaceType(aws.ToString(eni.InterfaceType))]
	text, family := aws.ToString(eni.PrivateIpAddress), "IPv4"
	if as := eni.Association; as != nil {
		h.public = as.PublicIp != nil
		h.carried = !h.public && (as.CarrierIp != nil || as.CustomerOwnedIp != nil)
	}
	if ipv6 {
		text, family, h.public, h.carried = "", "IPv6", len(eni.Ipv6Addresses) > 0, false
		if h.public {
			text = aws.ToString(eni.Ipv6Addresses[0].Ipv6Address)
		}
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return host{}, fmt.Errorf("interface %s has no %s address", h.name(), family)
	}
	h.addr = addr
	return h, nil
}

// unreached is why the internet does not reach a host without a public address.
func (t *trip) unreached(h host) {
	if h.carried {
		t.unsure(RuleDescription, "who reaches the carrier's or customer's address of %s", h.name())
		return
	}
	t.stop(RuleGateway, "%s has no public address", h.name())
}

func (h host) name() string {
	if h.eni == nil {
		return "the internet"
	}
	return aws.ToString(h.eni.NetworkInterfaceId)
}

// flow is the part of a packet that filters look at.
type flow struct {
	protocol string // number, as in network ACL entries
	src, dst netip.Addr
	srcPort  int
	dstPort  int
	icmpType int
}

// ephemeral is in the port range that both Linux (32768-60999) and Windows (49152-65535) use for
// the client's port.
const ephemeral = 50000

const (
	echoRequest, echoReply   = 8, 0
	echoRequest6, echoReply6 = 128, 129
)

func newFlow(p Packet, from, to host) (flow, error) {
	f := flow{src: from.addr, dst: to.addr, srcPort: p.SourcePort, dstPort: p.Port}
	if f.src.Is6() != f.dst.Is6() {
		return flow{}, fmt.Errorf("%s and %s are not of one IP version", f.src, f.dst)
	}
	if f.srcPort == 0 {
		f.srcPort = ephemeral
	}
	switch p.Protocol {
	case "", "tcp":
		f.protocol = ec2.ProtocolNumber("tcp")
	case "udp":
		f.protocol = ec2.ProtocolNumber("udp")
	case "icmp":
		f.protocol, f.icmpType = ec2.ProtocolNumber("icmp"), echoRequest
		if f.src.Is6() {
			f.protocol, f.icmpType = ec2.ProtocolNumber("icmpv6"), echoRequest6
		}
	default:
		return flow{}, fmt.Errorf("protocol %q is not tcp, udp or icmp", p.Protocol)
	}
	return f, nil
}

func (f flow) isICMP() bool { return f.protocol == "1" || f.protocol == "58" }

// answer is the packet in the other direction.
func (f flow) answer() flow {
	f.src, f.dst, f.srcPort, f.dstPort = f.dst, f.src, f.dstPort, f.srcPort
	switch f.icmpType {
	case echoRequest:
		f.icmpType = echoReply
	case echoRequest6:
		f.icmpType = echoReply6
	}
	return f
}

// String is the protocol and the port: tcp/80.
func (f flow) String() string {
	name := map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}[f.protocol]
	if f.isICMP() {
		return name
	}
	return fmt.Sprintf("%s/%d", name, f.dstPort)
}
