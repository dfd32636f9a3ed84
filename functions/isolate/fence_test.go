package isolate

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// releasing is a world in which the only holder of subnet-a has begun to release it.
func releasing(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.isolate(t, "i-web")
	r := w.records["subnet-a"]
	r.Holders, r.Releasing = nil, "inc-web"
	w.records["subnet-a"] = r
	return w
}

// restored has that release put the original back, by the association that stands there.
func (w *world) restored() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.put("subnet-a", "acl-main")
}

// The association is replaced by one of the same ACL: whoever was about to put
// the original back cannot any more.
func TestASubnetThatIsBeingReleasedIsFencedOff(t *testing.T) {
	t.Parallel()
	w := releasing(t)
	first := len(w.calls)
	done := w.isolate(t, "i-peer")
	same(t, "calls", []string{
		"1 Instance i-peer", "1 NetworkACLs vpc-1",
		"2 Hold subnet-a of acl-main",
		"3 ReplaceAssociation subnet-a",
		"4 NetworkACLs vpc-1",
		"5 Verified subnet-a", "5 TagNetworkACL acl-vpc-1-q1", "5 Append inc-peer",
		"6 Contained inc-peer",
	}, w.rounds(first))
	want := quarantined("subnet-a", "acl-main", "inc-peer")
	want.Association = "aclassoc-subnet-a-3"
	same(t, "the subnets claimed", []quarantine.Quarantine{want}, done.Subnets)
	same(t, "the record", want, w.records["subnet-a"])
}

// The release was quicker: the subnet is cut afresh, from what stands there now.
func TestAReleaseThatWasQuickerMeansAFreshCut(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"Hold", "ReplaceAssociation"} {
		t.Run("before "+on, func(t *testing.T) {
			t.Parallel()
			w := releasing(t)
			w.inject(fault{on: on, before: w.restored})
			done := w.isolate(t, "i-peer")
			want := quarantined("subnet-a", "acl-main", "inc-peer")
			want.OriginalAssociation, want.Association = "aclassoc-subnet-a-3", "aclassoc-subnet-a-4"
			same(t, "the subnets claimed", []quarantine.Quarantine{want}, done.Subnets)
			same(t, "what subnet-a is under", "acl-vpc-1-q1", w.under()["subnet-a"])
		})
	}
}

// A process that ends after it has taken the subnet back learns of the release
// again: until it is fenced off, the release is on record beside the holder.
func TestAFenceIsMadeUpForAfterAnyFault(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"Hold", "ReplaceAssociation", "NetworkACLs vpc-1", "Verified"} {
		for _, worked := range []bool{true, false} {
			w := releasing(t)
			stood := w.changes["subnet-a"]
			skip := 0
			if on == "NetworkACLs vpc-1" {
				skip = 1 // the read-back
			}
			w.inject(fault{on: on, skip: skip, worked: worked, err: quarantine.Failf(quarantine.Unavailable, "no answer")})
			_, err := w.handle(t, request("i-peer"))
			wantName(t, err, quarantine.Unavailable)
			w.isolate(t, "i-peer")
			if w.changes["subnet-a"] == stood {
				t.Errorf("%s failing (worked: %t): the association of before still stands", on, worked)
			}
			same(t, "releasing", "", w.records["subnet-a"].Releasing)
			same(t, "the holders", []string{"inc-peer"}, w.records["subnet-a"].Holders)
		}
	}
}

// Starting over for another subnet does not fence again.
func TestAFenceIsMadeOnce(t *testing.T) {
	t.Parallel()
	w := releasing(t)
	w.inject(fault{on: "ReplaceAssociation subnet-c", before: w.somebodyPuts("subnet-c", "acl-main")})
	w.isolate(t, "i-pair")
	same(t, "associations of subnet-a so far", 3, w.changes["subnet-a"])
}
