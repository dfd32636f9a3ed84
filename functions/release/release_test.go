package release_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/estate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestWhatIsClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-pair")
	by := estate.Restoration("i-pair").By
	target := w.Resource("i-pair")
	target.ID = "i-pair"
	want := quarantine.Release{
		Incident: "inc-pair", Resource: target, ReleasedAt: noon, By: by, Reason: "rebuilt",
		Subnets: []quarantine.ReleasedSubnet{
			{SubnetID: "subnet-a", VPCID: "vpc-1", Outcome: quarantine.Restored, Now: "acl-main", Version: "subnet-a/3", Before: "acl-main"},
			{SubnetID: "subnet-c", VPCID: "vpc-1", Outcome: quarantine.Restored, Now: "acl-own", Version: "subnet-c/3", Before: "acl-own"},
		},
		Removed: []string{"acl-q1"},
	}
	done := w.release(t, "i-pair")
	same(t, "the release", want, done)
	same(t, "the zone of its time", "UTC", done.ReleasedAt.Location().String())
	on, err := w.Ledger.Incident(t.Context(), "inc-pair")
	estate.WantName(t, err, "")
	same(t, "the release on record", &want, estate.Named(w.Estate, on).Release)
	again := w.release(t, "i-pair") // an attempt whose answer was lost, repeated
	same(t, "the release, asked again in the same execution", want, again)
	lock := w.Lock("i-pair")
	same(t, "the lock", []string{estate.Restoration("i-pair").Execution.ID, string(quarantine.StatusReleased), ""}, []string{lock.Owner, string(lock.Status), lock.Incident})
	same(t, "who and why, and what became of it", []quarantine.Event{
		{At: noon, Kind: "release-begun", By: by, ID: "release-i-pair", Text: "release begun: rebuilt"},
		{
			At: noon, Kind: "released", By: by, ID: "release-i-pair",
			Text: "released: rebuilt; subnet-a is under acl-main again; subnet-c is under acl-own again",
		},
	}, w.Incident("inc-pair").Timeline[1:])
	w.settled(t)
}

// The ledger's word comes after the look and before the replacement, the
// read-back after it; what is on record is forgotten at the very last.
func TestTheOrderOfCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	first := len(w.Calls(0))
	w.release(t, "i-web")
	read := []string{"Query", "GetItem HOLD subnet-a", "GetItem LOCK i-web", "Query", "UpdateItem LOCK i-web"} // at each step
	same(t, "calls", slices.Concat(read, []string{"PutItem EVENT#release-begun#release-i-web inc-web"}, read, []string{
		"write HOLD subnet-a let go", "DescribeNetworkAcls vpc-1", "GetItem MADE acl-q1",
		"write HOLD subnet-a let go", "ReplaceNetworkAclAssociation subnet-a/2 acl-main",
		"write HOLD subnet-a let go", "DescribeNetworkAcls vpc-1",
		"DeleteNetworkAcl acl-q1",
	}, read, []string{
		"PutItem EVENT#released#release-i-web inc-web", "UpdateItem LOCK i-web", "UpdateItem INCIDENT inc-web",
		"forget HOLD subnet-a",
	}), w.Texts(first))
}

func TestSubnetsInTwoVPCs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-wide")
	done := w.release(t, "i-wide")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-b": quarantine.Restored, "subnet-x": quarantine.Restored}, outcomes(done))
	same(t, "how many were removed", 2, len(done.Removed))
	same(t, "what the subnets are under", estate.Originals(), w.Under())
	w.settled(t)
}

// I8: the first release changes nothing in EC2, the second restores.
func TestTwoIncidentsHoldOneSubnet(t *testing.T) {
	t.Parallel()
	for _, order := range [][2]string{{"i-web", "i-peer"}, {"i-peer", "i-web"}} {
		t.Run(order[0]+" first", func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.cut(t, "i-web")
			w.cut(t, "i-peer")
			first := len(w.Calls(0))
			done := w.release(t, order[0])
			same(t, "the subnets", []quarantine.ReleasedSubnet{{
				SubnetID: "subnet-a", VPCID: "vpc-1", Outcome: quarantine.StillHeld, Now: "acl-q1", Version: "subnet-a/2",
				Before: "acl-main", Holders: []string{estate.IncidentOf(order[1])},
			}}, done.Subnets)
			same(t, "changes in EC2", nil, w.changes(first))
			w.settled(t)
			same(t, "the second", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(w.release(t, order[1])))
			same(t, "what the subnets are under", estate.Originals(), w.Under())
			w.settled(t)
		})
	}
}

