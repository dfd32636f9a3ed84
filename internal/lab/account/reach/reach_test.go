package reach_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/accounttest"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/reach"
)

// newStreet makes an accounttest.Office that is open to the world on port 80, and its internet gateway.
func newStreet() (of accounttest.Office, gateway string) {
	a := account.New(account.Options{})
	of = accounttest.Office{Account: a, VPC: a.AddVPC(account.VPC{IPv6CIDR: "2001:db8:1::/56"})}
	gateway = a.AddInternetGateway(of.VPC)
	a.AddRoute(a.MainRouteTable(of.VPC), "0.0.0.0/0", gateway)
	a.AddRoute(a.MainRouteTable(of.VPC), "::/0", gateway)
	of.Front = a.AddSubnet(account.Subnet{VPC: of.VPC, CIDR: "10.0.1.0/24", IPv6CIDR: "2001:db8:1:1::/64"})
	of.Back = a.AddSubnet(account.Subnet{VPC: of.VPC, CIDR: "10.0.2.0/24"})
	web := a.AddSecurityGroup(account.SecurityGroup{
		VPC:     of.VPC,
		Ingress: []account.Rule{{Protocol: "tcp", From: 80, To: 80, Source: "0.0.0.0/0"}, {Protocol: "tcp", From: 80, To: 80, Source: "::/0"}, {Protocol: "icmp", Source: "10.0.0.0/8"}},
		Egress:  []account.Rule{{Source: "0.0.0.0/0"}, {Source: "::/0"}},
	})
	db := a.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC, Ingress: []account.Rule{{Protocol: "tcp", From: 5432, To: 5432, Source: web}}})
	of.Web = a.AddInstance(account.Instance{Interfaces: []account.Interface{
		{Subnet: of.Front, PrivateIP: "10.0.1.10", PublicIP: "198.51.100.10", IPv6: []string{"2001:db8:1:1::10"}, Groups: []string{web}}}})
	of.DB = a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: of.Back, PrivateIP: "10.0.2.10", Groups: []string{db}}}})
	return of, gateway
}

func TestWhatTheInternetReaches(t *testing.T) {
	t.Parallel()
	of, gateway := newStreet()
	page := account.Packet{From: account.Internet, To: of.Web, Port: 80}
	of.WantPath(t, page, true, "internet gateway "+gateway)
	of.WantPath(t, account.Packet{From: account.Internet, To: of.Web, Port: 80, IPv6: true}, true, "rule 101 allows inbound tcp/80 from ::/0")
	of.WantPath(t, account.Packet{From: "192.0.2.1", To: "198.51.100.10", Port: 80}, true, gateway)
	of.WantPath(t, account.Packet{From: account.Internet, To: of.Web, Port: 443}, false, "no rule of security group")
	of.WantPath(t, account.Packet{From: account.Internet, To: of.Web, Protocol: "icmp"}, false, "no rule of security group")
	of.WantPath(t, account.Packet{From: account.Internet, To: of.DB, Port: 5432}, false, "has no public address")
	of.WantPath(t, account.Packet{From: of.Web, To: account.Internet, Port: 3333}, true, gateway)
	of.WantPath(t, account.Packet{From: of.DB, To: account.Internet, Port: 443}, false, "has no public address")
	of.WantPath(t, account.Packet{From: account.Internet, To: "i-0123456789abcdef0", Port: 80}, false, "there is no instance")
	of.WantPath(t, account.Packet{From: account.Internet, To: of.Web, Protocol: "gre"}, false, "not tcp, udp or icmp")

	acl := of.AddACL(account.ACL{VPC: of.VPC})
	of.SwapACL(of.Front, acl)
	of.WantPath(t, page, false, "network ACL "+acl+" rule * denies inbound tcp/80 from 0.0.0.0/0")
	of.WantPath(t, account.Packet{From: of.Web, To: account.Internet, Port: 3333}, false, "rule * denies outbound tcp/3333 to 0.0.0.0/0")
	of.WantPath(t, account.Packet{From: account.Internet, To: of.Web, Port: 80, IPv6: true}, false, "has no rule for inbound tcp/80")

	of.Terminate(of.Web)
	of.WantPath(t, page, false, "there is no instance")
}

