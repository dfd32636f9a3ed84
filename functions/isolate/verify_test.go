package isolate

import (
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// I5: what the read-back does not show is not claimed, not recorded as
// verified, not marked, not told; a retry then mends it.
func TestOnlyWhatIsReadBackIsClaimed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		somehow func(*world)
		says    string
		// originals are those of subnet-a and subnet-c after the retry: never a
		// quarantine ACL that can be told from somebody else's (I8).
		originals []string
	}{
		{
			"somebody put another ACL on the subnet", func(w *world) { w.put("subnet-c", "acl-main") },
			"subnet-c is under acl-main", []string{"acl-main", "acl-main"},
		},
		{
			"somebody added an allow rule", func(w *world) { w.vpcs[0].acl("acl-vpc-1-q1").Allows++ },
			"subnet-a is under acl-vpc-1-q1, subnet-c is under acl-vpc-1-q1", []string{"acl-main", "acl-own"},
		},
		{
			"somebody took our tag away", func(w *world) { delete(w.vpcs[0].acl("acl-vpc-1-q1").Tags, quarantine.TagProduct) },
			"subnet-c is under acl-vpc-1-q1", []string{"acl-vpc-1-q1", "acl-vpc-1-q1"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.inject(fault{on: "NetworkACLs", skip: 1, before: func() {
				w.mu.Lock()
				defer w.mu.Unlock()
				c.somehow(w)
			}})
			done, err := w.handle(t, request("i-pair"))
			wantName(t, err, quarantine.NotVerified)
			if err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q does not say %q", err, c.says)
			}
			same(t, "what is claimed", quarantine.Containment{}, done)
			for _, never := range []string{"Verified", "TagNetworkACL", "Append", "Contained"} {
				same(t, never+" calls", 0, w.worked(never))
			}
			again := w.isolate(t, "i-pair")
			for i, q := range again.Subnets {
				same(t, "the original of "+q.SubnetID, c.originals[i], q.OriginalACL)
				same(t, "the original of "+q.SubnetID+" on record", c.originals[i], w.records[q.SubnetID].OriginalACL)
				same(t, "the original of "+q.SubnetID+" on the ACL", c.originals[i], w.vpcs[0].acl(q.QuarantineACL).Tags[quarantine.TagOriginal+q.SubnetID])
				same(t, "what "+q.SubnetID+" is under", w.under()[q.SubnetID], q.QuarantineACL)
				if !w.vpcs[0].acl(q.QuarantineACL).Quarantines() {
					t.Errorf("%s is under %s, which does not cut", q.SubnetID, q.QuarantineACL)
				}
			}
		})
	}
}

func TestASubnetThatTheReadBackDoesNotShowIsNotClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "NetworkACLs", skip: 1, before: w.somebodyPuts("subnet-a", "acl-nowhere")})
	_, err := w.handle(t, request("i-web"))
	wantName(t, err, quarantine.Unavailable)
	same(t, "what is marked", 0, len(w.marked))
}

func TestALostLockIsNamed(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]lock{
		"another execution": {owner: "arn:aws:states:::other", incident: "inc-web"},
		"another incident":  {owner: request("i-web").Claim.Owner, incident: "inc-later"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.locks["i-web"] = other
			done, err := w.handle(t, request("i-web"))
			wantName(t, err, quarantine.LockLost)
			same(t, "what is claimed", quarantine.Containment{}, done)
			same(t, "what is marked", 0, len(w.marked))
			same(t, "the ACL on subnet-a", "acl-vpc-1-q1", w.under()["subnet-a"])
		})
	}
}

// After the read-back the cut stands. What passes is tried again; what does
// not pass must not turn a cut into a failure: it is told with the claim.
func TestRecordsAfterTheReadBack(t *testing.T) {
	t.Parallel()
	for _, on := range []string{"Verified", "TagNetworkACL", "Append"} {
		for _, name := range []string{quarantine.Throttled, quarantine.Unavailable, quarantine.Contended} {
			t.Run(on+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.inject(fault{on: on, err: quarantine.Failf(name, "no %s now", on)})
				_, err := w.handle(t, request("i-web"))
				wantName(t, err, name)
				same(t, "what is marked", 0, len(w.marked))
			})
		}
		for _, name := range []string{quarantine.AccessDenied, quarantine.QuotaReached, quarantine.Unexpected} {
			t.Run(on+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.inject(fault{on: on, err: quarantine.Failf(name, "no %s ever", on)})
				done := w.isolate(t, "i-web")
				same(t, "warnings", []string{"the cut is in effect, but: no " + on + " ever"}, done.Warnings)
				q := done.Subnets[0]
				same(t, "what is claimed", "acl-vpc-1-q1 for acl-main", q.QuarantineACL+" for "+q.OriginalACL)
				same(t, "what is marked", done, w.marked["inc-web"])
			})
		}
	}
}

// Whether an isolation failed is for the state machine to know: of two
// failures, the one that passes counts, and neither is swallowed.
func TestAPassingFailureOfARecordOutweighsAPermanentOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.inject(fault{on: "Append", err: quarantine.Failf(quarantine.AccessDenied, "no PutItem")})
	w.inject(fault{on: "Verified", err: quarantine.Failf(quarantine.Throttled, "slow down")})
	_, err := w.handle(t, request("i-web"))
	wantName(t, err, quarantine.Throttled)
}
