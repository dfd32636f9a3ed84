package isolate_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// asking are limits with all that is counted by default. subnet-a has seven instances, and
// i-pair is in subnet-c, too, alone.
var asking = quarantine.Limits{
	AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50,
	Neighbours: quarantine.NeighbourLimit{UpTo: 20, Beyond: quarantine.BeyondAsk},
}

// only are limits of nothing but the neighbours.
func only(upTo int, beyond string) quarantine.Limits {
	return quarantine.Limits{Neighbours: quarantine.NeighbourLimit{UpTo: upTo, Beyond: beyond}}
}

// addNATGateway puts one into subnet-a.
func (w world) addNATGateway(t *testing.T) {
	t.Helper()
	w.AddInterface(account.Interface{
		Subnet: w.ID("subnet-a"), PrivateIP: "10.0.0.99", Type: "nat_gateway", RequesterManaged: true, Description: "Interface for NAT Gateway nat-0123456789abcdef0",
	})
}

func wantHit(t *testing.T, done quarantine.Containment, says string) {
	t.Helper()
	if done.Neighbours == nil || !strings.HasPrefix(done.Neighbours.String(), says) {
		t.Errorf("the cut hit %v, want %s", done.Neighbours, says)
	}
}

func TestWhoElseACutHitsIsClaimedWithIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	done := w.wantCut(t, w.limited("i-web", asking))
	wantHit(t, done, "6 other instances")
	same(t, "the subnets counted", []string{"subnet-a"}, done.Neighbours.Subnets)
	wantHit(t, newWorld(t).wantCut(t, w.limited("i-pair", asking)), "6 other instances") // one finding's subnet, and one more
	w = newWorld(t)
	in := w.limited("i-db", asking)
	in.Finding.Instances[1].Interfaces[0].SubnetID = w.ID("subnet-a") // it has moved
	wantHit(t, w.wantCut(t, in), "1 other instance")
	if done := newWorld(t).wantCut(t, w.limited("i-web", generous)); done.Neighbours != nil {
		t.Errorf("counted, though no limit asks for it: %v", done.Neighbours)
	}
}

func TestAPersonIsAskedBeforeMoreNeighboursAreCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wantHit(t, newWorld(t).wantCut(t, w.limited("i-web", only(6, quarantine.BeyondAsk))), "6 other instances")
	wantHit(t, newWorld(t).wantCut(t, w.limited("i-web", only(5, quarantine.BeyondCut))), "6 other instances")
	wantHit(t, newWorld(t).wantCut(t, w.limited("i-web", only(0, quarantine.BeyondAsk))), "6 other instances")
	in := w.limited("i-web", only(5, quarantine.BeyondAsk))
	w.wantHeldBack(t, in, "the cut would hit 6 other instances: "+quarantine.TooManyNeighbours+" (upTo is 5;")
	in.Approved = true
	wantHit(t, w.wantCut(t, in), "6 other instances")
	w.wantCut(t, w.limited("i-peer", only(5, quarantine.BeyondAsk))) // its subnet is cut already
}

// Hosts of other subnets depend on it, however few there are in this one.
func TestAPersonIsAskedBeforeANATGatewayIsCut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.addNATGateway(t)
	in := w.limited("i-web", only(20, quarantine.BeyondAsk))
	w.wantHeldBack(t, in, "6 other instances and a NAT gateway (nat-0123456789abcdef0)")
	in.Approved = true
	wantHit(t, w.wantCut(t, in), "6 other instances and a NAT gateway (nat-0123456789abcdef0)")
}

// What is held for another reason names them, too: a person decides on both.
func TestEveryQuestionOfTheBrakeNamesTheNeighbours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t, "account")
	limits := asking
	limits.AccountPerHour = 1
	w.wantHeldBack(t, w.limited("i-web", limits), "isolationsPerHour.account is 1. Beside the instance it would hit: 6 other instances. Nothing was changed")
}

// However the count fails, the cut goes on, and nothing is said that was not read.
func TestNeighboursThatAreNotKnownStopNoCut(t *testing.T) {
	t.Parallel()
	for name, why := range map[string]string{
		quarantine.Throttled: "EC2 throttled DescribeNetworkInterfaces", quarantine.Unavailable: "EC2 did not answer in time",
		quarantine.AccessDenied: "the role of isolate lacks ec2:DescribeNetworkInterfaces", quarantine.Unexpected: "EC2 refused DescribeNetworkInterfaces",
	} {
		w := newWorld(t)
		w.addNATGateway(t)
		w.Inject("DescribeNetworkInterfaces", failing[name])
		done := w.wantCut(t, w.limited("i-web", only(1, quarantine.BeyondAsk)))
		wantHit(t, done, "not known ("+why+")")
		same(t, name+": warnings", nil, done.Warnings)
	}
}

// The first read is of a subnet that only the finding says the instance is in.
func TestAFailureToReadAnotherSubnetDoesNotMatter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.limited("i-db", only(20, quarantine.BeyondAsk))
	in.Finding.Instances[1].Interfaces[0].SubnetID = w.ID("subnet-c")
	w.Inject("DescribeNetworkInterfaces subnet-c", estate.Fault{Kind: estate.Throttle})
	wantHit(t, w.wantCut(t, in), "1 other instance")
}

func TestACountOfNeighboursThatHangsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var counting atomic.Bool
		w := newWorldOf(t, estate.Options{Clock: quarantine.SystemClock{}, Latency: func(_, operation string) time.Duration {
			if operation == "DescribeNetworkInterfaces" && counting.Load() {
				return time.Hour
			}
			return 0
		}})
		w.Concurrent = quarantine.SystemClock{}.RunSideBySide
		counting.Store(true)
		began := time.Now()
		done, err := w.handle(w.limited("i-web", asking))
		if err != nil {
			t.Fatal(err)
		}
		wantHit(t, done, "not known (EC2 did not answer in time)")
		same(t, "how long the cut waited", time.Second, time.Since(began))
	})
}

// An interface that came meanwhile has its subnet cut, too, and nobody counted there.
func TestASubnetThatCameAfterTheCountIsNotSaidToBeCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.limited("i-web", only(20, quarantine.BeyondAsk))
	w.Before("ReplaceNetworkAclAssociation", 0, func() {
		w.AttachInterface(w.ID("i-web"), account.Interface{Subnet: w.ID("subnet-c"), PrivateIP: "10.0.0.77"})
	})
	done, err := w.handle(in)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "subnets cut", 2, len(done.Subnets))
	wantHit(t, done, "at least 6 other instances")
}

// What came into the subnet after an attempt has put the subnet on record asks nobody.
func TestACutThatHasBegunIsNotHeldForItsNeighbours(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := w.limited("i-web", only(20, quarantine.BeyondAsk))
	w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: estate.Throttle})
	if _, err := w.handle(in); !quarantine.Passes(err) {
		t.Fatalf("got %v", err)
	}
	w.addNATGateway(t)
	wantHit(t, w.wantCut(t, in), "6 other instances and a NAT gateway")
}
