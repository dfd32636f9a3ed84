package release_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestWhatIsClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-pair")
	want := quarantine.Release{
		Incident: "inc-pair", Target: targetOf("i-pair"), ReleasedAt: noon, By: request("i-pair").By, Reason: "rebuilt",
		Subnets: []quarantine.ReleasedSubnet{
			{SubnetID: "subnet-a", VPCID: "vpc-1", Outcome: quarantine.Restored, ACL: "acl-main", Association: "assoc-subnet-a-3", Recorded: "acl-main"},
			{SubnetID: "subnet-c", VPCID: "vpc-1", Outcome: quarantine.Restored, ACL: "acl-own", Association: "assoc-subnet-c-3", Recorded: "acl-own"},
		},
		RemovedACLs: []string{"acl-q1"},
	}
	same(t, "the release", want, w.release(t, "i-pair"))
	same(t, "the release on record", &want, w.incidents["inc-pair"].Release)
	again := w.release(t, "i-pair") // an attempt whose answer was lost, repeated
	same(t, "the release, asked again in the same execution", want, again)
	same(t, "the lock", lock{owner: request("i-pair").Execution.ID, status: quarantine.StatusReleased, lastReleased: "inc-pair"}, w.locks["i-pair"])
	by := request("i-pair").By
	same(t, "who and why", quarantine.Event{
		At: noon, Kind: quarantine.EventReleaseBegun, By: by, ID: "release-i-pair", Text: "release begun: rebuilt",
	}, w.events["inc-pair release-begun release-i-pair"])
	same(t, "what became of it", quarantine.Event{
		At: noon, Kind: "released", By: by, ID: "release-i-pair",
		Text: "released: rebuilt; subnet-a is under acl-main again; subnet-c is under acl-own again",
	}, w.events["inc-pair released release-i-pair"])
	w.settled(t)
}

// The ledger's word comes after the look and before the replacement, the
// read-back after it; what is on record is forgotten at the very last.
func TestTheOrderOfCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	first := len(w.calls)
	w.release(t, "i-web")
	same(t, "calls", []string{
		"IncidentRecord inc-web", "BeginRelease inc-web", "Append inc-web",
		"LetGo subnet-a", "NetworkACLs vpc-1", "LetGo subnet-a", "ReplaceAssociation assoc-subnet-a-2 acl-main",
		"LetGo subnet-a", "NetworkACLs vpc-1", "DeleteNetworkACL acl-q1",
		"Append inc-web", "Released inc-web", "Forget subnet-a",
	}, w.since(first))
}

func TestSubnetsInTwoVPCs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-wide")
	done := w.release(t, "i-wide")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-c": quarantine.Restored, "subnet-x": quarantine.Restored}, outcomes(done))
	same(t, "removed", []string{"acl-q1", "acl-q2"}, done.RemovedACLs)
	same(t, "what the subnets are under", originals, w.under())
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
			first := len(w.calls)
			done := w.release(t, order[0])
			same(t, "the subnets", []quarantine.ReleasedSubnet{{
				SubnetID: "subnet-a", VPCID: "vpc-1", Outcome: quarantine.StillHeld, ACL: "acl-q1", Association: "assoc-subnet-a-2",
				Recorded: "acl-main", Holders: []string{incidentOf(order[1])},
			}}, done.Subnets)
			same(t, "changes in EC2", 0, w.changed(first))
			w.settled(t)
			same(t, "the second", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(w.release(t, order[1])))
			same(t, "what the subnets are under", originals, w.under())
			w.settled(t)
		})
	}
}

// The quarantine ACL stays for the other subnet, and says no more of this incident.
func TestAnACLThatOthersNeedStays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-pair")
	w.cut(t, "i-wide")
	done := w.release(t, "i-pair")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored, "subnet-c": quarantine.StillHeld}, outcomes(done))
	same(t, "removed", nil, done.RemovedACLs)
	same(t, "tags", map[string]string{
		"Name": "ec2-quarantine vpc-1", quarantine.TagProduct: quarantine.Product,
		"quarantine:holder:inc-wide": "i-wide", "quarantine:original:subnet-c": "acl-own",
	}, w.acl("acl-q1").Tags)
	w.settled(t)
	same(t, "removed at last", []string{"acl-q1", "acl-q2"}, w.release(t, "i-wide").RemovedACLs)
	w.settled(t)
}

