package simulate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
)

func TestAMinerIsCutOffReportedAndSnapshotted(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostA, 1))
	want := "Triage Decide AcquireLock Isolate Respond TellContained CaptureEvidence"
	for _, m := range register.Further() {
		want += " Is" + m.State() + "On " + m.State()
		if !m.On {
			want += "Off"
		}
	}
	if got := path(r.Executions[0]); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "TellEvidenceComplete Conclude Contained") {
		t.Errorf("path %s", got)
	}
	if got := quarantined(t, r); len(got) != 1 || got[subnetA] == "" {
		t.Errorf("cut off: %v, want %s alone: its neighbour shares the ACL", got, subnetA)
	}
	var kinds []string
	for _, n := range r.Notifications {
		kinds = append(kinds, n.Channel+" "+n.Kind)
	}
	if diff := cmp.Diff([]string{"sns contained", "slack contained", "sns evidence-complete", "slack evidence-complete"}, kinds); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if n := len(r.Account.Snapshots); n != 2 {
		t.Errorf("%d snapshots for two volumes", n)
	}
}

// The eighth call counts who else is hit, beside the reads.
func TestTheCutTakesSevenCallsAndTheCountInFourRoundTrips(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostA, 1))
	if calls, rounds := r.BeforeCut(r.Executions[0].Name); calls != 8 || rounds != 4 {
		t.Errorf("%d calls in %d round trips, want 8 in 4", calls, rounds)
	}
	functions := map[string]bool{}
	for _, c := range r.Calls {
		if counting := c.Operation == "DescribeNetworkInterfaces"; counting && c.BeforeCut && c.Round != 2 {
			t.Errorf("the neighbours are counted in round trip %d, want 2", c.Round)
		}
		if c.BeforeCut && c.Function != "" {
			functions[c.Function] = true
		}
	}
	// Triage makes no AWS call.
	if diff := cmp.Diff(map[string]bool{"isolate": true}, functions); diff != "" {
		t.Errorf("functions that call before the cut (-want +got):\n%s", diff)
	}
	states := r.Executions[0].Path[:slices.Index(r.Executions[0].Path, "Respond")]
	if len(states) != 4 {
		t.Errorf("states before the cut: %v", states)
	}
}

func TestAnExistingQuarantineACLSavesACall(t *testing.T) {
	t.Parallel()
	r := run(t, func(a *account.Account) {
		a.AddACL(account.ACL{VPC: vpc, Tags: map[string]string{"quarantine:product": "ec2-quarantine"}})
	}, miner(hostA, 1))
	if calls, _ := r.BeforeCut(r.Executions[0].Name); calls != 7 || count(r, "CreateNetworkAcl") != 0 {
		t.Errorf("%d calls, %d ACLs made", calls, count(r, "CreateNetworkAcl"))
	}
}

func TestFiveFindingsAtOnceAreOneCut(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostA, 1), miner(hostA, 2), miner(hostA, 3), miner(hostA, 4), miner(hostA, 5))
	var isolated, joined int
	for _, e := range r.Executions {
		if slices.Contains(e.Path, "Isolate") {
			isolated++
		}
		if end(e) == "Joined" {
			joined++
			for _, c := range r.Calls {
				if c.Execution == e.Name && c.Service != "dynamodb" && c.Operation != "StartExecution" {
					t.Errorf("%s joined and called %s:%s", e.Name, c.Service, c.Operation)
				}
			}
		}
	}
	if isolated != 1 || joined != 4 {
		t.Errorf("%d isolated and %d joined, want 1 and 4", isolated, joined)
	}
	for operation, want := range map[string]int{"CreateNetworkAcl": 1, "ReplaceNetworkAclAssociation": 1, "CreateSnapshots": 1} {
		if got := count(r, operation); got != want {
			t.Errorf("%s: %d calls, want %d", operation, got, want)
		}
	}
	lock := records(r, "RESOURCE#")[hostA]
	if got := strings.Count(text(lock, "findings"), ",") + 1; got != 5 {
		t.Errorf("the incident has %d findings on record, want 5", got)
	}
	if len(r.Notifications) != 4 {
		t.Errorf("%d messages: each channel must get one message per incident", len(r.Notifications))
	}
}