// The quarantine ACL stays for the other subnet.
func TestAnACLThatOthersNeedStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-pair")
	w.cut(t, "i-web")
	done := w.release(t, "i-pair")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.StillHeld, "subnet-c": quarantine.Restored}, outcomes(done))
	same(t, "removed", nil, done.Removed)
	same(t, "tags", map[string]string{
		"Name": "ec2-quarantine vpc-1", quarantine.TagProduct: quarantine.Product,
		quarantine.TagLedger: "ledger",
	}, w.ACLs()["acl-q1"].Tags)
	w.settled(t)
	same(t, "removed at last", []string{"acl-q1"}, w.release(t, "i-web").Removed)
	w.settled(t)
}

// A subnet that others hold is not cut off any more where somebody has opened the ACL:
// whoever releases learns of it.
func TestAnACLThatSomebodyOpenedIsToldWhereItStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.cut(t, "i-peer")
	w.Open("acl-q1")
	done := w.release(t, "i-web")
	same(t, "the outcome", quarantine.StillHeld, done.Subnets[0].Outcome)
	same(t, "warnings", []string{"somebody has opened the quarantine ACL acl-q1 (2 of its rules let something pass): it was left, and it does not cut off subnet-a"}, done.Warnings)
	same(t, "warnings where it is removed", nil, w.release(t, "i-peer").Warnings)
}

// Somebody has opened the quarantine ACL, and the retried isolation has made another one: the
// first is on no subnet's record any more. It may be what somebody needs: it is left, and told.
func TestAnOpenedACLThatTheIncidentLeftIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.Open("acl-q1")
	w.cut(t, "i-web")
	same(t, "what subnet-a is under", "acl-q2", w.Under()["subnet-a"])
	done := w.release(t, "i-web")
	same(t, "removed", []string{"acl-q2"}, done.Removed)
	same(t, "warnings", []string{"somebody has opened the quarantine ACL acl-q1 (2 of its rules let something pass): it was left, and no subnet is under it"}, done.Warnings)
	w.settled(t)
}

func TestAQuarantineACLThatCannotBeRemovedIsToldByItsID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.Inject("DeleteNetworkAcl", estate.Fault{Kind: estate.Deny})
	done := w.release(t, "i-web")
	same(t, "the outcome", quarantine.Restored, done.Subnets[0].Outcome)
	if len(done.Warnings) != 1 || !strings.Contains(done.Warnings[0], "the quarantine ACL acl-q1, which nothing uses any more, could not be removed: ") {
		t.Errorf("warnings %q", done.Warnings)
	}
	same(t, "removed", nil, done.Removed)
}

// Somebody else changed the association: it is left alone, and reported.
func TestDriftIsReportedAndLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-pair")
	w.AddACL("vpc-1", "acl-foreign", nil)
	w.Swap("subnet-a", "acl-foreign")
	done := w.release(t, "i-pair")
	same(t, "the subnet", quarantine.ReleasedSubnet{
		SubnetID: "subnet-a", VPCID: "vpc-1", Outcome: quarantine.Drifted, Now: "acl-foreign", Version: "subnet-a/3", Before: "acl-main",
	}, done.Subnets[0])
	same(t, "warnings", []string{"somebody has put acl-foreign on subnet-a since the quarantine: it was left alone; acl-main stood there before"}, done.Warnings)
	same(t, "the other subnet", quarantine.Restored, done.Subnets[1].Outcome)
	same(t, "what subnet-a is under", "acl-foreign", w.Under()["subnet-a"])
	same(t, "removed", []string{"acl-q1"}, done.Removed)
	for _, subnet := range []string{"subnet-a", "subnet-c"} {
		on := w.Record(subnet)
		same(t, "on record of "+subnet, "", on.Before+on.BeforeVersion+on.After+on.Releasing)
	}
	// The next isolation starts from what stands there now.
	w.cut(t, "i-web")
	same(t, "the original then", "acl-foreign", w.Record("subnet-a").Before)
}

// A subnet that is not there any more, alone or with its VPC, is no reason to fail.
func TestASubnetThatIsGone(t *testing.T) {
	t.Parallel()
	for name, gone := range map[string]func(world){
		"alone":        func(w world) { w.RemoveSubnet(w.ID("subnet-a")) },
		"with its VPC": func(w world) { w.RemoveVPC(w.ID("vpc-1")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.cut(t, "i-web")
			gone(w)
			done := w.release(t, "i-web")
			same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Drifted}, outcomes(done))
			same(t, "warnings", []string{"EC2 shows no network ACL association of subnet-a: the subnet seems to be deleted, and nothing was changed"}, done.Warnings)
		})
	}
}