// https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
func TestNetworkACLs(t *testing.T) {
	t.Parallel()
	in := func(number int, allow bool, protocol string, from, to int, cidr string) account.ACLRule {
		return account.ACLRule{Number: number, Allow: allow, Protocol: protocol, From: from, To: to, CIDR: cidr}
	}
	out := func(number int, from, to int) account.ACLRule {
		return account.ACLRule{Number: number, Egress: true, Allow: true, Protocol: "tcp", From: from, To: to}
	}
	for name, c := range map[string]struct {
		rules   []account.ACLRule
		allowed bool
		reason  string
	}{
		"both ways":              {[]account.ACLRule{in(100, true, "tcp", 80, 80, ""), out(100, 32768, 65535)}, true, "rule 100 allows inbound tcp/80 from 0.0.0.0/0"},
		"no way for the answer":  {[]account.ACLRule{in(100, true, "tcp", 80, 80, "")}, false, "rule * denies the answer, outbound tcp/50000 to 0.0.0.0/0"},
		"the answer's port":      {[]account.ACLRule{in(100, true, "tcp", 80, 80, ""), out(100, 80, 80)}, false, "denies the answer"},
		"the lowest number wins": {[]account.ACLRule{in(200, true, "", 0, 0, ""), in(90, false, "tcp", 80, 90, ""), out(1, 0, 0)}, false, "rule 90 denies inbound tcp/80 from 0.0.0.0/0"},
		"another protocol":       {[]account.ACLRule{in(100, true, "udp", 80, 80, ""), out(100, 0, 0)}, false, "rule * denies inbound tcp/80"},
		"another block":          {[]account.ACLRule{in(90, false, "", 0, 0, "192.0.2.0/24"), in(100, true, "tcp", 0, 0, ""), out(100, 0, 0)}, true, "rule 100 allows"},
		"the source's block":     {[]account.ACLRule{in(90, false, "", 0, 0, "203.0.113.0/24"), in(100, true, "", 0, 0, ""), out(100, 0, 0)}, false, "rule 90 denies inbound tcp/80 from 203.0.113.0/24"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			of, _ := newStreet()
			of.SwapACL(of.Front, of.AddACL(account.ACL{VPC: of.VPC, Rules: c.rules}))
			of.WantPath(t, account.Packet{From: account.Internet, To: of.Web, Port: 80}, c.allowed, c.reason)
		})
	}
}

func TestACLsActAtTheBordersOfSubnetsOnly(t *testing.T) {
	t.Parallel()
	of, _ := newStreet()
	sql := account.Packet{From: of.Web, To: of.DB, Port: 5432}
	of.WantPath(t, sql, true, "the local route")
	of.WantPath(t, account.Packet{From: of.DB, To: of.Web, Port: 80}, false, "no rule of security group") // no packet leaves the subnet
	mate := of.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: of.Back, PrivateIP: "10.0.2.11"}}})
	of.WantPath(t, account.Packet{From: mate, To: of.DB, Port: 5432}, false, "no rule of security group")

	shut := of.AddACL(account.ACL{VPC: of.VPC})
	of.SwapACL(of.Front, shut)
	of.WantPath(t, sql, false, "network ACL "+shut+" rule * denies outbound")
	peer := of.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: of.Front, PrivateIP: "10.0.1.11"}}})
	of.WantPath(t, account.Packet{From: peer, To: of.Web, Port: 80}, true, "network ACLs do not act within a subnet")
	of.WantPath(t, account.Packet{From: peer, To: of.Web, Protocol: "icmp"}, true, "allows inbound icmp from 10.0.0.0/8")
	for _, place := range []string{account.Resolver, account.Metadata, account.TimeSync, account.DHCP} {
		of.WantPath(t, account.Packet{From: of.Web, To: place, Protocol: "udp", Port: 53}, true, "neither network ACLs nor security groups")
		of.WantPath(t, account.Packet{From: account.Internet, To: place}, false, "from inside a VPC only")
	}
}

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
func TestAnInstanceWhoseMetadataEndpointIsDisabledDoesNotReachIt(t *testing.T) {
	t.Parallel()
	of := accounttest.NewOffice(account.Options{})
	_, err := of.EC2().ModifyInstanceMetadataOptions(t.Context(), &sdk.ModifyInstanceMetadataOptionsInput{
		InstanceId: &of.Web, HttpEndpoint: types.InstanceMetadataEndpointStateDisabled,
	})
	accounttest.NoErr(t, err)
	of.WantPath(t, account.Packet{From: of.Web, To: account.Metadata, Port: 80}, false, "disable the endpoint")
	of.WantPath(t, account.Packet{From: of.Web, To: account.DHCP, Protocol: "udp", Port: 67}, true, "neither network ACLs nor security groups")
	of.WantPath(t, account.Packet{From: of.DB, To: account.Metadata, Port: 80}, true, "neither network ACLs nor security groups")
}

