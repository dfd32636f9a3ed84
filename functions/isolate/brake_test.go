package isolate_test

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// limited is a request under limits.
func (w world) limited(instance string, l quarantine.Limits) isolate.Request {
	in := w.Isolation(instance)
	in.Limits = l
	return in
}

// generous are limits that one isolation is far within.
var generous = quarantine.Limits{AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50}

// fill has another instance take a place in the hour: of the account, or of a VPC.
func (w world) fill(t *testing.T, of string) {
	t.Helper()
	i := quarantine.Isolation{Resource: w.Resource("i-other"), At: noon, Limits: quarantine.Limits{AccountPerHour: 1}}
	if of != "account" {
		i.Subnets, i.Limits = map[string][]string{w.ID(of): {w.ID("subnet-old")}}, quarantine.Limits{VPCPerHour: 1}
	}
	w.counts(t, i)
}

// cutting has an instance counted that is about to cut a subnet.
func (w world) cutting(t *testing.T, instance, vpc, subnet string) {
	t.Helper()
	w.counts(t, quarantine.Isolation{
		Resource: w.Resource(instance), At: noon, Subnets: map[string][]string{w.ID(vpc): {w.ID(subnet)}}, Limits: quarantine.Limits{VPCSubnetsPercent: 100},
	})
}

func (w world) counts(t *testing.T, i quarantine.Isolation) {
	t.Helper()
	if _, err := w.Ledger.CountIsolation(t.Context(), i); err != nil {
		t.Fatal(err)
	}
}

// left is what is left behind besides the hour's count.
func (w world) left() []string {
	return slices.DeleteFunc(w.State(), func(line string) bool { return strings.Contains(line, "HOUR#") })
}

// wantHeldBack wants the brake to hold the cut, with these words, and nothing changed anywhere.
func (w world) wantHeldBack(t *testing.T, in isolate.Request, says string) {
	t.Helper()
	before := w.left()
	done, err := w.handle(in)
	estate.WantName(t, err, quarantine.BrakeTripped)
	estate.WantSays(t, err, says)
	same(t, "what is claimed", quarantine.Containment{}, done)
	same(t, "what is left behind", before, w.left())
}

// wantCut wants the instance cut off, whatever the brake thinks.
func (w world) wantCut(t *testing.T, in isolate.Request) quarantine.Containment {
	t.Helper()
	done, err := w.handle(in)
	if err != nil {
		t.Fatal(err)
	}
	w.wantHeld(t, done, in)
	return done
}

func TestIsolationsAnHourAreLimited(t *testing.T) {
	t.Parallel()
	for of, c := range map[string]struct {
		limits  quarantine.Limits
		counted string
	}{
		"account 111122223333": {quarantine.Limits{AccountPerHour: 2}, "instances"},
		"vpc-1":                {quarantine.Limits{VPCPerHour: 2}, "vpc#vpc-1"},
	} {
		t.Run(of, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.wantCut(t, w.limited("i-web", c.limits))
			w.wantCut(t, w.limited("i-web", c.limits)) // a retry is not counted again
			w.wantCut(t, w.limited("i-db", c.limits))
			w.wantHeldBack(t, w.limited("i-pair", c.limits), "isolations of "+of+" in the hour from 12:00 UTC: 2, and the policy's limits.isolationsPerHour.")
			same(t, "counted", []string{"i-db", "i-web"}, w.Hour(noon)[c.counted])
			w.Pass(time.Hour)
			w.wantCut(t, w.limited("i-pair", c.limits))
		})
	}
}

// Nothing new is cut for an instance whose subnets are all under quarantine.
func TestWhatIsCutAlreadyIsBeyondNoLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-web")
	w.wantCut(t, w.limited("i-db", quarantine.Limits{AccountPerHour: 1}))
	w.wantCut(t, w.limited("i-peer", quarantine.Limits{AccountPerHour: 1, VPCSubnetsPercent: 1}))
}

// vpc-1 has three subnets, and vpc-2 has one.
func TestTheShareOfSubnetsUnderQuarantineIsLimited(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, quarantined, instance string
		percent                     int
		says                        string // "" is a cut
	}{
		{"the first cut of a VPC is within any limit", "", "i-pair", 1, ""},
		{"the first cut of a VPC with one subnet", "", "i-wide", 1, ""},
		{"within", "i-web", "i-db", 67, ""},
		{"just beyond", "i-web", "i-db", 66, "1 of the 3 subnets of vpc-1 are under quarantine, this cut would add 1, and the policy's limits.vpcSubnetsPercent is 66"},
		{"no limit", "i-web", "i-db", 0, ""},
		{"all of a VPC", "i-web", "i-db", 100, ""},
		{"one of two subnets is new", "i-web", "i-pair", 50, "would add 1"},
		{"one of two VPCs is beyond", "i-pair", "i-wide", 80, "2 of the 3 subnets of vpc-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.quarantined != "" {
				w.isolate(t, c.quarantined)
			}
			w.wantJudged(t, w.limited(c.instance, quarantine.Limits{VPCSubnetsPercent: c.percent}), c.says)
		})
	}
}

