package isolate

import (
	"fmt"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// leaking is a world in which subnet-a was cut off for i-web, whoever did it
// was stopped before it could tag the ACL, and somebody has opened that ACL since.
func leaking(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.isolate(t, "i-web")
	leaky := w.vpcs[0].acl("acl-vpc-1-q1")
	leaky.Allows = 1
	delete(leaky.Tags, quarantine.TagOriginal+"subnet-a")
	return w
}

// I8: what is on record outlives a quarantine that somebody opens. The ACL that
// leaks is replaced, and is nobody's original.
func TestAQuarantineThatLeaksIsNotTheOriginal(t *testing.T) {
	t.Parallel()
	w := leaking(t)
	first := len(w.calls)
	done := w.isolate(t, "i-peer")
	same(t, "calls", []string{
		"1 Instance i-peer", "1 NetworkACLs vpc-1",
		"2 RecordOriginal subnet-a", "2 CreateNetworkACL vpc-1",
		"3 NetworkACLs vpc-1",
		"4 RecordOriginal subnet-a superseding aclassoc-subnet-a-1",
		"5 ReplaceAssociation subnet-a",
		"6 NetworkACLs vpc-1",
		"7 Verified subnet-a", "7 TagNetworkACL acl-vpc-1-q2", "7 Append inc-peer",
		"8 Contained inc-peer",
	}, w.rounds(first))
	want := quarantined("subnet-a", "acl-main", "inc-peer", "inc-web")
	want.OriginalAssociation, want.QuarantineACL, want.Association = "aclassoc-subnet-a-2", "acl-vpc-1-q2", "aclassoc-subnet-a-3"
	same(t, "the subnets claimed", []quarantine.Quarantine{want}, done.Subnets)
	same(t, "the record", want, w.records["subnet-a"])
	same(t, "the original on the ACL", "acl-main", w.vpcs[0].acl("acl-vpc-1-q2").Tags[quarantine.TagOriginal+"subnet-a"])
	same(t, "warnings", nil, done.Warnings)
}

// Wherever that isolation is interrupted. A fault beside a write-ahead that is
// repeated anyway may be made up for at once.
func TestTheOriginalOutlivesLeaksAndFaults(t *testing.T) {
	t.Parallel()
	calm := leaking(t)
	first := len(calm.calls)
	claim := calm.isolate(t, "i-peer")
	for i, c := range calm.calls[first:] {
		for _, worked := range []bool{true, false} {
			t.Run(fmt.Sprintf("%02d %s worked %t", i+1, c, worked), func(t *testing.T) {
				t.Parallel()
				w := leaking(t)
				w.inject(fault{skip: i, worked: worked, err: quarantine.Failf(quarantine.Unavailable, "no answer")})
				if _, err := w.handle(t, request("i-peer")); err != nil {
					wantName(t, err, quarantine.Unavailable)
				}
				again := w.isolate(t, "i-peer")
				same(t, "the originals told", claim.Subnets[0].OriginalACL, again.Subnets[0].OriginalACL)
				same(t, "the original on record", "acl-main", w.records["subnet-a"].OriginalACL)
				same(t, "the original on the ACL", "acl-main", w.vpcs[0].acl(w.under()["subnet-a"]).Tags[quarantine.TagOriginal+"subnet-a"])
			})
		}
	}
}

// Where neither the ledger nor a tag tells, the original stays unknown, and
// people are told what release will do.
func TestALeakOfWhichNothingIsOnRecordIsToldAsUnknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.addOurs("vpc-1", "acl-leaky", "subnet-a").Allows = 1
	done := w.isolate(t, "i-web")
	same(t, "what subnet-a is under", "acl-vpc-1-q1", w.under()["subnet-a"])
	same(t, "the original on record", "", w.records["subnet-a"].OriginalACL)
	same(t, "warnings", []string{"what stood on subnet-a before is not on record: release will use the VPC's default network ACL"}, done.Warnings)
}