// https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
func TestRoutes(t *testing.T) {
	t.Parallel()
	of, gateway := newStreet()
	private := of.AddRouteTable(of.VPC, of.Front)
	page := account.Packet{From: account.Internet, To: of.Web, Port: 80}
	of.WantPath(t, page, false, "route table "+private+" has no route to 203.0.113.7")
	of.AddRoute(private, "0.0.0.0/0", "nat-0123456789abcdef0")
	if got := of.CanReach(account.Packet{From: of.Web, To: account.Internet, Port: 443}); !got.Unknown || !strings.Contains(got.Reason, "nat-0123456789abcdef0") {
		t.Errorf("through a NAT gateway: %+v", got)
	}
	of.AddRoute(private, "203.0.113.0/24", gateway) // a more specific route
	of.WantPath(t, page, true, gateway)
	of.AddRoute(private, "203.0.113.0/28", "igw-0123456789abcdef0")
	of.WantPath(t, page, false, "internet gateway igw-0123456789abcdef0 is not attached")
	of.WantPath(t, account.Packet{From: of.Web, To: "10.0.3.3", Port: 80}, false, "nothing in "+of.VPC)

	other := of.AddVPC(account.VPC{CIDRs: []string{"10.1.0.0/16"}})
	far := of.AddInstance(account.Instance{Interfaces: []account.Interface{
		{Subnet: of.AddSubnet(account.Subnet{VPC: other, CIDR: "10.1.1.0/24"}), PrivateIP: "10.1.1.1"}}})
	of.WantPath(t, account.Packet{From: far, To: of.Web, Port: 80}, false, "has no route to 10.0.1.10")
}

// Of what goes through a NAT gateway it is not known whether it was open, and so not whether it goes
// on when the groups close; what stops every packet stops it.
func TestAConnectionThroughANATGateway(t *testing.T) {
	t.Parallel()
	of, _ := newStreet()
	of.AddRoute(of.AddRouteTable(of.VPC, of.Front), "0.0.0.0/0", "nat-0123456789abcdef0")
	c, path := of.Connect(account.Packet{From: of.Web, To: account.Internet, Port: 443})
	if c == nil || !path.Unknown {
		t.Fatalf("%+v", path)
	}
	of.SetGroups(of.Web, of.AddSecurityGroup(account.SecurityGroup{VPC: of.VPC}))
	if got := c.Send(); !got.Unknown || !strings.Contains(got.Reason, "nat-0123456789abcdef0") {
		t.Errorf("when the group has no rules: %+v", got)
	}
	of.SwapACL(of.Front, of.AddACL(account.ACL{VPC: of.VPC}))
	if got := c.Send(); got.Unknown || got.Allowed || !strings.Contains(got.Reason, "network ACL") {
		t.Errorf("when the subnet is cut off: %+v", got)
	}
}

func TestAnAddressOfACarrierIsNotKnownToBeClosed(t *testing.T) {
	t.Parallel()
	of, _ := newStreet()
	var d ec2.Description
	of.Read(func(all ec2.Description) { d = all })
	eni := &d.Instances[0].NetworkInterfaces[0]
	eni.Association = &types.InstanceNetworkInterfaceAssociation{CarrierIp: aws.String("198.51.100.77")}
	for _, p := range []reach.Packet{{From: reach.Internet, To: of.Web, Port: 80}, {From: of.Web, To: reach.Internet, Port: 443}} {
		if got := reach.Through(d, p); !got.Unknown || !strings.Contains(got.Reason, "carrier's") {
			t.Errorf("%+v: %+v", p, got)
		}
	}
}

func TestTheVersionsOfIPOfAnInstance(t *testing.T) {
	t.Parallel()
	of, _ := newStreet()
	for id, want := range map[string][2]bool{of.Web: {true, true}, of.DB: {true, false}, "i-0123456789abcdef0": {}} {
		if v4, v6 := of.Families(id); v4 != want[0] || v6 != want[1] {
			t.Errorf("%s: IPv4 %t, IPv6 %t", id, v4, v6)
		}
	}
}
