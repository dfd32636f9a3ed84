package isolate

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// limited is a request under limits.
func limited(instance string, l quarantine.Limits) Request {
	in := request(instance)
	in.Limits = l
	return in
}

// generous are limits that one isolation is far within.
var generous = quarantine.Limits{AccountPerHour: 20, VPCPerHour: 10, VPCSubnetsPercent: 50}

// wantHeldBack wants the brake to hold the cut, with these words, and nothing changed anywhere.
func (w *world) wantHeldBack(t *testing.T, in Request, says string) {
	t.Helper()
	before := w.state()
	done, err := w.handle(t, in)
	wantName(t, err, quarantine.BrakeTripped)
	if err != nil && !strings.Contains(err.Error(), says) {
		t.Errorf("%q does not say %q", err, says)
	}
	same(t, "what is claimed", quarantine.Containment{}, done)
	same(t, "what is left behind", before, w.state())
}

// wantCut wants the instance cut off, whatever the brake thinks.
func (w *world) wantCut(t *testing.T, in Request) quarantine.Containment {
	t.Helper()
	done, err := w.handle(t, in)
	if err != nil {
		t.Fatal(err)
	}
	w.wantHeld(t, done, in)
	return done
}

func TestIsolationsAnHourAreLimited(t *testing.T) {
	t.Parallel()
	for name, limits := range map[string]quarantine.Limits{"account": {AccountPerHour: 2}, "vpc-1": {VPCPerHour: 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.wantCut(t, limited("i-web", limits))
			w.wantCut(t, limited("i-web", limits)) // a retry is not counted again
			w.wantCut(t, limited("i-db", limits))
			w.wantHeldBack(t, limited("i-pair", limits), "isolations of "+name+" in the hour from 12:00 UTC: 2, and the policy's limits is 2")
			same(t, "counted", []string{"i-web", "i-db"}, w.counted[name])
		})
	}
}

// Nothing new is cut for an instance whose subnets are all under quarantine.
func TestWhatIsCutAlreadyIsBeyondNoLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-web")
	w.wantCut(t, limited("i-db", quarantine.Limits{AccountPerHour: 1}))
	w.wantCut(t, limited("i-peer", quarantine.Limits{AccountPerHour: 1, VPCSubnetsPercent: 1}))
}

// vpc-1 has three subnets, and vpc-2 has one.
func TestTheShareOfSubnetsUnderQuarantineIsLimited(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, standing, instance string
		percent                  int
		says                     string // "" is a cut
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
			if c.standing != "" {
				w.isolate(t, c.standing)
			}
			in := limited(c.instance, quarantine.Limits{VPCSubnetsPercent: c.percent})
			if c.says == "" {
				w.wantCut(t, in)
			} else {
				w.wantHeldBack(t, in, c.says)
			}
		})
	}
}

// What others have counted in this hour takes up its share before it shows.
func TestTheShareCountsWhatIsBeingCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, standing string
		cutting        map[string][]string
		instance       string
		percent        int
		says           string // "" is a cut
	}{
		{"another one just beyond", "", map[string][]string{"i-x": {"subnet-b"}}, "i-web", 66, "0 of the 3 subnets of vpc-1 are under quarantine, 1 more are being cut or were in this hour, this cut would add 1,"},
		{"another one within", "", map[string][]string{"i-x": {"subnet-b"}}, "i-web", 67, ""},
		{"one that stands, and another one", "i-db", map[string][]string{"i-db": {"subnet-b"}, "i-x": {"subnet-c"}}, "i-web", 67, "1 of the 3 subnets of vpc-1 are under quarantine, 1 more are"},
		{"one that stands is not counted twice", "i-db", map[string][]string{"i-db": {"subnet-b"}}, "i-web", 67, ""},
		{"the first quarantine is another instance's in the same subnet", "", map[string][]string{"i-peer": {"subnet-a"}}, "i-web", 1, ""},
		{"an earlier attempt's own", "", map[string][]string{"i-web": {"subnet-a"}}, "i-web", 1, ""},
		{"a subnet that is not the VPC's any more", "", map[string][]string{"i-x": {"subnet-gone"}}, "i-web", 1, ""},
		{"a subnet of another VPC", "", map[string][]string{"i-x": {"subnet-x"}}, "i-web", 1, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.standing != "" {
				w.isolate(t, c.standing)
			}
			w.cutting = c.cutting
			in := limited(c.instance, quarantine.Limits{VPCSubnetsPercent: c.percent})
			if c.says == "" {
				w.wantCut(t, in)
			} else {
				w.wantHeldBack(t, in, c.says)
			}
		})
	}
}

// What the brake holds for the share has used up nobody's place in the hour.
func TestWhatIsHeldForTheShareIsNotCounted(t *testing.T) {
	t.Parallel()
	for name, hints := range map[string][]string{"the finding is right": nil, "the finding is stale": {"vpc-2"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.isolate(t, "i-web")
			in := limited("i-db", quarantine.Limits{AccountPerHour: 1, VPCPerHour: 1, VPCSubnetsPercent: 1})
			if hints != nil {
				hint(hints...)(w, &in)
			}
			for range 3 {
				w.wantHeldBack(t, in, "vpcSubnetsPercent")
			}
			for of, hosts := range w.counted {
				same(t, "counted in "+of, []string{}, hosts)
			}
			same(t, "subnets counted", 0, len(w.cutting))
		})
	}
}

// What is held for a limit of an hour was counted nowhere, and takes no second write.
func TestWhatIsRefusedAPlaceGivesNoneBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.counted["account"] = []string{"i-other"}
	w.wantHeldBack(t, limited("i-web", quarantine.Limits{AccountPerHour: 1}), "account")
	same(t, "writes", 0, w.made("DiscountIsolation"))
}