func TestOnlyTheSecondSubnetOfASharedACLChanges(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostB, 1))
	if got := quarantined(t, r); len(got) != 1 || got[subnetB] == "" {
		t.Errorf("cut off: %v, want %s alone", got, subnetB)
	}
}

func TestBothSubnetsOfAnInstanceAreCutOff(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostAB, 1))
	if got := quarantined(t, r); len(got) != 2 {
		t.Errorf("cut off: %v, want both", got)
	}
	if n := count(r, "CreateNetworkAcl"); n != 1 {
		t.Errorf("%d ACLs for one VPC", n)
	}
	if _, rounds := r.BeforeCut(r.Executions[0].Name); rounds != 4 {
		t.Errorf("%d round trips: the subnets must be cut in parallel", rounds)
	}
}

func TestTwoInstancesInOneSubnetTakeOneChangeTwoHoldersAndTwoEvidenceSets(t *testing.T) {
	t.Parallel()
	r := run(t, nil, miner(hostA, 1), miner(hostA2, 2))
	for operation, want := range map[string]int{"CreateNetworkAcl": 2, "ReplaceNetworkAclAssociation": 1, "CreateSnapshots": 2} {
		if got := count(r, operation); got != want {
			t.Errorf("%s: answered %d times, want %d", operation, got, want)
		}
	}
	if made := len(acls(t, r)) - 1; made != 1 { // the other one is the VPC's default
		t.Errorf("%d ACLs made: two requests with one client token must make one", made)
	}
	if got := text(records(r, "HOLD#network-acl#")[subnetA], "holders"); strings.Count(got, "inc-") != 2 {
		t.Errorf("holders %s, want both incidents", got)
	}
	for _, e := range r.Executions {
		if end(e) != "Contained" {
			t.Errorf("%s ended in %s", e.Name, end(e))
		}
	}
}

func TestWhatIsNotCut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		event simulate.Event
		end   string
		kind  string
	}{
		"a probed host":              {event(hostA, 1, "Recon:EC2/PortProbeUnprotectedPort", 2, `"additionalInfo":{}`), "Ignored", ""},
		"a sample finding":           {event(hostA, 1, "CryptoCurrency:EC2/BitcoinTool.B!DNS", 8, `"additionalInfo":{"sample":true}`), "Told", "told-only"},
		"a malformed event":          {simulate.Event{Body: []byte(`{"source":"aws.guardduty","detail-type":"GuardDuty Finding","detail":{}}`)}, "MalformedEvent", "malformed"},
		"a gone instance":            {miner("i-0dead000000000000", 1), "ContainmentFailed", "containment-failed"},
		"medium noise":               {event(hostA, 1, "Behavior:EC2/TrafficVolumeUnusual", 5, `"additionalInfo":{}`), "Told", "told-only"},
		"an event that is no object": {simulate.Event{Body: []byte(`[]`)}, "MalformedEvent", "malformed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var gone func(*account.Account)
			if c.end == "ContainmentFailed" { // the fault is the instance itself
				gone = func(*account.Account) {}
			}
			r := run(t, gone, c.event)
			if got := end(r.Executions[0]); got != c.end {
				t.Errorf("ended in %s, want %s (%s)", got, c.end, r.Executions[0].Cause)
			}
			if n := count(r, "ReplaceNetworkAclAssociation"); n != 0 {
				t.Errorf("%d subnets changed", n)
			}
			if c.kind != "" && (len(r.Notifications) != 2 || r.Notifications[0].Kind != c.kind) {
				t.Errorf("messages %v, want %s on both channels", r.Notifications, c.kind)
			}
			if c.end == "Ignored" && text(records(r, "FINDING#")["00000000000000000000000000000001"], "reasons") == "" {
				t.Error("ignored without its reasons on record")
			}
		})
	}
}

