package reach_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// lane is a subnet with two hosts and a third beyond its border, each in a group of its own.
type lane struct {
	*account.Account
	vpc, subnet, web, peer, far string
	usual, shut                 string // web's group, and one without rules
}

// hosts are the groups of the two hosts in a lane's subnet.
type hosts struct {
	web, peer account.SecurityGroup
	tcpIdle   time.Duration // on the interface of web

	instanceType string // of all
}

var (
	everything = account.Rule{Source: "0.0.0.0/0"}
	nearby     = account.Rule{Source: "10.0.0.0/16"}
)

func narrow() account.SecurityGroup {
	return account.SecurityGroup{Ingress: []account.Rule{nearby}, Egress: []account.Rule{everything}}
}

func open() account.SecurityGroup {
	return account.SecurityGroup{Ingress: []account.Rule{everything}, Egress: []account.Rule{everything}}
}

func newLane(h hosts) lane {
	a := account.New(account.Options{})
	l := lane{Account: a, vpc: a.AddVPC(account.VPC{IPv6CIDR: "2001:db8:1::/56"})}
	l.subnet = a.AddSubnet(account.Subnet{VPC: l.vpc, CIDR: "10.0.1.0/24", IPv6CIDR: "2001:db8:1:1::/64"})
	beyond := a.AddSubnet(account.Subnet{VPC: l.vpc, CIDR: "10.0.2.0/24"})
	l.usual, l.shut = l.group(h.web), l.group(account.SecurityGroup{})
	host := func(eni account.Interface) string {
		return a.AddInstance(account.Instance{Type: h.instanceType, Interfaces: []account.Interface{eni}})
	}
	l.web = host(account.Interface{Subnet: l.subnet, PrivateIP: "10.0.1.10", IPv6: []string{"2001:db8:1:1::10"}, Groups: []string{l.usual}, TCPIdle: h.tcpIdle})
	l.peer = host(account.Interface{Subnet: l.subnet, PrivateIP: "10.0.1.11", IPv6: []string{"2001:db8:1:1::11"}, Groups: []string{l.group(h.peer)}})
	l.far = host(account.Interface{Subnet: beyond, PrivateIP: "10.0.2.10", Groups: []string{l.group(narrow())}})
	return l
}

func (l lane) group(g account.SecurityGroup) string {
	g.VPC = l.vpc
	return l.AddSecurityGroup(g)
}

func (l lane) connect(t *testing.T, p account.Packet) *account.Connection {
	t.Helper()
	c, path := l.Connect(p)
	if c == nil || !path.Allowed {
		t.Fatalf("%+v: %+v", p, path)
	}
	return c
}
