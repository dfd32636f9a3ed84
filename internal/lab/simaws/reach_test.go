package simaws_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
)

// street is an office that is open to the world on port 80.
func newStreet() (of office, gateway string) {
	a := simaws.New(simaws.Options{})
	of = office{Account: a, vpc: a.AddVPC(simaws.VPC{IPv6CIDR: "2001:db8:1::/56"})}
	gateway = a.AddInternetGateway(of.vpc)
	a.AddRoute(a.MainRouteTable(of.vpc), "0.0.0.0/0", gateway)
	a.AddRoute(a.MainRouteTable(of.vpc), "::/0", gateway)
	of.front = a.AddSubnet(simaws.Subnet{VPC: of.vpc, CIDR: "10.0.1.0/24", IPv6CIDR: "2001:db8:1:1::/64"})
	of.back = a.AddSubnet(simaws.Subnet{VPC: of.vpc, CIDR: "10.0.2.0/24"})
	web := a.AddSecurityGroup(simaws.SecurityGroup{
		VPC:     of.vpc,
		Ingress: []simaws.Rule{{Protocol: "tcp", From: 80, To: 80, Source: "0.0.0.0/0"}, {Protocol: "tcp", From: 80, To: 80, Source: "::/0"}, {Protocol: "icmp", Source: "10.0.0.0/8"}},
		Egress:  []simaws.Rule{{Source: "0.0.0.0/0"}, {Source: "::/0"}},
	})
	db := a.AddSecurityGroup(simaws.SecurityGroup{VPC: of.vpc, Ingress: []simaws.Rule{{Protocol: "tcp", From: 5432, To: 5432, Source: web}}})
	of.web = a.AddInstance(simaws.Instance{Interfaces: []simaws.Interface{
		{Subnet: of.front, PrivateIP: "10.0.1.10", PublicIP: "198.51.100.10", IPv6: []string{"2001:db8:1:1::10"}, Groups: []string{web}}}})
	of.db = a.AddInstance(simaws.Instance{Interfaces: []simaws.Interface{{Subnet: of.back, PrivateIP: "10.0.2.10", Groups: []string{db}}}})
	return of, gateway
}

func (of office) wantPath(t *testing.T, p simaws.Packet, allowed bool, reason string) {
	t.Helper()
	got := of.CanReach(p)
	if got.Allowed != allowed || got.Unknown || !strings.Contains(got.Reason, reason) {
		t.Errorf("%+v: %+v, want allowed %v because of %q", p, got, allowed, reason)
	}
}

func TestWhatTheInternetReaches(t *testing.T) {
	t.Parallel()
	of, gateway := newStreet()
	page := simaws.Packet{From: simaws.Internet, To: of.web, Port: 80}
	of.wantPath(t, page, true, "internet gateway "+gateway)
	of.wantPath(t, simaws.Packet{From: simaws.Internet, To: of.web, Port: 80, IPv6: true}, true, "rule 101 allows inbound tcp/80 from ::/0")
	of.wantPath(t, simaws.Packet{From: "192.0.2.1", To: "198.51.100.10", Port: 80}, true, gateway)
	of.wantPath(t, simaws.Packet{From: simaws.Internet, To: of.web, Port: 443}, false, "no rule of security group")
	of.wantPath(t, simaws.Packet{From: simaws.Internet, To: of.web, Protocol: "icmp"}, false, "no rule of security group")
	of.wantPath(t, simaws.Packet{From: simaws.Internet, To: of.db, Port: 5432}, false, "has no public address")
	of.wantPath(t, simaws.Packet{From: of.web, To: simaws.Internet, Port: 3333}, true, gateway)
	of.wantPath(t, simaws.Packet{From: of.db, To: simaws.Internet, Port: 443}, false, "has no public address")
	of.wantPath(t, simaws.Packet{From: simaws.Internet, To: "i-0123456789abcdef0", Port: 80}, false, "there is no instance")
	of.wantPath(t, simaws.Packet{From: simaws.Internet, To: of.web, Protocol: "gre"}, false, "not tcp, udp or icmp")

	acl := of.AddACL(simaws.ACL{VPC: of.vpc})
	of.SwapACL(of.front, acl)
	of.wantPath(t, page, false, "network ACL "+acl+" rule * denies inbound tcp/80 from 0.0.0.0/0")
	of.wantPath(t, simaws.Packet{From: of.web, To: simaws.Internet, Port: 3333}, false, "rule * denies outbound tcp/3333 to 0.0.0.0/0")
	of.wantPath(t, simaws.Packet{From: simaws.Internet, To: of.web, Port: 80, IPv6: true}, false, "has no rule for inbound tcp/80")

	of.Terminate(of.web)
	of.wantPath(t, page, false, "there is no instance")
}

