package isolate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// I5: what the read-back does not show is not claimed, not recorded as
// verified, not marked, not told; a retry then mends it.
func TestOnlyWhatIsReadBackIsClaimed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		somehow func(*testing.T, world)
		says    string
		// originals are those of subnet-a and subnet-c after the retry: never a
		// quarantine ACL that can be told from somebody else's (I8).
		originals []string
		// verified are the subnets of which the failed attempt records a read-back.
		verified []string
	}{
		{
			"somebody put another ACL on the subnet", func(_ *testing.T, w world) { w.Swap("subnet-c", "acl-main") },
			"subnet-c is under acl-main", []string{"acl-main", "acl-main"}, []string{"subnet-a"},
		},
		{
			"somebody added an allow rule", func(_ *testing.T, w world) { w.Open("acl-q1") },
			"subnet-a is under acl-q1, subnet-c is under acl-q1", []string{"acl-main", "acl-own"}, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Before("DescribeNetworkAcls", 1, func() { c.somehow(t, w) })
			done, err := w.handle(w.Isolation("i-pair"))
			estate.WantName(t, err, quarantine.NotVerified)
			estate.WantSays(t, err, c.says)
			same(t, "what is claimed", quarantine.Containment{}, done)
			same(t, "the calls after that", append([]string{"DescribeNetworkAcls vpc-1"}, verifying(c.verified)...), w.Texts(len(w.Calls(0))-1-len(c.verified)))
			for _, subnet := range []string{"subnet-a", "subnet-c"} {
				same(t, "a read-back of "+subnet+" is on record", slices.Contains(c.verified, subnet), !w.Record(subnet).VerifiedAt.IsZero())
			}
			again := w.isolate(t, "i-pair")
			for i, q := range again.Subnets {
				same(t, "the original of "+q.SubnetID, c.originals[i], q.Before)
				same(t, "the original of "+q.SubnetID+" on record", c.originals[i], w.Record(q.SubnetID).Before)
				same(t, "what "+q.SubnetID+" is under", w.Under()[q.SubnetID], q.After)
				if !w.ACLs()[q.After].Quarantines() {
					t.Errorf("%s is under %s, which does not cut", q.SubnetID, q.After)
				}
			}
		})
	}
}

// I14: a tag clean-up at that very moment does not matter: what was put there is told by its id.
func TestI14TheReadBackNeedsNoTag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Before("DescribeNetworkAcls", 1, func() { w.Untag(t, "acl-q1", quarantine.TagProduct) })
	done := w.isolate(t, "i-pair")
	for i, original := range []string{"acl-main", "acl-own"} {
		same(t, "what is claimed", "acl-q1 for "+original, done.Subnets[i].After+" for "+done.Subnets[i].Before)
	}
}

// verifying are the writes that record the subnets as read back.
func verifying(subnets []string) (all []string) {
	for _, s := range subnets {
		all = append(all, "write HOLD "+s+" verified")
	}
	return all
}

func TestASubnetThatTheReadBackDoesNotShowIsNotClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Before("DescribeNetworkAcls", 1, func() { w.RemoveSubnet(w.ID("subnet-a")) })
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.Unavailable)
	same(t, "marked", false, w.contained("i-web"))
}

func TestALostLockIsNamed(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]quarantine.Claim{
		"another execution": {Owner: "arn:aws:states:::other", Incident: "inc-web"},
		"another incident":  {Owner: estate.Execution("quarantine", "run-i-web").ID, Incident: "inc-later"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			other.Resource = w.Resource("i-web")
			w.SetLock(other, quarantine.StatusIsolating)
			done, err := w.handle(w.Isolation("i-web"))
			estate.WantName(t, err, quarantine.LockLost)
			same(t, "what is claimed", quarantine.Containment{}, done)
			same(t, "marked", quarantine.StatusIsolating, w.Lock("i-web").Status)
			same(t, "the ACL on subnet-a", "acl-q1", w.Under()["subnet-a"])
		})
	}
}

// I14: that an ACL was made is put on record beside the cut, and again after it: a failure of
// the one does not matter, and of both does not turn the cut into a failure.
func TestThatAnACLWasMadeIsPutOnRecordAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("UpdateItem MADE", estate.Fault{Kind: estate.Deny, Times: 2})
	done := w.isolate(t, "i-web")
	if len(done.Warnings) != 1 || !strings.HasPrefix(done.Warnings[0], "the cut is in effect, but: ") {
		t.Errorf("warnings %q", done.Warnings)
	}
	w = newWorld(t)
	w.Inject("UpdateItem MADE", estate.Fault{Kind: estate.ServerError, Times: 1})
	same(t, "warnings", nil, w.isolate(t, "i-web").Warnings)
	acl := w.Changes()[0].To.ID
	if made, _, err := w.Ledger.Made(t.Context(), quarantine.MeasureCut, w.Resource("i-web"), acl); made != acl || err != nil {
		t.Errorf("on record as made: %q, %v", made, err)
	}
}

// After the read-back the cut stands. What passes is tried again; what does
// not pass must not turn a cut into a failure: it is told with the claim.
func TestRecordsAfterTheReadBack(t *testing.T) {
	t.Parallel()
	contended := map[string]string{"UpdateItem": "TransactionConflictException", "PutItem": "TransactionConflictException"}
	for _, on := range []string{"write HOLD subnet-a verified", "PutItem EVENT"} {
		operation, _, _ := strings.Cut(strings.Replace(on, "write HOLD", "UpdateItem", 1), " ")
		for name, f := range map[string]estate.Fault{
			quarantine.Throttled: {Kind: estate.Throttle}, quarantine.Unavailable: {Kind: estate.ServerError},
			quarantine.Contended: {Kind: estate.Code, Code: contended[operation]},
		} {
			t.Run(operation+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.Inject(on, f)
				_, err := w.handle(w.Isolation("i-web"))
				if operation == "UpdateItem" && name == quarantine.Contended { // the ledger makes the write again
					estate.WantName(t, err, "")
					same(t, "marked", true, w.contained("i-web"))
					return
				}
				estate.WantName(t, err, name)
				same(t, "marked", false, w.contained("i-web"))
			})
		}
		for _, name := range []string{quarantine.AccessDenied, quarantine.Unexpected} {
			t.Run(operation+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.Inject(on, failing[name])
				done := w.isolate(t, "i-web")
				if len(done.Warnings) != 1 || !strings.HasPrefix(done.Warnings[0], "the cut is in effect, but: ") || !strings.Contains(done.Warnings[0], operation) {
					t.Errorf("warnings %q", done.Warnings)
				}
				same(t, "what is claimed", "acl-q1 for acl-main", done.Subnets[0].After+" for "+done.Subnets[0].Before)
				same(t, "marked", true, w.contained("i-web"))
			})
		}
	}
}

// Whether an isolation failed is for the state machine to know: of two
// failures, the one that passes counts, and neither is swallowed.
func TestAPassingFailureOfARecordOutweighsAPermanentOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject("PutItem", failing[quarantine.AccessDenied])
	w.Inject("write HOLD subnet-a verified", failing[quarantine.Throttled])
	_, err := w.handle(w.Isolation("i-web"))
	estate.WantName(t, err, quarantine.Throttled)
}