// wantJudged wants a cut if the brake has nothing to say, and else that it holds the cut.
func (w world) wantJudged(t *testing.T, in isolate.Request, says string) {
	t.Helper()
	if says == "" {
		w.wantCut(t, in)
	} else {
		w.wantHeldBack(t, in, says)
	}
}

// What others have counted in this hour takes up its share before it shows.
func TestTheShareCountsWhatIsBeingCut(t *testing.T) {
	t.Parallel()
	type counted struct{ instance, vpc, subnet string }
	for _, c := range []struct {
		name, quarantined string
		cutting           []counted
		percent           int
		says              string // "" is a cut of i-web, which is in subnet-a
	}{
		{"another one just beyond", "", []counted{{"i-x", "vpc-1", "subnet-b"}}, 66, "0 of the 3 subnets of vpc-1 are under quarantine, 1 more (being cut, or cut in this hour), this cut would add 1,"},
		{"another one within", "", []counted{{"i-x", "vpc-1", "subnet-b"}}, 67, ""},
		{"one that stands, and another one", "i-db", []counted{{"i-db", "vpc-1", "subnet-b"}, {"i-x", "vpc-1", "subnet-c"}}, 67, "1 of the 3 subnets of vpc-1 are under quarantine, 1 more (being cut"},
		{"one that stands is not counted twice", "i-db", []counted{{"i-db", "vpc-1", "subnet-b"}}, 67, ""},
		{"the first quarantine is another instance's in the same subnet", "", []counted{{"i-peer", "vpc-1", "subnet-a"}}, 1, ""},
		{"an earlier attempt's own", "", []counted{{"i-web", "vpc-1", "subnet-a"}}, 1, ""},
		{"a subnet that is not the VPC's any more", "", []counted{{"i-x", "vpc-1", "subnet-gone"}}, 1, ""},
		{"a subnet of another VPC", "", []counted{{"i-x", "vpc-2", "subnet-x"}}, 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.quarantined != "" {
				w.isolate(t, c.quarantined)
			}
			for _, of := range c.cutting {
				w.cutting(t, of.instance, of.vpc, of.subnet)
			}
			w.wantJudged(t, w.limited("i-web", quarantine.Limits{VPCSubnetsPercent: c.percent}), c.says)
		})
	}
}

// What the brake holds for the share has used up nobody's place in the hour.
func TestWhatIsHeldForTheShareIsNotCounted(t *testing.T) {
	t.Parallel()
	for name, hints := range map[string]given{"the finding is right": func(world, *isolate.Request) {}, "the finding is stale": hint("vpc-2")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.isolate(t, "i-web")
			in := w.limited("i-db", quarantine.Limits{AccountPerHour: 1, VPCPerHour: 1, VPCSubnetsPercent: 1})
			hints(w, &in)
			for range 3 {
				w.wantHeldBack(t, in, "vpcSubnetsPercent")
			}
			same(t, "counted", map[string][]string{}, w.Hour(noon))
		})
	}
}

// What is held for a limit of an hour was counted nowhere, and takes no second write.
func TestWhatIsRefusedAPlaceGivesNoneBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(t, "account")
	w.wantHeldBack(t, w.limited("i-web", quarantine.Limits{AccountPerHour: 1}), "account")
	same(t, "calls", []string{"DescribeInstances i-web", "DescribeNetworkAcls vpc-1", count, "GetItem HOLD subnet-a"}, w.Texts(0))
}

func TestACountThatCannotBeTakenBackHoldsNothingUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-web")
	w.Inject(strings.TrimSuffix(count, "counted")+"discounted", failing[quarantine.AccessDenied])
	w.wantHeldBack(t, w.limited("i-db", quarantine.Limits{VPCSubnetsPercent: 1}), "vpcSubnetsPercent")
}

// The finding is stale, and only the first count is answered: what it said
// counts, unless it is of a VPC that the instance is not in.
func TestALimitThatIsReachedStaysSoIfTheSecondCountFails(t *testing.T) {
	t.Parallel()
	for of, held := range map[string]bool{"account": true, "vpc-2": false} {
		w := newWorld(t)
		w.fill(t, of)
		w.Inject(count, estate.Fault{Kind: estate.ServerError, Skip: 1})
		in := w.limited("i-web", quarantine.Limits{AccountPerHour: 1, VPCPerHour: 1})
		hint("vpc-2")(w, &in)
		if held {
			w.wantHeldBack(t, in, of)
			continue
		}
		wantUnconsulted(t, w.wantCut(t, in))
	}
}

