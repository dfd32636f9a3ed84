package reach_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

func wantSent(t *testing.T, c *account.Connection, allowed bool, reason string) {
	t.Helper()
	if got := c.Send(); got.Allowed != allowed || got.Unknown || !strings.Contains(got.Reason, reason) {
		t.Errorf("%+v, want allowed %v because of %q", got, allowed, reason)
	}
}

const goesOn = "let a tracked connection go on"

func TestATrackedConnectionGoesOnWhenItsGroupsChange(t *testing.T) {
	t.Parallel()
	l := newLane(hosts{web: narrow(), peer: narrow()})
	for _, p := range []account.Packet{{From: l.web, To: l.peer, Port: 22}, {From: l.peer, To: l.web, Port: 22}} {
		l.SetGroups(l.web, l.usual)
		c := l.connect(t, p)
		l.SetGroups(l.web, l.shut)
		wantSent(t, c, true, goesOn)
		if fresh, path := l.Connect(p); fresh != nil || !strings.Contains(path.Reason, "no rule of security group "+l.shut) {
			t.Errorf("a new connection: %+v", path)
		}
	}
}

// A tracked connection does not go on for ever, and each packet makes it go on for longer.
func TestAnIdleConnectionIsForgotten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		protocol string
		set      time.Duration
		packets  int // that are sent at once
		idle     time.Duration
	}{
		"TCP":                           {"tcp", 0, 1, 5 * 24 * time.Hour},
		"TCP as the interface says":     {"tcp", 350 * time.Second, 1, 350 * time.Second},
		"UDP, one answer":               {"udp", 350 * time.Second, 0, 30 * time.Second},
		"UDP, a stream from the second": {"udp", 0, 1, 180 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLane(hosts{web: narrow(), peer: narrow(), tcpIdle: c.set})
				packet := account.Packet{From: l.web, To: l.peer, Protocol: c.protocol, Port: 22}
				busy, idle := l.connect(t, packet), l.connect(t, packet)
				for range c.packets {
					wantSent(t, busy, true, goesOn)
					wantSent(t, idle, true, goesOn)
				}
				l.SetGroups(l.web, l.shut)
				time.Sleep(c.idle - time.Second)
				wantSent(t, busy, true, goesOn)
				time.Sleep(time.Second)
				wantSent(t, busy, true, goesOn)
				wantSent(t, idle, false, "no rule of security group "+l.shut)
			})
		})
	}
}

func TestARuleThatStillAllowsAForgottenConnectionLetsItGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLane(hosts{web: narrow(), peer: narrow(), tcpIdle: time.Minute})
		c := l.connect(t, account.Packet{From: l.peer, To: l.web, Port: 22})
		time.Sleep(time.Hour)
		wantSent(t, c, true, "allows inbound tcp/22 from 10.0.0.0/16")
		wantSent(t, c, true, goesOn)
	})
}

// What is not tracked follows the documentation's example: a rule for all addresses, and one for
// all answers in the other direction.
func TestAnUntrackedConnectionEndsWithTheRuleThatAllowsIt(t *testing.T) {
	t.Parallel()
	ssh := func(source string) []account.Rule {
		return []account.Rule{{Protocol: "tcp", From: 22, To: 22, Source: source}}
	}
	all := []account.Rule{everything}
	for name, c := range map[string]struct {
		web     account.SecurityGroup
		tracked bool
	}{
		"all in and out":               {open(), false},
		"one port of all, and out":     {account.SecurityGroup{Ingress: ssh("0.0.0.0/0"), Egress: all}, false},
		"every port by its number":     {account.SecurityGroup{Ingress: ssh("0.0.0.0/0"), Egress: []account.Rule{{Protocol: "tcp", Source: "0.0.0.0/0"}}}, false},
		"from some, and out":           {account.SecurityGroup{Ingress: ssh("10.0.1.11/32"), Egress: all}, true},
		"no way out":                   {account.SecurityGroup{Ingress: ssh("0.0.0.0/0")}, true},
		"low ports out":                {account.SecurityGroup{Ingress: ssh("0.0.0.0/0"), Egress: []account.Rule{{Protocol: "tcp", From: 0, To: 1023, Source: "0.0.0.0/0"}}}, true},
		"another protocol out":         {account.SecurityGroup{Ingress: ssh("0.0.0.0/0"), Egress: []account.Rule{{Protocol: "udp", Source: "0.0.0.0/0"}}}, true},
		"out with the other IP":        {account.SecurityGroup{Ingress: ssh("0.0.0.0/0"), Egress: []account.Rule{{Source: "::/0"}}}, true},
		"all in two halves, and out":   {account.SecurityGroup{Ingress: append(ssh("0.0.0.0/1"), ssh("128.0.0.0/1")...), Egress: all}, true},
		"from some and all, and out":   {account.SecurityGroup{Ingress: append(ssh("10.0.0.0/8"), ssh("0.0.0.0/0")...), Egress: all}, false},
		"another port of all, and out": {account.SecurityGroup{Ingress: append(ssh("10.0.0.0/8"), account.Rule{Protocol: "tcp", From: 80, To: 80, Source: "0.0.0.0/0"}), Egress: all}, true},
		"all in, and out to a subnet":  {account.SecurityGroup{Ingress: all, Egress: []account.Rule{nearby}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLane(hosts{web: c.web, peer: narrow()})
			in := l.connect(t, account.Packet{From: l.peer, To: l.web, Port: 22})
			l.SetGroups(l.web, l.shut)
			if c.tracked {
				wantSent(t, in, true, goesOn)
			} else {
				wantSent(t, in, false, "no rule of security group "+l.shut+" of eni-")
			}
		})
	}
}