// Somebody else changed the association: it is left alone, and reported.
func TestDriftIsReportedAndLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-pair")
	w.add("vpc-1", "acl-foreign")
	w.put("subnet-a", "acl-foreign")
	done := w.release(t, "i-pair")
	same(t, "the subnet", quarantine.ReleasedSubnet{
		SubnetID: "subnet-a", VPCID: "vpc-1", Outcome: quarantine.Drifted, ACL: "acl-foreign", Association: "assoc-subnet-a-3", Recorded: "acl-main",
	}, done.Subnets[0])
	same(t, "warnings", []string{"somebody has put acl-foreign on subnet-a since the quarantine: it was left alone; acl-main stood there before"}, done.Warnings)
	same(t, "the other subnet", quarantine.Restored, done.Subnets[1].Outcome)
	same(t, "what subnet-a is under", "acl-foreign", w.under()["subnet-a"])
	same(t, "removed", []string{"acl-q1"}, done.RemovedACLs)
	// The next isolation starts from what stands there now.
	w.cut(t, "i-web")
	same(t, "the original then", "acl-foreign", w.records["subnet-a"].OriginalACL)
}

// A subnet that is not there any more, alone or with its VPC, is no reason to fail.
func TestASubnetThatIsGone(t *testing.T) {
	t.Parallel()
	for name, gone := range map[string]func(*world){
		"alone":        func(w *world) { w.put("subnet-a", "acl-nowhere") },
		"with its VPC": func(w *world) { w.acls = nil },
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
	must(w.DeleteNetworkACL(t.Context(), "acl-own"))
	done := w.release(t, "i-pair")
	same(t, "the subnet", quarantine.ReleasedSubnet{
		SubnetID: "subnet-c", VPCID: "vpc-1", Outcome: quarantine.RestoredDefault, ACL: "acl-main", Association: "assoc-subnet-c-3", Recorded: "acl-own",
	}, done.Subnets[1])
	same(t, "warnings", []string{"acl-own, which stood on subnet-c before the quarantine, is gone: the VPC's default network ACL acl-main stands there now"}, done.Warnings)
}

func TestTheDefaultStandsInForWhatIsNotOnRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-wide")
	r := w.records["subnet-c"]
	r.OriginalACL, r.OriginalAssociation = "", ""
	w.records["subnet-c"] = r
	done := w.release(t, "i-wide")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-c": quarantine.RestoredDefault, "subnet-x": quarantine.Restored}, outcomes(done))
	same(t, "what subnet-c is under", "acl-main", w.under()["subnet-c"])
	same(t, "warnings", []string{"what stood on subnet-c before the quarantine is not on record: the VPC's default network ACL acl-main stands there now"}, done.Warnings)
}

// The association is still ours, whatever somebody has added to the ACL.
func TestAnAllowRuleDoesNotKeepTheQuarantine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.acl("acl-q1").Allows = 1
	done := w.release(t, "i-web")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(done))
	same(t, "removed", []string{"acl-q1"}, done.RemovedACLs)
	w.settled(t)
}

// A leaky ACL of ours that is on record as what stood there is put back as it was.
func TestAnACLOfOursThatIsOnRecordIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	leaky := w.add("vpc-1", "acl-leaky")
	leaky.Tags = map[string]string{quarantine.TagProduct: quarantine.Product}
	w.cut(t, "i-web")
	r := w.records["subnet-a"]
	r.OriginalACL = "acl-leaky"
	w.records["subnet-a"] = r
	w.cut(t, "i-wide")
	same(t, "the other's removed", []string{"acl-q2"}, w.release(t, "i-wide").RemovedACLs)
	w.release(t, "i-web")
	same(t, "what subnet-a is under", "acl-leaky", w.under()["subnet-a"])
}

// A quarantine that somebody opened is replaced by the next isolation, which
// leaves the original on record alone: that one is put back (I8).
func TestAQuarantineThatLeakedIsNeverPutBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	leaky := w.acl("acl-q1")
	leaky.Allows = 1
	delete(leaky.Tags, quarantine.TagOriginal+"subnet-a") // whoever cut it was stopped before tagging
	w.cut(t, "i-peer")
	same(t, "held by the other", quarantine.StillHeld, w.release(t, "i-web").Subnets[0].Outcome)
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(w.release(t, "i-peer")))
	same(t, "what subnet-a is under", "acl-main", w.under()["subnet-a"])
	w.settled(t)
}