func wantUnconsulted(t *testing.T, done quarantine.Containment) {
	t.Helper()
	if len(done.Warnings) != 1 || !strings.HasPrefix(done.Warnings[0], "the brake could not be consulted: DynamoDB ") {
		t.Errorf("warnings %q", done.Warnings)
	}
}

// An ACL of ours that lets something pass cuts nothing, and takes up no share.
func TestALeakingQuarantineTakesNoShare(t *testing.T) {
	t.Parallel()
	w := leaking(t)
	w.wantCut(t, w.limited("i-db", quarantine.Limits{VPCSubnetsPercent: 34}))
}

func TestAPersonsYesIsCountedAndCuts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	limits := quarantine.Limits{AccountPerHour: 1, VPCPerHour: 1, VPCSubnetsPercent: 1}
	w.wantCut(t, w.limited("i-web", limits))
	in := w.limited("i-db", limits)
	w.wantHeldBack(t, in, "the brake holds this cut")
	in.Approved = true
	same(t, "warnings", nil, w.wantCut(t, in).Warnings)
	same(t, "counted", []string{"i-db", "i-web"}, w.Hour(noon)["instances"])
}

// However the brake fails, the cut goes on, and people are told.
func TestABrakeThatFailsStopsNoCut(t *testing.T) {
	t.Parallel()
	faults := []estate.Fault{failing[quarantine.Throttled], failing[quarantine.Unavailable], failing[quarantine.AccessDenied], failing[quarantine.Unexpected], {Kind: estate.TimeoutAfter}}
	for _, f := range faults {
		w := newWorld(t)
		w.Inject(count, f)
		wantUnconsulted(t, w.wantCut(t, w.limited("i-web", generous)))
	}
}

func TestABrakeThatHangsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var counting atomic.Bool
		w := newWorldOf(t, estate.Options{Clock: quarantine.SystemClock{}, Latency: func(_, operation string) time.Duration {
			if operation == "UpdateItem" && counting.CompareAndSwap(true, false) { // the count is the first
				return time.Hour
			}
			return 0
		}})
		w.Concurrent = quarantine.SystemClock{}.RunSideBySide
		counting.Store(true)
		began := time.Now()
		done, err := w.handle(w.limited("i-web", generous))
		if err != nil {
			t.Fatal(err)
		}
		wantUnconsulted(t, done)
		same(t, "how long the cut waited", time.Second, time.Since(began))
	})
}

// A cut that was interrupted goes on, though others have reached the limits
// since: an incident that holds a subnet is not put to a person as if nothing
// had been changed.
func TestACutThatHasBegunGoesOn(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"CreateNetworkAcl", "ReplaceNetworkAclAssociation subnet-a", "ReplaceNetworkAclAssociation subnet-c"} {
		for _, f := range []estate.Fault{{Kind: estate.Throttle}, {Kind: estate.TimeoutAfter}} {
			w := newWorld(t)
			in := w.limited("i-pair", quarantine.Limits{AccountPerHour: 1, VPCSubnetsPercent: 1})
			w.Inject(count, estate.Fault{Kind: estate.Throttle, Times: 2}) // the finding does not know subnet-c
			w.Inject(on, f)
			if _, err := w.handle(in); !quarantine.Passes(err) {
				t.Fatalf("%s: got %v", on, err)
			}
			w.isolate(t, "i-db")
			w.fill(t, "account")
			w.wantCut(t, in)
		}
	}
}

// Whether it has begun cannot be read: neither is cut beyond the limit nor is
// said that nothing was changed.
func TestWhetherACutHasBegunMustBeKnown(t *testing.T) {
	t.Parallel()
	for _, name := range []string{quarantine.Throttled, quarantine.AccessDenied} {
		w := newWorld(t)
		w.fill(t, "account")
		w.Inject("GetItem HOLD subnet-a", failing[name])
		before := w.State()
		_, err := w.handle(w.limited("i-web", quarantine.Limits{AccountPerHour: 1}))
		estate.WantName(t, err, name)
		same(t, "what is left behind", before, w.State())
	}
}

// With a stale finding, the VPCs that count are those of the instance.
func TestTheInstancesOwnVPCsAreCounted(t *testing.T) {
	t.Parallel()
	for name, hints := range map[string]given{"another VPC": hint("vpc-2"), "one more": hint("vpc-1", "vpc-2"), "none": unknown} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			in := w.limited("i-web", quarantine.Limits{VPCPerHour: 1})
			hints(w, &in)
			w.fill(t, "vpc-2") // the limit of a VPC that it is not in
			w.wantCut(t, in)
			next := w.limited("i-db", quarantine.Limits{VPCPerHour: 1})
			hints(w, &next)
			w.wantHeldBack(t, next, "vpc-1")
		})
	}
}