func TestTheDefaultStandsInForARecordedACLThatIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-pair")
	w.Remove("acl-own")
	done := w.release(t, "i-pair")
	same(t, "the subnet", quarantine.ReleasedSubnet{
		SubnetID: "subnet-c", VPCID: "vpc-1", Outcome: quarantine.RestoredDefault, Now: "acl-main", Version: "subnet-c/3", Before: "acl-own",
	}, done.Subnets[1])
	same(t, "warnings", []string{"acl-own, which stood on subnet-c before the quarantine, is gone: the VPC's default network ACL acl-main stands there now"}, done.Warnings)
}

// Somebody has cut the subnet off by hand, and only then was it cut here: the ACL on record is the one
// that was put there by hand. That it is back opens nothing, and is told so, the second time, too.
func TestWhatWasCutOffByHandBeforeIsToldAsCutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddACL("vpc-1", "acl-by-hand", nil)
	w.Swap("subnet-a", "acl-by-hand")
	w.cut(t, "i-web")
	want := quarantine.ReleasedSubnet{
		SubnetID: "subnet-a", VPCID: "vpc-1", Outcome: quarantine.Restored, Now: "acl-by-hand", Version: "subnet-a/4", Before: "acl-by-hand", Closed: true,
	}
	for _, when := range []string{"at first", "again"} {
		done := w.release(t, "i-web")
		same(t, "the subnet "+when, want, done.Subnets[0])
		same(t, "warnings "+when, []string{"acl-by-hand stood on subnet-a before the quarantine and stands there again. acl-by-hand lets nothing pass: the subnet is cut off all the same"}, done.Warnings)
	}
}

// I14: what the ledger does not have is not ours by its tag: it stood there before, and is left.
func TestI14ADenyAllACLOfWhichOnlyTheTagSaysThatItIsOursIsLeft(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddQuarantineACL("vpc-1", "acl-ours")
	w.Swap("subnet-c", "acl-ours")
	w.cut(t, "i-pair")
	done := w.release(t, "i-pair")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored, "subnet-c": quarantine.Restored}, outcomes(done))
	same(t, "what subnet-c is under", "acl-ours", w.Under()["subnet-c"])
	same(t, "removed", nil, done.Removed)
	same(t, "warnings", []string{"acl-ours stood on subnet-c before the quarantine and stands there again. acl-ours lets nothing pass: the subnet is cut off all the same",
		"acl-ours has the tags of a quarantine ACL, and the ledger does not have it as made: it was left, and cuts off subnet-c"}, done.Warnings)
}

// The association is still ours, whatever somebody has added to the ACL.
func TestAnAllowRuleDoesNotKeepTheQuarantine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.Open("acl-q1")
	done := w.release(t, "i-web")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(done))
	same(t, "removed", []string{"acl-q1"}, done.Removed)
	w.settled(t)
}

// A leaky ACL of ours that is on record as what stood there is put back as it
// was, and no other release takes it for a quarantine that nothing uses.
func TestAnACLOfOursThatIsOnRecordIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.AddACL("vpc-1", "acl-leaky", nil)
	w.Open("acl-leaky")
	w.Swap("subnet-a", "acl-leaky")
	w.cut(t, "i-web")
	w.Tag(t, "acl-leaky", map[string]string{quarantine.TagProduct: quarantine.Product})
	w.cut(t, "i-pair")
	same(t, "the other's outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.StillHeld, "subnet-c": quarantine.Restored}, outcomes(w.release(t, "i-pair")))
	w.release(t, "i-web")
	same(t, "what subnet-a is under", "acl-leaky", w.Under()["subnet-a"])
}

// A quarantine that somebody opened is replaced by the next isolation, which
// leaves the original on record alone: that one is put back (I8).
func TestAQuarantineThatLeakedIsNeverPutBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.Open("acl-q1")
	w.cut(t, "i-peer")
	same(t, "held by the other", quarantine.StillHeld, w.release(t, "i-web").Subnets[0].Outcome)
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(w.release(t, "i-peer")))
	same(t, "what subnet-a is under", "acl-main", w.Under()["subnet-a"])
	w.settled(t)
}

func TestReleasingTwiceIsHarmless(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	want := w.release(t, "i-web")
	first := len(w.Calls(0))
	want.Already = true
	again := estate.Restoration("i-web")
	again.By, again.Reason, again.Execution = "somebody else", "once more", estate.Execution("release", "later")
	got, err := w.Release(t.Context(), again)
	estate.WantName(t, err, "")
	same(t, "the second release tells of the first", want, got)
	read := []string{"Query", "GetItem HOLD subnet-a", "Query"} // the incident, at each step
	same(t, "calls", slices.Concat(read, read, []string{"write HOLD subnet-a let go", "DescribeNetworkAcls vpc-1"},
		read, []string{"forget HOLD subnet-a"}), w.Texts(first))
	w.settled(t)
}