func TestAnInstanceTerminatedDuringIsolationIsReportedAsGone(t *testing.T) {
	t.Parallel()
	r := run(t, func(a *account.Account) { a.Terminate(hostA) }, miner(hostA, 1))
	if e := r.Executions[0]; end(e) != "ContainmentFailed" || !strings.Contains(e.Cause, "InstanceGone") {
		t.Errorf("ended in %s: %s", end(e), e.Cause)
	}
	if want := "Isolate MarkFailed IsInstanceGone RecordFailure TellContainmentFailed IsItUncuttable ContainmentFailed"; !strings.HasSuffix(path(r.Executions[0]), want) {
		t.Errorf("path %s, want %s at its end", path(r.Executions[0]), want)
	}
	lock := lockOf(r, hostA)
	if text(lock, "status") != "released" || lock["incident"] != nil || lock["listed"] != nil {
		t.Errorf("the lock is %v, want it free: the next finding must try again", lock)
	}
	closed := item(r, "INCIDENT#"+text(lock, "lastReleased"), "INCIDENT")
	if text(closed, "status") != "released" || text(closed, "listed") != "released" {
		t.Errorf("the incident is %v, want it released and listed so", closed)
	}
	if len(r.Notifications) != 2 || !strings.Contains(r.Sent[0].Text, "is closed") || !strings.Contains(r.Sent[0].Text, "NOT CONTAINED") {
		t.Errorf("people were told %+v", r.Sent)
	}
}

// The instance ends between the record of what stood on its subnet and the next attempt
// at the cut.
func TestAnIncidentThatHoldsASubnetOfAGoneInstanceStaysFailed(t *testing.T) {
	t.Parallel()
	r := run(t, endsHalfCut, miner(hostA, 1))
	if e := r.Executions[0]; end(e) != "ContainmentFailed" || !strings.Contains(e.Cause, "has cut subnets, or tried to") || strings.Contains(path(e), "IsInstanceGone") {
		t.Errorf("%s: %s", path(e), e.Cause)
	}
	if lock := lockOf(r, hostA); text(lock, "status") != "failed" || lock["incident"] == nil {
		t.Errorf("the lock is %v", lock)
	}
}

func TestTheSameOptionsGiveTheSameReport(t *testing.T) {
	t.Parallel()
	events := []simulate.Event{miner(hostA, 1), miner(hostA2, 2), miner(hostB, 3), miner(hostA, 4)}
	first, second := run(t, nil, events...), run(t, nil, events...)
	if diff := cmp.Diff(indented(t, first), indented(t, second)); diff != "" {
		t.Errorf("two runs differ:\n%s", diff)
	}
}

func TestTheDemo(t *testing.T) {
	t.Parallel()
	events, err := simulate.Demo()
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Options{Events: events, Account: simulate.DemoAccount, Policy: triage.DefaultPolicy(), Start: demoStart})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.CutBy()) != 1 || count(r, "ReplaceNetworkAclAssociation") != 1 || count(r, "CreateNetworkAcl") != 1 {
		t.Errorf("cut by %v", r.CutBy())
	}
}

func TestAnAttackSequenceStartsAnExecutionForEachInstance(t *testing.T) {
	t.Parallel()
	r := run(t, nil, sequence(hostA, hostB))
	if len(r.Executions) != 3 || end(r.Executions[0]) != "FannedOut" {
		t.Fatalf("%d executions, the first ended in %s", len(r.Executions), end(r.Executions[0]))
	}
	for _, e := range r.Executions[1:] {
		if end(e) != "Contained" {
			t.Errorf("%s ended in %s: %s", e.Name, end(e), e.Cause)
		}
	}
	if got := quarantined(t, r); len(got) != 2 {
		t.Errorf("cut off: %v, want both subnets", got)
	}
}