func TestACountThatCannotBeTakenBackHoldsNothingUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.isolate(t, "i-web")
	w.inject(fault{on: "DiscountIsolation", err: quarantine.Failf(quarantine.AccessDenied, "no")})
	w.wantHeldBack(t, limited("i-db", quarantine.Limits{VPCSubnetsPercent: 1}), "vpcSubnetsPercent")
}

// The finding is stale, and only the first count is answered: what it said
// counts, unless it is of a VPC that the instance is not in.
func TestALimitThatIsReachedStaysSoIfTheSecondCountFails(t *testing.T) {
	t.Parallel()
	for of, held := range map[string]bool{"account": true, "vpc-2": false} {
		w := newWorld(t)
		w.counted[of] = []string{"i-other"}
		w.inject(fault{on: "CountIsolation vpc-1", err: quarantine.Failf(quarantine.Unavailable, "no answer")})
		in := limited("i-web", quarantine.Limits{AccountPerHour: 1, VPCPerHour: 1})
		hint("vpc-2")(w, &in)
		if held {
			w.wantHeldBack(t, in, of)
			continue
		}
		same(t, "warnings", []string{"the brake could not be consulted: no answer"}, w.wantCut(t, in).Warnings)
	}
}

// An ACL of ours that lets something pass cuts nothing, and takes up no share.
func TestALeakingQuarantineTakesNoShare(t *testing.T) {
	t.Parallel()
	w := leaking(t)
	w.wantCut(t, limited("i-db", quarantine.Limits{VPCSubnetsPercent: 34}))
}

func TestAPersonsYesIsCountedAndCuts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	limits := quarantine.Limits{AccountPerHour: 1, VPCPerHour: 1, VPCSubnetsPercent: 1}
	w.wantCut(t, limited("i-web", limits))
	in := limited("i-db", limits)
	w.wantHeldBack(t, in, "the brake holds this cut")
	in.Approved = true
	same(t, "warnings", nil, w.wantCut(t, in).Warnings)
	same(t, "counted", []string{"i-web", "i-db"}, w.counted["account"])
}

// However the brake fails, the cut goes on, and people are told.
func TestABrakeThatFailsStopsNoCut(t *testing.T) {
	t.Parallel()
	for _, name := range []string{quarantine.Throttled, quarantine.Unavailable, quarantine.AccessDenied, quarantine.Unexpected} {
		for _, worked := range []bool{true, false} {
			w := newWorld(t)
			w.inject(fault{on: "CountIsolation", worked: worked, err: quarantine.Failf(name, "the ledger is out of order")})
			done := w.wantCut(t, limited("i-web", generous))
			same(t, "warnings", []string{"the brake could not be consulted: the ledger is out of order"}, done.Warnings)
			same(t, "the warnings on record", done.Warnings, w.marked["inc-web"].Warnings)
		}
	}
}

// slow is a ledger whose count does not answer before the caller gives up.
type slow struct{ *world }

func (slow) CountIsolation(ctx context.Context, _ quarantine.Isolation) ([]string, error) {
	<-ctx.Done()
	return nil, quarantine.Failf(quarantine.Unavailable, "no answer: %w", ctx.Err())
}

func TestABrakeThatHangsIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		h := w.handler()
		h.Ledger, h.Clock = slow{w}, clocktest.At(noon)
		began := time.Now()
		done, err := h.Handle(t.Context(), limited("i-web", generous))
		if err != nil || len(done.Warnings) != 1 || !strings.Contains(done.Warnings[0], "no answer") {
			t.Errorf("got %v, %v", done.Warnings, err)
		}
		same(t, "how long the cut waited", brakeTime, time.Since(began))
	})
}

// A cut that was interrupted goes on, though others have reached the limits
// since: an incident that holds a subnet is not put to a person as if nothing
// had been changed.
func TestACutThatHasBegunGoesOn(t *testing.T) {
	t.Parallel()
	tight := quarantine.Limits{AccountPerHour: 1, VPCSubnetsPercent: 1}
	for _, on := range []string{"CreateNetworkACL", "ReplaceAssociation subnet-a", "ReplaceAssociation subnet-c"} {
		for _, worked := range []bool{true, false} {
			w := newWorld(t)
			in := limited("i-pair", tight)
			w.inject(fault{on: "CountIsolation", err: quarantine.Failf(quarantine.Throttled, "not now")})
			w.inject(fault{on: on, worked: worked, err: quarantine.Failf(quarantine.Throttled, "not now")})
			_, err := w.handle(t, in)
			wantName(t, err, quarantine.Throttled)
			w.isolate(t, "i-db")
			w.counted["account"] = []string{"i-other"}
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
		w.counted["account"] = []string{"i-other"}
		w.inject(fault{on: "Quarantine subnet-a", err: quarantine.Failf(name, "cannot be read")})
		before := w.state()
		_, err := w.handle(t, limited("i-web", quarantine.Limits{AccountPerHour: 1}))
		wantName(t, err, name)
		same(t, "what is left behind", before, w.state())
	}
}

// With a stale finding, the VPCs that count are those of the instance.
func TestTheInstancesOwnVPCsAreCounted(t *testing.T) {
	t.Parallel()
	for name, hints := range map[string][]string{"another VPC": {"vpc-2"}, "one more": {"vpc-1", "vpc-2"}, "none": {""}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			in := limited("i-web", quarantine.Limits{VPCPerHour: 1})
			hint(hints...)(w, &in)
			w.counted["vpc-2"] = []string{"i-other"} // the limit of a VPC that it is not in
			w.wantCut(t, in)
			next := limited("i-db", quarantine.Limits{VPCPerHour: 1})
			hint(hints...)(w, &next)
			w.wantHeldBack(t, next, "vpc-1")
		})
	}
}