func TestReleasingTwiceIsHarmless(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	want := w.release(t, "i-web")
	first := len(w.calls)
	want.Already = true
	again := request("i-web")
	again.By, again.Reason, again.Execution = "somebody else", "once more", execution("release", "later")
	got, err := w.releaser().Handle(t.Context(), again)
	wantName(t, err, "")
	same(t, "the second release tells of the first", want, got)
	same(t, "calls", []string{"IncidentRecord inc-web", "LetGo subnet-a", "NetworkACLs vpc-1", "Forget subnet-a"}, w.since(first))
	w.settled(t)
}

func TestTheNextFindingOpensANewIncident(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.release(t, "i-web")
	again := w.cut(t, "i-web")
	same(t, "the incident", "inc-web-again", again.Incident)
	w.settled(t)
	w.release(t, "i-web") // the first one once more
	w.settled(t)
}

// An account in which somebody tries the product out again and again: EC2 goes on
// answering a client token with the ACL that was removed.
func TestCuttingAndReleasingManyTimesInAnHour(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for n := range 10 {
		first := len(w.calls)
		w.cut(t, "i-web")
		same(t, "calls to cut", 10, len(w.calls)-first)
		in := request("i-web")
		in.Incident, in.Execution = w.locks["i-web"].incident, execution("release", fmt.Sprint("release-", n))
		if _, err := w.releaser().Handle(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		w.settled(t)
	}
}

// An isolation that failed before or in the middle of the cut can be released.
func TestAFailedIncident(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		on   string
		want map[string]quarantine.ReleaseOutcome
	}{
		{"Instance", map[string]quarantine.ReleaseOutcome{}},
		{"ReplaceAssociation assoc-subnet-c", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored, "subnet-c": quarantine.Restored}},
		{"RecordOriginal subnet-c", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}},
		{"Contained", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored, "subnet-c": quarantine.Restored}},
	} {
		t.Run(c.on, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.inject(fault{on: c.on, err: quarantine.Failf(quarantine.AccessDenied, "no")})
			_, err := w.isolator().Handle(t.Context(), w.isolation("i-pair"))
			wantName(t, err, quarantine.AccessDenied)
			w.fail("i-pair")
			done := w.release(t, "i-pair")
			same(t, "outcomes", c.want, outcomes(done))
			same(t, "what the subnets are under", originals, w.under())
			same(t, "outcomes, asked again", c.want, outcomes(w.release(t, "i-pair")))
			w.settled(t)
		})
	}
}

// Another owner goes on with a release whose lease has run out.
func TestALeaseThatRanOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.inject(fault{on: "DeleteNetworkACL", err: quarantine.Failf(quarantine.Unavailable, "gone")})
	_, err := w.handle(t.Context(), "i-web")
	wantName(t, err, quarantine.Unavailable)
	other := request("i-web")
	other.Execution = execution("release", "another")
	_, err = w.releaser().Handle(t.Context(), other)
	wantName(t, err, quarantine.LockLost)
	w.now = noon.Add(3 * time.Minute)
	done, err := w.releaser().Handle(t.Context(), other)
	wantName(t, err, "")
	same(t, "outcomes", map[string]quarantine.ReleaseOutcome{"subnet-a": quarantine.Restored}, outcomes(done))
	w.settled(t)
}

// What the read-back does not show is not claimed, and not forgotten.
func TestOnlyWhatIsReadBackIsClaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cut(t, "i-web")
	w.inject(fault{on: "LetGo", skip: 2, before: func() { w.put("subnet-a", "acl-q1") }})
	_, err := w.handle(t.Context(), "i-web")
	wantName(t, err, quarantine.NotVerified)
	if err != nil && !strings.Contains(err.Error(), "acl-main was put on subnet-a, and the read-back shows acl-q1") {
		t.Error(err)
	}
	same(t, "released", quarantine.StatusContained, w.incidents["inc-web"].Status)
	w.release(t, "i-web")
	w.settled(t)
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
