package ledgertest

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// bare is what a release knows of the subnet before it asks.
var bare = quarantine.Quarantine{AccountID: acct, Region: region, SubnetID: "subnet-1"}

// heldBy has the subnet cut off and held by these incidents.
func heldBy(t *testing.T, l *ledger.Ledger, incidents ...string) {
	t.Helper()
	for _, incident := range incidents {
		works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident(incident), ""))
	}
	must(l.Verified(t.Context(), cut("assoc-1")))(t)
}

// record is the subnet's as it is on record, with these words about who needs it.
func record(releasing string, holders ...string) quarantine.Quarantine {
	q := cut("assoc-1")
	q.Releasing, q.Holders = releasing, holders
	return q
}

func wantLetGo(t *testing.T, l *ledger.Ledger, incident string, want quarantine.Quarantine) {
	t.Helper()
	if diff := cmp.Diff(want, must(l.LetGoSubnet(t.Context(), bare, incident))(t)); diff != "" {
		t.Errorf("letting go gave %s (-want +got):\n%s", incident, diff)
	}
}

func letsGo(t *testing.T, _ Env, l *ledger.Ledger) {
	heldBy(t, l, "inc-1", "inc-2", "inc-3")
	wantLetGo(t, l, "inc-2", record("", "inc-1", "inc-3"))
	wantLetGo(t, l, "inc-1", record("", "inc-3"))
	wantLetGo(t, l, "inc-3", record("inc-3"))
}

func letsGoAgain(t *testing.T, _ Env, l *ledger.Ledger) {
	heldBy(t, l, "inc-1", "inc-2")
	for range 2 {
		wantLetGo(t, l, "inc-1", record("", "inc-2"))
	}
	for range 2 {
		wantLetGo(t, l, "inc-2", record("inc-2"))
	}
	wantLetGo(t, l, "inc-1", record("inc-2"))
}

func letsGoTogether(t *testing.T, _ Env, l *ledger.Ledger) {
	const holders = 10
	for n := range holders {
		heldBy(t, l, incidentID(n))
	}
	records := make([]quarantine.Quarantine, holders)
	for _, err := range together(holders, func(n int) (err error) {
		records[n], err = l.LetGoSubnet(t.Context(), bare, incidentID(n))
		return err
	}) {
		works(t, err)
	}
	releasing := 0
	for n, r := range records {
		if slices.Contains(r.Holders, incidentID(n)) {
			t.Errorf("%s holds the subnet still: %v", incidentID(n), r.Holders)
		}
		if r.Releasing == incidentID(n) {
			releasing++
		}
	}
	if releasing != 1 {
		t.Errorf("%d incidents release the subnet", releasing)
	}
}

func letsGoOfNothing(t *testing.T, _ Env, l *ledger.Ledger) {
	wantLetGo(t, l, "inc-1", bare)
	heldBy(t, l, "inc-2")
	wantLetGo(t, l, "inc-1", record("", "inc-2"))
	wantRecord(t, l, cut("assoc-1"), "inc-2")
}

func takesBack(t *testing.T, _ Env, l *ledger.Ledger) {
	heldBy(t, l, "inc-1")
	wantLetGo(t, l, "inc-1", record("inc-1"))
	for range 2 { // an answer that was lost is repeated, and says it again
		got := must(l.HoldSubnet(t.Context(), subnet("assoc-2"), byIncident("inc-2")))(t)
		if diff := cmp.Diff(record("inc-1", "inc-2"), got); diff != "" {
			t.Errorf("holding gave (-want +got):\n%s", diff)
		}
	}
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-3"), ""))
	wantLetGo(t, l, "inc-1", record("inc-1", "inc-2", "inc-3"))
	got := must(l.Verified(t.Context(), cut("assoc-1")))(t)
	if diff := cmp.Diff(record("", "inc-2", "inc-3"), got); diff != "" {
		t.Errorf("verifying gave (-want +got):\n%s", diff)
	}
}

// storedSubnet is the item of the contract's subnet.
func storedSubnet(t *testing.T, env Env) map[string]types.AttributeValue {
	t.Helper()
	return must(env.API.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(env.Table), ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{"pk": text("HOLD#network-acl#" + acct + "#" + region + "#subnet-1"), "sk": text("HOLD")},
	}))(t).Item
}

func forgets(t *testing.T, env Env, l *ledger.Ledger) {
	heldBy(t, l, "inc-1")
	wantLetGo(t, l, "inc-1", record("inc-1"))
	for range 2 {
		works(t, l.Forget(t.Context(), bare, "inc-1"))
	}
	wantLetGo(t, l, "inc-1", bare)
	if left := storedSubnet(t, env); len(left) != 0 {
		t.Errorf("a released subnet leaves %v behind", left)
	}
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-9"), byIncident("inc-2"), ""))
	wantRecord(t, l, subnet("assoc-9"), "inc-2")
}

func keepsTakenBack(t *testing.T, _ Env, l *ledger.Ledger) {
	heldBy(t, l, "inc-1")
	wantName(t, l.Forget(t.Context(), bare, "inc-1"), quarantine.Contended)
	wantLetGo(t, l, "inc-1", record("inc-1"))
	wantName(t, l.Forget(t.Context(), bare, "inc-2"), quarantine.Contended)
	must(l.HoldSubnet(t.Context(), bare, byIncident("inc-2")))(t)
	wantName(t, l.Forget(t.Context(), bare, "inc-1"), quarantine.Contended)
	wantLetGo(t, l, "inc-1", record("inc-1", "inc-2"))
}

func knowsVPC(t *testing.T, _ Env, l *ledger.Ledger) {
	q := bare
	q.VPCID = "vpc-1"
	must(l.HoldSubnet(t.Context(), q, byIncident("inc-1")))(t)
	q.Releasing = "inc-1"
	wantLetGo(t, l, "inc-1", q)
}
