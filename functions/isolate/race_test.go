package isolate

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// I4: whenever a second execution comes, for another instance in the subnet or
// for the same one (a retry while the first attempt is still at it), the
// association changes once, one ACL is made, and each incident holds the subnet.
func TestASecondExecutionAtEveryMomentOfTheFirst(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]string{"for the neighbour": "i-peer", "for the same instance": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everyCall(t, func(t *testing.T, w *world, in Request, i int, _ call, _ state, _ quarantine.Containment) {
				other := in
				if second != "" {
					other = request(second)
				}
				w.inject(fault{skip: i, before: func() { w.isolate(t, other.Claim.Target.InstanceID) }})
				done, err := w.handle(t, in)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range []Request{in, other} {
					w.wantHeld(t, w.marked[r.Claim.Incident], r)
				}
				w.wantHeld(t, done, in)
				w.wantOneChange(t)
			})
		})
	}
}

// Somebody changes a subnet by hand at any moment: either the claim is true of
// what the read-back showed, or there is none. A retry completes, and what
// somebody put there is on record as the original, so that release restores it.
func TestSomebodyChangesASubnetAtEveryMoment(t *testing.T) {
	t.Parallel()
	everyCall(t, func(t *testing.T, w *world, in Request, i int, _ call, _ state, _ quarantine.Containment) {
		subnet := w.instances[in.Claim.Target.InstanceID].Subnets()[0]
		foreign := w.add(w.home(subnet), "acl-foreign", nil)
		w.inject(fault{skip: i, before: w.somebodyPuts(subnet, foreign.ID)})
		if _, err := w.handle(t, in); err != nil {
			wantName(t, err, quarantine.NotVerified)
			same(t, "marked", false, w.marked[in.Claim.Incident].Incident != "")
		}
		done := w.isolate(t, in.Claim.Target.InstanceID)
		w.wantHeld(t, done, in)
		same(t, "the original on record", "acl-foreign", w.records[subnet].OriginalACL)
	})
}

// wantHeld wants every subnet of the claim under a quarantine ACL now, and held.
func (w *world) wantHeld(t *testing.T, done quarantine.Containment, in Request) {
	t.Helper()
	same(t, "subnets claimed", len(w.instances[in.Claim.Target.InstanceID].Subnets()), len(done.Subnets))
	for _, q := range done.Subnets {
		same(t, "what "+q.SubnetID+" is under", w.under()[q.SubnetID], q.QuarantineACL)
		if a := w.vpc(q.VPCID).acl(q.QuarantineACL); a == nil || !a.Quarantines() {
			t.Errorf("%s is under %s, which does not cut", q.SubnetID, q.QuarantineACL)
		}
		if !slices.Contains(w.records[q.SubnetID].Holders, in.Claim.Incident) {
			t.Errorf("%s is not held for %s", q.SubnetID, in.Claim.Incident)
		}
	}
}

// wantOneChange wants one replacement in every subnet that is under
// quarantine, of the ACL that stood there first, and one ACL a VPC.
func (w *world) wantOneChange(t *testing.T) {
	t.Helper()
	originals := map[string]string{"subnet-a": "acl-main", "subnet-b": "acl-main", "subnet-c": "acl-own", "subnet-x": "acl-other"}
	for subnet, r := range w.records {
		same(t, "associations of "+subnet+" so far", 2, w.changes[subnet])
		same(t, "the original of "+subnet, originals[subnet], r.OriginalACL)
		same(t, "the original of "+subnet+" on the ACL", originals[subnet], w.vpc(r.VPCID).acl(r.QuarantineACL).Tags[quarantine.TagOriginal+subnet])
	}
	for _, v := range w.vpcs {
		if v.made > 1 {
			t.Errorf("%d ACLs were made in %s", v.made, v.id)
		}
	}
}

// together runs the handler for each of the instances at once, everything side
// by side as in Lambda, and gives each one's claim.
func (w *world) together(t *testing.T, instances ...string) map[string]quarantine.Containment {
	t.Helper()
	var mu sync.Mutex
	claims := map[string]quarantine.Containment{}
	var runs []func()
	for _, instance := range instances {
		runs = append(runs, func() {
			h := w.handler()
			h.Clock = clocktest.At(noon)
			done, err := h.Handle(t.Context(), request(instance))
			if err != nil {
				t.Errorf("%s: %v", instance, err)
			}
			mu.Lock()
			defer mu.Unlock()
			claims[instance] = done
		})
	}
	quarantine.SystemClock{}.RunSideBySide(runs...)
	return claims
}

// Who cut a subnet has not joined, even if others have come by the time it is on record.
func TestWhoCutDidNotJoin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "Verified", before: func() { w.isolate(t, "i-peer") }})
	done := w.isolate(t, "i-web")
	same(t, "the holders", []string{"inc-peer", "inc-web"}, done.Subnets[0].Holders)
	same(t, "joined", false, done.Subnets[0].Joined)
}

func TestTwoInstancesOfOneSubnetAtOnce(t *testing.T) {
	t.Parallel()
	for range 200 {
		w := newWorld(t)
		for instance, done := range w.together(t, "i-web", "i-peer") {
			w.wantHeld(t, done, request(instance))
		}
		w.wantOneChange(t)
		same(t, "replacements", 1, w.worked("ReplaceAssociation"))
		if w.marked["inc-web"].Subnets[0].Joined == w.marked["inc-peer"].Subnets[0].Joined {
			t.Error("one of them cut the subnet, and the other joined")
		}
		same(t, "the holders", []string{"inc-peer", "inc-web"}, w.records["subnet-a"].Holders)
	}
}

// Instances that share some subnets and not others, each with several.
func TestManyInstancesAtOnce(t *testing.T) {
	t.Parallel()
	for range 100 {
		w := newWorld(t)
		for instance, done := range w.together(t, "i-web", "i-peer", "i-pair", "i-db", "i-wide") {
			w.wantHeld(t, done, request(instance))
		}
		w.wantOneChange(t)
		same(t, "replacements", 4, w.worked("ReplaceAssociation"))
	}
}

// One subnet is joined while the other is cut, and the same execution does
// both at once.
func TestJoiningAndCuttingSideBySide(t *testing.T) {
	t.Parallel()
	for range 100 {
		w := newWorld(t)
		w.isolate(t, "i-web")
		w.together(t, "i-pair")
		joined := map[string]bool{}
		for _, q := range w.marked["inc-pair"].Subnets {
			joined[q.SubnetID] = q.Joined
		}
		same(t, "which subnets were joined", map[string]bool{"subnet-a": true, "subnet-c": false}, joined)
	}
}

// However the calls of one execution fall, it leaves the same behind.
func TestSideBySideIsAsGoodAsInTurn(t *testing.T) {
	t.Parallel()
	for _, s := range scenes {
		inTurn, atOnce := newWorld(t), newWorld(t)
		for _, w := range []*world{inTurn, atOnce} {
			if s.before != "" {
				w.isolate(t, s.before)
			}
		}
		claim := inTurn.isolate(t, s.instance)
		same(t, s.name+": the claims", map[string]quarantine.Containment{s.instance: claim}, atOnce.together(t, s.instance))
		same(t, s.name+": what is left behind", inTurn.state(), atOnce.state())
		same(t, s.name+": changes", maps.Clone(inTurn.changes), atOnce.changes)
	}
}
