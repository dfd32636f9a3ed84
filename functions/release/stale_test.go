package release_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// EC2 is eventually consistent: a read can show what stood there before the last changes.
// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html

// restored is what subnet-a is after a release that has put acl-main back.
func restored(association string) []quarantine.ReleasedSubnet {
	return []quarantine.ReleasedSubnet{{
		SubnetID: "subnet-a", VPCID: "vpc-1", Outcome: quarantine.Restored, Now: "acl-main", Version: association, Before: "acl-main",
	}}
}

// I8: right after a cut a read shows the association on record as the original, and after the
// replacement that of the cut. Neither ever comes back.
func TestI8AReadFromBeforeTheCutIsNoRelease(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ behind, skip, reads int }{
		"the first look is from before the cut":          {1, 0, 1},
		"two looks are from before the cut":              {1, 0, 2},
		"the read-back is from before the release":       {1, 1, 1},
		"the read-back is from before the cut":           {2, 1, 1},
		"every look is, for all of the first attempt":    {1, 0, 6},
		"the read-back is, for all of the first attempt": {1, 1, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Stale("release", "DescribeNetworkAcls", c.behind, c.skip, c.reads)
			w.cut(t, "i-web")
			done, err := w.handle("i-web")
			if err != nil {
				same(t, "it passes", true, quarantine.Passes(err))
				same(t, "what is claimed", quarantine.Release{}, done)
				done = w.release(t, "i-web")
			}
			same(t, "the subnets", restored("subnet-a/3"), done.Subnets)
			same(t, "what subnet-a is under", "acl-main", w.Under()["subnet-a"])
			w.settled(t)
		})
	}
}

// One look that is older than the cut can show what others had put there before it.
func TestDriftIsToldOfTwoLooks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddACL("vpc-1", "acl-foreign", nil)
	w.Swap("subnet-a", "acl-foreign")
	w.Stale("release", "DescribeNetworkAcls", 3, 0, 1) // before the swap, the ACL and the cut
	w.Swap("subnet-a", "acl-main")
	w.cut(t, "i-web")
	same(t, "the subnets", restored("subnet-a/5"), w.release(t, "i-web").Subnets)
}

// A cut that failed, as far as anybody knows, is carried out late. The release that was on
// record by then has replaced the association that the cut names.
func TestI8ACutThatIsCarriedOutAfterTheReleaseFails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.failsLate(t)
	same(t, "the subnets", restored("subnet-a/2"), w.release(t, "i-web").Subnets)
	if err := w.ApplyDelayed(); err == nil {
		t.Error("the late cut found its association")
	}
	same(t, "what subnet-a is under", "acl-main", w.Under()["subnet-a"])
	w.settled(t)
}

// It is carried out at any moment of the release: either it fails, or it is put back.
func TestI8ACutThatIsCarriedOutAtEveryMomentOfTheRelease(t *testing.T) {
	t.Parallel()
	calm := newWorld(t)
	calm.failsLate(t)
	first := len(calm.Calls(0))
	calm.release(t, "i-web")
	for i, c := range calm.Calls(first) {
		t.Run(fmt.Sprintf("%02d %s", i+1, c.Text), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.failsLate(t)
			w.Before("", i, func() { _ = w.ApplyDelayed() })
			done := w.release(t, "i-web")
			same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(done))
			same(t, "what subnet-a is under", "acl-main", w.Under()["subnet-a"])
			same(t, "its association as told", w.ACLs()["acl-main"].Associations[0].ID, done.Subnets[0].Version)
			w.settled(t)
		})
	}
}

// A release whose replacement is answered, and carried out late, is not told before that.
func TestI8AnAnswerIsNoRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: account.Delayed, Answer: true})
	_, err := w.handle("i-web")
	estate.WantName(t, err, quarantine.NotVerified)
	same(t, "released", false, w.Incident("inc-web").Status == quarantine.StatusReleased)
	if err := w.ApplyDelayed(); err != nil {
		t.Fatal(err)
	}
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(w.release(t, "i-web")))
	w.settled(t)
}

// A subnet of which EC2 shows what cannot be does not keep the others cut off.
func TestAStaleSubnetDoesNotKeepOthersCutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Stale("release", "DescribeNetworkAcls vpc-1", 2, 0, 100)
	w.cut(t, "i-wide")
	_, err := w.handle("i-wide")
	same(t, "it is told, and passes", true, quarantine.Passes(err))
	same(t, "what subnet-x is under", "acl-other", w.Under()["subnet-x"])
}

// What is cut off again since the release is said, even where the first look does not show it.
func TestARepeatedReleaseDoesNotSayWhatStoodThereBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.AddQuarantineACL("vpc-1", "acl-stray")
	w.Stale("release", "DescribeNetworkAcls", 4, 2, 1) // as before the cut, which put the same ACL there as the release
	w.release(t, "i-web")
	w.Swap("subnet-a", "acl-stray")
	done := w.again(t, "i-web")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.AlreadyReleased}, outcomes(done))
	same(t, "what it says stands there", "acl-stray", done.Subnets[0].Now)
	if !slices.ContainsFunc(done.Warnings, func(text string) bool {
		return strings.Contains(text, "subnet-a is under the quarantine ACL acl-stray")
	}) {
		t.Errorf("warnings %q", done.Warnings)
	}
}

// failsLate isolates i-web, which fails: EC2 accepts the cut, and carries it out late.
func (w world) failsLate(t *testing.T) {
	t.Helper()
	in := w.locked("i-web")
	w.Inject("ReplaceNetworkAclAssociation", estate.Fault{Kind: account.Delayed})
	_, err := w.Isolate(t.Context(), in)
	estate.WantName(t, err, quarantine.Unavailable)
	w.SetLock(in.Claim, quarantine.StatusFailed)
}
