package isolate_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// sparing are limits of nothing but the neighbours, which the group is to spare.
func sparing(upTo int) quarantine.Limits { return only(upTo, quarantine.BeyondGroup) }

// wantGroup wants the cut left to the security group, with these words, and nothing changed anywhere.
func (w world) wantGroup(t *testing.T, in isolate.Request, says string) {
	t.Helper()
	before := w.left()
	done, err := w.handle(in)
	estate.WantName(t, err, quarantine.GroupInstead)
	estate.WantSays(t, err, says)
	same(t, "what is claimed", quarantine.Containment{}, done)
	same(t, "what is left behind", before, w.left())
	w.wantMeasured(t, "")
}

func TestTheGroupTakesThePlaceOfACutBeyondTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wantHit(t, newWorld(t).wantCut(t, w.limited("i-web", sparing(6))), "6 other instances")
	in := w.limited("i-web", sparing(5))
	w.wantGroup(t, in, "the cut would hit 6 other instances: "+quarantine.TooManyNeighbours+" (upTo is 5;")
	in.Approved = true // a person has said yes, and was not told of the neighbours
	w.wantGroup(t, in, "6 other instances")
	in.Weighed = true
	wantHit(t, w.wantCut(t, in), "6 other instances")
	w.wantCut(t, w.limited("i-peer", sparing(5))) // its subnet is cut already
}

func TestANATGatewayIsSparedByTheGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.addNATGateway(t)
	w.wantGroup(t, w.limited("i-web", sparing(0)), "6 other instances and a NAT gateway (nat-0123456789abcdef0)")
	w.Inject("DescribeNetworkInterfaces", failing[quarantine.Throttled])
	wantHit(t, w.wantCut(t, w.limited("i-web", sparing(1))), "not known") // what is not known is not beyond
}

// The flood that the brake is for isolates instances by the group, too; no subnet is cut for them.
func TestWhatTheGroupContainsIsCountedAndItsSubnetsAreNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	limits := sparing(1)
	limits.AccountPerHour, limits.VPCPerHour, limits.VPCSubnetsPercent = 1, 1, 50
	w.wantGroup(t, w.limited("i-web", limits), "6 other instances")
	w.wantGroup(t, w.limited("i-web", limits), "6 other instances") // a retry
	same(t, "counted", map[string][]string{"instances": {"i-web"}, "vpc#vpc-1": {"i-web"}}, w.Hour(noon))
	w.wantHeldBack(t, w.limited("i-peer", limits), "isolationsPerHour.account is 1. Beside the instance it would hit: 6 other instances")
	w.wantMeasured(t, quarantine.MetricBrakeTripped)
	w.Pass(time.Hour)
	w.wantGroup(t, w.limited("i-peer", limits), "6 other instances")
}

// A person's word comes before the group where something else wants it.
func TestWhatTheBrakeHoldsIsNotLeftToTheGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t, "account")
	limits := sparing(1)
	limits.AccountPerHour = 1
	w.wantHeldBack(t, w.limited("i-web", limits), "isolationsPerHour.account is 1")
}

// An incident that holds a subnet goes on to cut: what it holds has hit the neighbours already.
func TestACutThatHasBegunIsNotLeftToTheGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.limited("i-web", sparing(20))
	w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: estate.Throttle})
	if _, err := w.handle(in); !quarantine.Passes(err) {
		t.Fatalf("got %v", err)
	}
	w.addNATGateway(t)
	wantHit(t, w.wantCut(t, in), "6 other instances and a NAT gateway")
}

// Another account's network cannot be cut, whoever else is there: that is told as before.
func TestASharedNetworkIsNotLeftToTheGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.addNATGateway(t)
	w.ShareFrom(networkAccount, w.ID("vpc-1"))
	_, err := w.handle(w.limited("i-web", sparing(1)))
	estate.WantName(t, err, quarantine.SharedNetwork)
}
