package isolate_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simtime"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// I4: whenever a second execution comes, for another instance in the subnet or
// for the same one (a retry while the first attempt is still at it), the subnet's
// ACL changes once, one ACL is made, and each incident holds the subnet. The
// association may change again, by the same ACL: a second execution that comes before the
// first one's read-back learns by that whether what it reads stands.
func TestASecondExecutionAtEveryMomentOfTheFirst(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]string{"for the neighbour": "i-peer", "for the same instance": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			everyCall(t, func(t *testing.T, m moment) {
				other := second
				if other == "" {
					other = m.instance
				}
				var theirs quarantine.Containment
				m.Before("", m.index, func() { theirs = m.isolate(t, other) })
				done, err := m.handle(m.in)
				if err != nil {
					t.Fatal(err)
				}
				m.wantHeld(t, done, m.in)
				m.wantHeld(t, theirs, m.Isolation(other))
				same(t, "marked", true, m.contained(m.instance) && m.contained(other))
				m.wantOneChange(t)
			})
		})
	}
}

// Somebody changes a subnet by hand at any moment: either the claim is true of
// what the read-back showed, or there is none. A retry completes, and what
// somebody put there is on record as the original, so that release restores it.
func TestSomebodyChangesASubnetAtEveryMoment(t *testing.T) {
	t.Parallel()
	everyCall(t, func(t *testing.T, m moment) {
		subnet := estate.Subnets(m.instance)[0]
		m.AddACL(estate.VPC(subnet), "acl-foreign", nil)
		m.Before("", m.index, m.swaps(subnet, "acl-foreign"))
		if _, err := m.handle(m.in); err != nil {
			estate.WantName(t, err, quarantine.NotVerified)
			same(t, "marked", false, m.contained(m.instance))
		}
		m.wantHeld(t, m.isolate(t, m.instance), m.in)
		same(t, "the original on record", "acl-foreign", m.Record(subnet).Before)
	})
}

// wantHeld wants every subnet of the claim under a quarantine ACL now, and held.
func (w world) wantHeld(t *testing.T, done quarantine.Containment, in isolate.Request) {
	t.Helper()
	same(t, "subnets claimed", len(estate.Subnets(w.Text(in.Claim.Resource.ID))), len(done.Subnets))
	acls, under := w.ACLs(), w.Under()
	for _, q := range done.Subnets {
		same(t, "what "+q.SubnetID+" is under", under[q.SubnetID], q.After)
		if !acls[q.After].Quarantines() {
			t.Errorf("%s is under %s, which does not cut", q.SubnetID, q.After)
		}
		if !slices.Contains(w.Record(q.SubnetID).Holders, in.Claim.Incident) {
			t.Errorf("%s is not held for %s", q.SubnetID, in.Claim.Incident)
		}
	}
}

// wantOneChange wants one replacement in every subnet that is under
// quarantine, of the ACL that stood there first, and one ACL a VPC.
func (w world) wantOneChange(t *testing.T) {
	t.Helper()
	acls, made := w.ACLs(), map[string]int{}
	for subnet, acl := range w.Under() {
		if !acls[acl].MadeByProduct() {
			continue
		}
		same(t, "cuts of "+subnet, 1, w.cuts(subnet))
		same(t, "the original of "+subnet, estate.Originals()[subnet], w.Record(subnet).Before)
	}
	for _, acl := range acls {
		if acl.MadeByProduct() {
			made[acl.VPCID]++
		}
	}
	for vpc, n := range made {
		same(t, "ACLs made in "+vpc, 1, n)
	}
}

// cuts is how often another ACL was put on the subnet ("" is any).
func (w world) cuts(subnet string) (n int) {
	for _, c := range w.Changes() {
		if c.From.ID != c.To.ID && (subnet == "" || c.Subnet == w.ID(subnet)) {
			n++
		}
	}
	return n
}

// together runs the handler for each of the instances at once, everything side
// by side as in Lambda, again as the state machine does where it did not read back what it
// put there, and gives each one's claim.
func (w world) together(t *testing.T, instances ...string) map[string]quarantine.Containment {
	t.Helper()
	var mu sync.Mutex
	claims := map[string]quarantine.Containment{}
	w.Concurrent = quarantine.SystemClock{}.RunSideBySide
	var runs []func()
	for _, instance := range instances {
		runs = append(runs, func() {
			done, err := w.handle(w.Isolation(instance))
			for n := 0; n < 8 && quarantine.Passes(err); n++ {
				done, err = w.handle(w.Isolation(instance))
			}
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
	w.Before("write HOLD subnet-a verified", 0, func() { w.isolate(t, "i-peer") })
	done := w.isolate(t, "i-web")
	same(t, "the holders", []string{"inc-peer", "inc-web"}, done.Subnets[0].Holders)
	same(t, "joined", false, done.Subnets[0].Joined)
}

func TestTwoInstancesOfOneSubnetAtOnce(t *testing.T) {
	t.Parallel()
	for range 20 {
		w := newWorld(t)
		claims := w.together(t, "i-web", "i-peer")
		for instance, done := range claims {
			w.wantHeld(t, done, w.Isolation(instance))
		}
		w.wantOneChange(t)
		same(t, "cuts", 1, w.cuts(""))
		same(t, "the holders", []string{"inc-peer", "inc-web"}, w.Record("subnet-a").Holders)
	}
}

// Calls that take as long as each other: whoever comes second waits for the read-back of who
// was quicker, and changes nothing.
func TestANeighbourLeavesTheSubnetToWhoIsCuttingIt(t *testing.T) {
	t.Parallel()
	joined := map[bool]int{}
	time0 := simtime.New(noon)
	time0.Run(func() {
		w := newWorldOf(t, estate.Options{Clock: time0, Latency: func(string, string) time.Duration { return time.Second }})
		w.Concurrent = time0.RunSideBySide
		var runs []func()
		for _, instance := range []string{"i-web", "i-peer"} {
			in := w.Isolation(instance)
			runs = append(runs, func() {
				done, err := w.handle(in)
				if err != nil {
					t.Error(err)
					return
				}
				joined[done.Subnets[0].Joined]++
			})
		}
		time0.RunSideBySide(runs...)
		same(t, "replacements", 1, w.Worked("ReplaceNetworkAclAssociation"))
	})
	same(t, "who joined", map[bool]int{true: 1, false: 1}, joined)
}

// Instances that share some subnets and not others, each with several.
func TestManyInstancesAtOnce(t *testing.T) {
	t.Parallel()
	for range 10 {
		w := newWorld(t)
		for instance, done := range w.together(t, "i-web", "i-peer", "i-pair", "i-db", "i-wide") {
			w.wantHeld(t, done, w.Isolation(instance))
		}
		w.wantOneChange(t)
		same(t, "cuts", 4, w.cuts(""))
	}
}

// One subnet is joined while the other is cut, and the same execution does
// both at once.
func TestJoiningAndCuttingSideBySide(t *testing.T) {
	t.Parallel()
	for range 10 {
		w := newWorld(t)
		w.isolate(t, "i-web")
		joined := map[string]bool{}
		for _, q := range w.together(t, "i-pair")["i-pair"].Subnets {
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
		for _, w := range []world{inTurn, atOnce} {
			if s.before != "" {
				w.isolate(t, s.before)
			}
		}
		claim := inTurn.isolate(t, s.instance)
		same(t, s.name+": the claims", map[string]quarantine.Containment{s.instance: claim}, atOnce.together(t, s.instance))
		same(t, s.name+": what is left behind", inTurn.State(), atOnce.State())
	}
}
