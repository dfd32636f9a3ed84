package simulate_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/invariants"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// sparing is a policy that has the security group in place of a cut that hits too many.
func sparing(t *testing.T) *triage.Policy {
	t.Helper()
	p, err := triage.ParsePolicy([]byte(sparesNeighbours))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// trunked gives host A an interface that no group can hold.
func trunked(a *account.Account) {
	natGateway(a)
	a.AttachInterface(hostA, account.Interface{Subnet: subnetA, PrivateIP: "10.0.1.61", Type: quarantine.TypeTrunk})
}

func TestTheGroupContainsWhereTheCutWouldHitTooMany(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		prepare func(*account.Account)
		person  bool
		ends    string
		byGroup bool
		says    string // the first message
	}{
		"within the limit":     {crowd(18), false, "Contained", false, "CONTAINED. " + hostA + " is cut off"},
		"one more":             {crowd(19), false, "Contained", true, "CONTAINED BY ITS SECURITY GROUP ALONE, " + hostA + ": tracked connections go on"},
		"a NAT gateway":        {natGateway, false, "Contained", true, "2 other instances and a NAT gateway (nat-0a000000000000001): that is beyond the policy's neighbours"},
		"not whole, and a no":  {trunked, false, "LeftUncut", false, "the measure security-group cannot hold all of " + hostA},
		"not whole, and a yes": {trunked, true, "Contained", false, "A yes cuts all of that off with the instance"},
		"throttled for a while": {func(a *account.Account) {
			natGateway(a)
			a.Inject(account.Fault{Operation: setGroups, Kind: account.Throttle, Times: 3})
		}, false, "Contained", true, "CONTAINED BY ITS"},
		"the answer is lost": {func(a *account.Account) {
			natGateway(a)
			a.Inject(account.Fault{Operation: setGroups, Kind: account.TimeoutAfter, Times: 1})
		}, false, "Contained", true, "CONTAINED BY ITS"},
		"denied": {func(a *account.Account) {
			natGateway(a)
			a.Inject(account.Fault{Operation: setGroups, Kind: account.Deny})
		}, false, "ContainmentFailed", false, "NOT CONTAINED"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := world(c.prepare != nil, miner(hostA, 1))
			w.Answer = map[bool]invariants.Answer{true: invariants.Yes, false: invariants.No}[c.person]
			r := checked(t, simulate.Options{
				Events: []simulate.Event{miner(hostA, 1)}, Account: network, Prepare: c.prepare, Person: simulate.Answer(c.person), Policy: sparing(t), Start: start,
			}, w)
			if got := end(r.Executions[0]); got != c.ends {
				t.Fatalf("ended in %s: %s", got, path(r.Executions[0]))
			}
			if text := strings.Join(strings.Fields(r.Notifications[0].Text), " "); !strings.Contains(text, c.says) {
				t.Errorf("%q is not in:\n%s", c.says, r.Notifications[0].Text)
			}
			if cut := len(quarantined(t, r)) > 0; cut == (c.byGroup || c.ends != "Contained") {
				t.Errorf("a subnet is cut: %t", cut)
			}
		})
	}
}

// containedByGroup runs a scenario on host A, beside a NAT gateway, once its group contains it.
func containedByGroup(t *testing.T, scenario func(context.Context, *watching)) *simulate.Report {
	t.Helper()
	return watchedIn(t, sparing(t), natGateway, func(ctx context.Context, w *watching) {
		if in := w.incident(ctx); in.ContainedBy != "security-group" || len(in.HeldQuarantines()) > 0 || len(in.HoldsOf("security-group")) != 1 {
			t.Fatalf("on record is %+v", in)
		}
		w.wantNarrowed() // the neighbours are free, and the instance is not
		scenario(ctx, w)
	})
}

func TestWhatTheGroupContainsIsWatchedAndGoesBack(t *testing.T) {
	t.Parallel()
	r := containedByGroup(t, func(ctx context.Context, w *watching) {
		before := w.hold(ctx, "security-group").Parts["groups"].Before.Text
		w.look(ctx, `{}`, "Looked")
		if after := w.incident(ctx).Watch; len(after.Drifts) > 0 || after.Unseen != "" {
			t.Errorf("the watch asks about subnets that were never cut: %+v", after)
		}
		w.pass(ctx, 5*time.Minute)
		w.s.Account.SetGroups(hostA, w.s.Account.AddSecurityGroup(account.SecurityGroup{VPC: vpc, Ingress: []account.Rule{{Source: "0.0.0.0/0"}}}))
		w.wantPutRight(ctx, "security-group", quarantine.DriftReopened)
		w.wantNarrowed()
		w.pass(ctx, 20*time.Minute)
		w.narrow(ctx, "narrow-1", "NotNarrowed") // there is nothing to give back
		w.released(ctx)()
		w.reaches("host A, from another subnet", account.Packet{From: other, To: "10.0.1.10", Protocol: "tcp", Port: 22}, true)
		in, err := w.s.Ledger.Incident(ctx, w.incidents[0])
		if err != nil || in.Release == nil || len(in.Release.Subnets) != 0 {
			t.Fatalf("released is %+v (%v)", in.Release, err)
		}
		if got := w.attributes(in.HoldsOf("security-group")[0].Thing)["groups"]; got != before {
			t.Errorf("after the release the interface has %q, not %q", got, before)
		}
	})
	wantTold(t, r, "REOPENED, CLOSED AGAIN")
}

func TestALaterFindingJoinsWhatTheGroupContains(t *testing.T) {
	t.Parallel()
	containedByGroup(t, func(ctx context.Context, w *watching) {
		e := w.run(ctx, wiring.Name, "respond-2", miner(hostA, 2).Body)
		if last := e.Result.Path[len(e.Result.Path)-1]; last != "Joined" {
			t.Errorf("it ended in %s: %s", last, e.Result.Cause)
		}
		w.wantNarrowed()
	})
}

// One that the group can hold gets it; one that it cannot hold is a person's decision.
func TestInterfacesThatComeLaterAreHeldOrTold(t *testing.T) {
	t.Parallel()
	r := containedByGroup(t, func(ctx context.Context, w *watching) {
		w.s.Account.AttachInterface(hostA, account.Interface{Subnet: subnetB, PrivateIP: "10.0.2.60"})
		w.wantPutRight(ctx, "security-group", quarantine.DriftNew)
		w.pass(ctx, 5*time.Minute)
		w.s.Account.AttachInterface(hostA, account.Interface{Subnet: subnetB, PrivateIP: "10.0.2.61", Type: quarantine.TypeTrunk})
		w.look(ctx, `{}`, "Looked")
	})
	wantTold(t, r, "COMPLETED", "NOT COVERED")
}

func TestEqualAccountsComeBackAfterTheGroup(t *testing.T) {
	t.Parallel()
	r := containedByGroup(t, func(ctx context.Context, w *watching) { w.released(ctx)() })
	for id, before := range r.Account.AttributesBefore {
		for name, value := range before {
			if now := r.Account.Attributes[id][name]; now != value {
				t.Errorf("%s of %s was %q and is %q", name, id, value, now)
			}
		}
	}
	if len(quarantined(t, r)) > 0 || len(r.Changes) > 0 {
		t.Errorf("associations of subnets were changed: %+v", r.Changes)
	}
}