func TestIPv4AndIPv6AreTrackedApart(t *testing.T) {
	t.Parallel()
	six := []account.Rule{{Source: "::/0"}, everything}
	l := newLane(hosts{
		web:  account.SecurityGroup{Ingress: []account.Rule{everything, {Source: "2001:db8:1::/56"}}, Egress: six},
		peer: account.SecurityGroup{Ingress: six, Egress: six},
	})
	four, other := account.Packet{From: l.peer, To: l.web, Port: 22}, account.Packet{From: l.peer, To: l.web, Port: 22, IPv6: true}
	untracked, tracked := l.connect(t, four), l.connect(t, other)
	l.SetGroups(l.web, l.shut)
	wantSent(t, untracked, false, "no rule of security group "+l.shut)
	wantSent(t, tracked, true, goesOn)
	l.SetGroups(l.web, l.group(account.SecurityGroup{Ingress: six, Egress: six}))
	wantSent(t, tracked, true, goesOn)
	l.SetGroups(l.web, l.shut)
	wantSent(t, tracked, false, "no rule of security group "+l.shut)
}

// Each interface tracks for itself: a connection that one end does not track goes on if only the
// groups of the other end change.
func TestBothEndsTrackForThemselves(t *testing.T) {
	t.Parallel()
	l := newLane(hosts{web: open(), peer: narrow()})
	out := l.connect(t, account.Packet{From: l.web, To: l.peer, Port: 22})
	l.SetGroups(l.peer, l.shut)
	wantSent(t, out, true, goesOn)
	l.SetGroups(l.web, l.shut)
	wantSent(t, out, false, "allows outbound tcp/22")
}

// An untracked connection has no entry that would let its answers pass.
func TestAnUntrackedConnectionNeedsTheRuleForItsAnswers(t *testing.T) {
	t.Parallel()
	l := newLane(hosts{web: open(), peer: narrow()})
	in := l.connect(t, account.Packet{From: l.peer, To: l.web, Port: 22})
	l.SetGroups(l.web, l.group(account.SecurityGroup{Ingress: []account.Rule{everything}}))
	wantSent(t, in, false, "allows outbound tcp/50000")
	if fresh, path := l.Connect(account.Packet{From: l.peer, To: l.web, Port: 22}); fresh == nil {
		t.Errorf("a new connection is tracked, and needs no rule for its answers: %+v", path)
	}
}

func TestAGroupThatTracksNothingMakesConnectionsUntracked(t *testing.T) {
	t.Parallel()
	l := newLane(hosts{web: narrow(), peer: narrow()})
	seen, unseen := l.connect(t, account.Packet{From: l.web, To: l.peer, Port: 22}), l.connect(t, account.Packet{From: l.web, To: l.peer, Port: 22})
	l.SetGroups(l.web, l.group(open()))
	wantSent(t, seen, true, goesOn)
	l.SetGroups(l.web, l.shut)
	wantSent(t, seen, false, "no rule of security group "+l.shut)
	wantSent(t, unseen, true, goesOn) // no packet of it met the open group
}
