package reach_test

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/account/reach"
)

// city is a lane whose hosts go out through a NAT gateway in a subnet of its own.
type city struct {
	lane
	natSubnet, routes, usualACL, shutACL string
}

func newCity(h hosts) city {
	s := city{lane: newLane(h)}
	s.natSubnet = s.AddSubnet(account.Subnet{VPC: s.vpc, CIDR: "10.0.9.0/24"})
	s.AddRoute(s.AddRouteTable(s.vpc, s.natSubnet), "0.0.0.0/0", s.AddInternetGateway(s.vpc))
	s.routes = s.AddRouteTable(s.vpc, s.subnet)
	s.AddRoute(s.routes, "0.0.0.0/0", "nat-0123456789abcdef0")
	s.AddInterface(account.Interface{Subnet: s.natSubnet, PrivateIP: "10.0.9.9", PublicIP: "198.51.100.9", Type: "nat_gateway", RequesterManaged: true,
		Description: "Interface for NAT Gateway nat-0123456789abcdef0"})
	s.usualACL, s.shutACL = s.AddACL(account.ACL{VPC: s.vpc}), s.AddACL(account.ACL{VPC: s.vpc})
	s.OpenACL(s.usualACL)
	return s
}

// What happens to a city while a connection is open.
type act func(s city)

func wait(d time.Duration) act { return func(city) { time.Sleep(d) } }
func cut(s city)               { s.SwapACL(s.subnet, s.shutACL) }
func giveBack(s city)          { s.SwapACL(s.subnet, s.usualACL) }
func shutGroup(s city)         { s.SetGroups(s.web, s.shut) }
func usualGroup(s city)        { s.SetGroups(s.web, s.usual) }
func cutNAT(s city)            { s.SwapACL(s.natSubnet, s.shutACL) }

const (
	passes  = "open"
	stopped = "closed"
	unknown = "not known"
)

// Each answer about a busy connection follows from a rule that AWS documents, or from none that it
// does.
func TestWhatBecomesOfALiveConnection(t *testing.T) {
	t.Parallel()
	far, inside, nat := account.Packet{Port: 22, To: "10.0.2.10"}, account.Packet{Port: 22, To: "10.0.1.11"}, account.Packet{Port: 443, To: account.Internet}
	tracked, untracked := hosts{web: narrow(), peer: narrow()}, hosts{web: open(), peer: narrow()}
	short, nitro6 := tracked, tracked
	short.tcpIdle, nitro6.instanceType = time.Minute, "m8i.large"
	for name, c := range map[string]struct {
		hosts hosts
		to    account.Packet
		acts  []act
		want  string
		rule  reach.Rule
	}{
		"the cut, across":                                {tracked, far, []act{cut}, stopped, reach.RuleACL},
		"the cut, inside":                                {tracked, inside, []act{cut}, passes, reach.RuleInside},
		"the cut, through NAT":                           {tracked, nat, []act{cut}, stopped, reach.RuleACL},
		"the cut of the NAT gateway's subnet":            {tracked, nat, []act{cutNAT}, stopped, reach.RuleACL},
		"the group, tracked":                             {tracked, far, []act{shutGroup}, passes, reach.RuleTracked},
		"the group, tracked, a week later":               {tracked, far, []act{shutGroup, wait(7 * 24 * time.Hour)}, passes, reach.RuleTracked},
		"the group, untracked":                           {untracked, far, []act{shutGroup}, stopped, reach.RuleUntracked},
		"the group, untracked inside":                    {untracked, inside, []act{shutGroup}, stopped, reach.RuleUntracked},
		"the group, open rules through NAT":              {untracked, nat, []act{shutGroup, wait(time.Hour)}, passes, reach.RuleAlways},
		"narrowed, tracked":                              {tracked, far, []act{cut, shutGroup, wait(time.Hour), giveBack}, passes, reach.RuleTracked},
		"narrowed, untracked":                            {untracked, far, []act{cut, shutGroup, wait(time.Hour), giveBack}, stopped, reach.RuleUntracked},
		"narrowed, through NAT, at once":                 {tracked, nat, []act{cut, shutGroup, wait(349 * time.Second), giveBack}, passes, reach.RuleAlways},
		"narrowed, through NAT, later":                   {tracked, nat, []act{cut, shutGroup, wait(350 * time.Second), giveBack}, unknown, reach.RuleNATStarved},
		"narrowed after the timeout":                     {short, far, []act{cut, shutGroup, wait(time.Minute), giveBack}, unknown, reach.RuleStarved},
		"narrowed before the timeout":                    {short, far, []act{cut, shutGroup, wait(time.Minute - time.Second), giveBack}, passes, reach.RuleTracked},
		"narrowed, of a type that may be Nitro v6":       {nitro6, far, []act{cut, shutGroup, wait(time.Hour), giveBack}, unknown, reach.RuleDefaultIdle},
		"narrowed, of such a type, within 350 s":         {nitro6, far, []act{cut, shutGroup, wait(5 * time.Minute), giveBack}, passes, reach.RuleTracked},
		"narrowed with a new timeout":                    {tracked, far, []act{cut, shutGroup, timeoutOf(time.Minute), wait(time.Hour), giveBack}, unknown, reach.RuleChangedIdle},
		"a new timeout, and no packet stopped":           {tracked, far, []act{shutGroup, timeoutOf(time.Minute), wait(time.Hour)}, passes, reach.RuleTracked},
		"released, tracked":                              {tracked, far, []act{cut, shutGroup, wait(time.Hour), giveBack, usualGroup}, passes, reach.RuleTracked},
		"released, untracked":                            {untracked, far, []act{cut, shutGroup, wait(time.Hour), giveBack, usualGroup}, passes, reach.RuleGroup},
		"released after the timeout: the rules allow it": {short, far, []act{cut, shutGroup, wait(time.Hour), giveBack, usualGroup}, passes, reach.RuleGroup},
		"released, through NAT":                          {tracked, nat, []act{cut, shutGroup, wait(time.Hour), giveBack, usualGroup}, unknown, reach.RuleNATStarved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newCity(c.hosts)
				c.to.From = s.web
				live := s.connect(t, c.to)
				live.Keep()
				var got account.Path
				for _, do := range c.acts {
					do(s)
					got = live.Send()
				}
				wantLive(t, got, c.want, c.rule)
			})
		})
	}
}