// https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
func TestNetworkACLs(t *testing.T) {
	t.Parallel()
	in := func(number int, allow bool, protocol string, from, to int, cidr string) simaws.ACLRule {
		return simaws.ACLRule{Number: number, Allow: allow, Protocol: protocol, From: from, To: to, CIDR: cidr}
	}
	out := func(number int, from, to int) simaws.ACLRule {
		return simaws.ACLRule{Number: number, Egress: true, Allow: true, Protocol: "tcp", From: from, To: to}
	}
	for name, c := range map[string]struct {
		rules   []simaws.ACLRule
		allowed bool
		reason  string
	}{
		"both ways":              {[]simaws.ACLRule{in(100, true, "tcp", 80, 80, ""), out(100, 32768, 65535)}, true, "rule 100 allows inbound tcp/80 from 0.0.0.0/0"},
		"no way for the answer":  {[]simaws.ACLRule{in(100, true, "tcp", 80, 80, "")}, false, "rule * denies the answer, outbound tcp/50000 to 0.0.0.0/0"},
		"the answer's port":      {[]simaws.ACLRule{in(100, true, "tcp", 80, 80, ""), out(100, 80, 80)}, false, "denies the answer"},
		"the lowest number wins": {[]simaws.ACLRule{in(200, true, "", 0, 0, ""), in(90, false, "tcp", 80, 90, ""), out(1, 0, 0)}, false, "rule 90 denies inbound tcp/80 from 0.0.0.0/0"},
		"another protocol":       {[]simaws.ACLRule{in(100, true, "udp", 80, 80, ""), out(100, 0, 0)}, false, "rule * denies inbound tcp/80"},
		"another block":          {[]simaws.ACLRule{in(90, false, "", 0, 0, "192.0.2.0/24"), in(100, true, "tcp", 0, 0, ""), out(100, 0, 0)}, true, "rule 100 allows"},
		"one's own block":        {[]simaws.ACLRule{in(90, false, "", 0, 0, "203.0.113.0/24"), in(100, true, "", 0, 0, ""), out(100, 0, 0)}, false, "rule 90 denies inbound tcp/80 from 203.0.113.0/24"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			of, _ := newStreet()
			of.SwapACL(of.front, of.AddACL(simaws.ACL{VPC: of.vpc, Rules: c.rules}))
			of.wantPath(t, simaws.Packet{From: simaws.Internet, To: of.web, Port: 80}, c.allowed, c.reason)
		})
	}
}

func TestACLsActAtTheBordersOfSubnetsOnly(t *testing.T) {
	t.Parallel()
	of, _ := newStreet()
	sql := simaws.Packet{From: of.web, To: of.db, Port: 5432}
	of.wantPath(t, sql, true, "the local route")
	of.wantPath(t, simaws.Packet{From: of.db, To: of.web, Port: 80}, false, "no rule of security group") // nothing leaves it
	mate := of.AddInstance(simaws.Instance{Interfaces: []simaws.Interface{{Subnet: of.back, PrivateIP: "10.0.2.11"}}})
	of.wantPath(t, simaws.Packet{From: mate, To: of.db, Port: 5432}, false, "no rule of security group")

	shut := of.AddACL(simaws.ACL{VPC: of.vpc})
	of.SwapACL(of.front, shut)
	of.wantPath(t, sql, false, "network ACL "+shut+" rule * denies outbound")
	peer := of.AddInstance(simaws.Instance{Interfaces: []simaws.Interface{{Subnet: of.front, PrivateIP: "10.0.1.11"}}})
	of.wantPath(t, simaws.Packet{From: peer, To: of.web, Port: 80}, true, "network ACLs do not act within a subnet")
	of.wantPath(t, simaws.Packet{From: peer, To: of.web, Protocol: "icmp"}, true, "allows inbound icmp from 10.0.0.0/8")
	for _, place := range []string{simaws.Resolver, simaws.Metadata, simaws.TimeSync, simaws.DHCP} {
		of.wantPath(t, simaws.Packet{From: of.web, To: place, Protocol: "udp", Port: 53}, true, "neither network ACLs nor security groups")
		of.wantPath(t, simaws.Packet{From: simaws.Internet, To: place}, false, "from inside a VPC only")
	}
}

// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
func TestRoutes(t *testing.T) {
	t.Parallel()
	of, gateway := newStreet()
	private := of.AddRouteTable(of.vpc, of.front)
	page := simaws.Packet{From: simaws.Internet, To: of.web, Port: 80}
	of.wantPath(t, page, false, "route table "+private+" has no route to 203.0.113.7")
	of.AddRoute(private, "0.0.0.0/0", "nat-0123456789abcdef0")
	if got := of.CanReach(simaws.Packet{From: of.web, To: simaws.Internet, Port: 443}); !got.Unknown || !strings.Contains(got.Reason, "nat-0123456789abcdef0") {
		t.Errorf("through a NAT gateway: %+v", got)
	}
	of.AddRoute(private, "203.0.113.0/24", gateway) // more specific
	of.wantPath(t, page, true, gateway)
	of.AddRoute(private, "203.0.113.0/28", "igw-0123456789abcdef0")
	of.wantPath(t, page, false, "internet gateway igw-0123456789abcdef0 is not attached")
	of.wantPath(t, simaws.Packet{From: of.web, To: "10.0.3.3", Port: 80}, false, "nothing in "+of.vpc)

	other := of.AddVPC(simaws.VPC{CIDRs: []string{"10.1.0.0/16"}})
	far := of.AddInstance(simaws.Instance{Interfaces: []simaws.Interface{
		{Subnet: of.AddSubnet(simaws.Subnet{VPC: other, CIDR: "10.1.1.0/24"}), PrivateIP: "10.1.1.1"}}})
	of.wantPath(t, simaws.Packet{From: far, To: of.web, Port: 80}, false, "has no route to 10.0.1.10")
}
