package reach_test

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

func TestANetworkACLCutsConnectionsAtTheBorderAlone(t *testing.T) {
	t.Parallel()
	l := newLane(hosts{web: narrow(), peer: narrow()})
	inside, across := l.connect(t, account.Packet{From: l.web, To: l.peer, Port: 22}), l.connect(t, account.Packet{From: l.far, To: l.web, Port: 22})
	both := []account.ACLRule{{Number: 100, Allow: true}, {Number: 100, Allow: true, Egress: true}}
	usual, shut := l.AddACL(account.ACL{VPC: l.vpc, Rules: both}), l.AddACL(account.ACL{VPC: l.vpc})
	l.SwapACL(l.subnet, shut)
	wantSent(t, inside, true, goesOn)
	wantSent(t, across, false, "network ACL "+shut+" rule * denies inbound tcp/22")
	l.SwapACL(l.subnet, usual)
	wantSent(t, across, true, goesOn) // hosts that have not given up find each other again
}

// Network ACLs judge the answers of a connection, too, however long it has been open.
func TestANetworkACLCutsTheAnswersOfAConnection(t *testing.T) {
	t.Parallel()
	l := newLane(hosts{web: narrow(), peer: narrow()})
	across := l.connect(t, account.Packet{From: l.far, To: l.web, Port: 22})
	l.SwapACL(l.subnet, l.AddACL(account.ACL{VPC: l.vpc, Rules: []account.ACLRule{{Number: 100, Allow: true}}}))
	wantSent(t, across, false, "denies the answer, outbound tcp/50000")
}

func TestWhatIsNoConnection(t *testing.T) {
	t.Parallel()
	l := newLane(hosts{web: narrow(), peer: narrow()})
	for reason, p := range map[string]account.Packet{
		"icmp has no connections": {From: l.web, To: l.peer, Protocol: "icmp"},
		"has no public address":   {From: account.Internet, To: l.peer, Port: 22},
		"there is no instance":    {From: l.web, To: "i-0123456789abcdef0", Port: 22},
	} {
		if c, path := l.Connect(p); c != nil || path.Allowed || !strings.Contains(path.Reason, reason) {
			t.Errorf("%+v: %+v, want %q", p, path, reason)
		}
	}
	c := l.connect(t, account.Packet{From: l.web, To: l.peer, Port: 22})
	l.Terminate(l.peer)
	wantSent(t, c, false, "there is no instance")
}