func wantLive(t *testing.T, got account.Path, want string, rule reach.Rule) {
	t.Helper()
	is := map[bool]string{true: passes, false: stopped}[got.Allowed]
	if got.Unknown {
		is = unknown
	}
	if is != want || !slices.Contains(got.Rules, rule) {
		t.Errorf("it is %s by %v (%s), want %s by %s", is, got.Rules, got.Reason, want, rule)
	}
}

// timeoutOf sets the interface's timeout of established connections.
func timeoutOf(d time.Duration) act {
	return func(s city) { s.SetTCPIdle(s.web, d) }
}

// A NAT gateway forgets what was idle although nothing stopped it.
func TestANATGatewayForgetsAnIdleConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newCity(hosts{web: narrow(), peer: narrow()})
		idle := s.connect(t, account.Packet{From: s.web, To: account.Internet, Port: 443})
		time.Sleep(349 * time.Second)
		wantLive(t, idle.Send(), passes, reach.RuleAlways)
		time.Sleep(350 * time.Second)
		wantLive(t, idle.Send(), stopped, reach.RuleNATIdle)
	})
}

// Nothing comes in through a NAT gateway, and one that is not described is not known.
func TestANATGatewayIsAWayOutOnly(t *testing.T) {
	t.Parallel()
	s := newCity(hosts{web: narrow(), peer: narrow()})
	out := account.Packet{From: s.web, To: account.Internet, Port: 443}
	wantLive(t, s.CanReach(out), passes, reach.RuleNAT)
	wantLive(t, s.CanReach(account.Packet{From: account.Internet, To: s.web, Port: 22}), stopped, reach.RuleGateway)
	s.SwapACL(s.natSubnet, s.shutACL)
	if got := s.CanReach(out); got.Allowed || !strings.Contains(got.Reason, "at the NAT gateway") {
		t.Errorf("under a deny-all ACL at the NAT gateway: %+v", got)
	}
	s.AddRoute(s.routes, "192.0.2.0/24", "nat-0fedcba9876543210")
	wantLive(t, s.CanReach(account.Packet{From: s.web, To: "192.0.2.1", Port: 443}), unknown, reach.RuleDescription)
}

// What an interface of a service exchanges is tracked whatever the rules are, where AWS says so of
// the service.
func TestTheTrafficOfSomeServicesIsAlwaysTracked(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"network_load_balancer": passes, "vpc_endpoint": passes, "lambda": passes, "interface": stopped} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newCity(hosts{web: open(), peer: narrow()})
			service := s.AddInterface(account.Interface{Subnet: s.natSubnet, PrivateIP: "10.0.9.20", Type: kind, RequesterManaged: true, Groups: []string{s.group(narrow())}})
			in := s.connect(t, account.Packet{From: service, To: s.web, Port: 80})
			shutGroup(s)
			wantLive(t, in.Send(), want, map[string]reach.Rule{passes: reach.RuleAlways, stopped: reach.RuleUntracked}[want])
		})
	}
}