// The first one once more does not touch what the next incident holds.
func TestTheNextIncidentKeepsItsSubnet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.release(t, "i-web")
	in := w.Isolation("i-web")
	in.Claim.Incident = "inc-web-again"
	w.SetLock(in.Claim, quarantine.StatusIsolating)
	_, err := w.Isolate(t.Context(), in)
	estate.WantName(t, err, "")
	w.settled(t)
	w.release(t, "i-web")
	same(t, "what subnet-a is under", "acl-q2", w.Under()["subnet-a"])
	same(t, "what is open", []string{"inc-web-again"}, w.open())
	w.settled(t)
}

// An account in which somebody tries the product out again and again: EC2 goes on
// answering a client token with the ACL that was removed.
func TestCuttingAndReleasingManyTimesInAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, incident := range []string{"inc-1", "inc-2", "inc-3", "inc-4", "inc-5"} {
		first := len(w.Calls(0))
		in := w.Isolation("i-web")
		in.Claim.Incident = incident
		w.SetLock(in.Claim, quarantine.StatusIsolating)
		_, err := w.Isolate(t.Context(), in)
		estate.WantName(t, err, "")
		same(t, "calls to cut", 13, len(w.Calls(first)))
		back := estate.Restoration("i-web")
		back.Incident, back.Execution = incident, estate.Execution("release", "release-"+incident)
		_, err = w.Release(t.Context(), back)
		estate.WantName(t, err, "")
		w.settled(t)
	}
}

// An isolation that failed before or in the middle of the cut can be released.
func TestAFailedIncident(t *testing.T) {
	t.Parallel()
	both := map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored, "subnet-c": quarantine.Restored}
	for on, want := range map[string]map[string]quarantine.ReleaseOutcome{
		"DescribeInstances":                     {},
		"ReplaceNetworkAclAssociation subnet-c": both,
		"write HOLD subnet-c":                   {"subnet-a": quarantine.Restored},
		"UpdateItem INCIDENT":                   both,
		"UpdateItem LOCK":                       both,
	} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.fails(t, "i-pair", on)
			same(t, "outcomes", want, outcomes(w.release(t, "i-pair")))
			same(t, "what the subnets are under", estate.Originals(), w.Under())
			same(t, "outcomes, asked again", want, outcomes(w.release(t, "i-pair")))
			w.settled(t)
		})
	}
}

// Another owner goes on with a release whose lease has run out.
func TestALeaseThatRanOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.Inject("DeleteNetworkAcl", estate.Fault{Kind: estate.ServerError})
	_, err := w.handle("i-web")
	estate.WantName(t, err, quarantine.Unavailable)
	other := estate.Restoration("i-web")
	other.Execution = estate.Execution("release", "another")
	w.Pass(2 * time.Minute) // the lease, to its end
	_, err = w.Release(t.Context(), other)
	estate.WantName(t, err, quarantine.LockLost)
	w.Pass(time.Second)
	done, err := w.Release(t.Context(), other)
	estate.WantName(t, err, "")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(done))
	w.settled(t)
}

// Nothing is done on a lock that may have run out.
func TestAnInvocationEndsWithItsLease(t *testing.T) {
	t.Parallel()
	seen := &deadlines{}
	w := newWorldOf(t, estate.Options{Clock: seen, Latency: func(string, string) time.Duration { return 1 }})
	w.cut(t, "i-web")
	began := time.Now()
	w.release(t, "i-web")
	if left := seen.last.Sub(began); left < time.Minute || left > 2*time.Minute+time.Second {
		t.Errorf("calls may go on for %s", left)
	}
}

// deadlines is a clock that knows by when the last call had to be answered.
type deadlines struct{ last time.Time }

func (*deadlines) Now() time.Time { return noon }

func (d *deadlines) Sleep(ctx context.Context, _ time.Duration) error {
	d.last, _ = ctx.Deadline()
	return nil
}

// What the read-back does not show is not claimed, and not forgotten.
func TestOnlyWhatIsReadBackIsClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.Before("write HOLD subnet-a let go", 2, func() { w.Swap("subnet-a", "acl-q1") })
	_, err := w.handle("i-web")
	estate.WantName(t, err, quarantine.NotVerified)
	estate.WantSays(t, err, "acl-main was put on subnet-a, and the read-back shows acl-q1")
	same(t, "how far it is", quarantine.StatusReleasing, w.Incident("inc-web").Status)
	w.release(t, "i-web")
	w.settled(t)
}
