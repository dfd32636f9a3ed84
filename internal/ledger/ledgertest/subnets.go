package ledgertest

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// onRecord reads the subnet's record by holding it for one more incident,
// which it leaves out again.
func onRecord(t *testing.T, l *ledger.Ledger) quarantine.Quarantine {
	t.Helper()
	const reader = "zz-reader"
	q := must(l.HoldSubnet(t.Context(), quarantine.Quarantine{AccountID: acct, Region: region, SubnetID: "subnet-1"}, byIncident(reader)))(t)
	q.Holders = q.Holders[:len(q.Holders)-1]
	return q
}

func wantRecord(t *testing.T, l *ledger.Ledger, want quarantine.Quarantine, holders ...string) {
	t.Helper()
	want.Holders = holders
	if diff := cmp.Diff(want, onRecord(t, l)); diff != "" {
		t.Errorf("the record is not as it should be (-want +got):\n%s", diff)
	}
}

func wantDiffers(t *testing.T, err error, recorded string) {
	t.Helper()
	d, ok := errors.AsType[*quarantine.OriginalDiffers](err)
	if !ok || d.Version != recorded || d.SubnetID != "subnet-1" {
		t.Errorf("got %v, want that %s is on record for subnet-1", err, recorded)
	}
}

func recordsOnce(t *testing.T, _ Env, l *ledger.Ledger) {
	var holders []string
	for n := range 20 {
		holders = append(holders, incidentID(n))
	}
	for _, err := range together(20, func(n int) error {
		return l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident(incidentID(n)), "")
	}) {
		works(t, err)
	}
	wantRecord(t, l, subnet("assoc-1"), holders...)
}

func recordsOneOf(t *testing.T, _ Env, l *ledger.Ledger) {
	winner := recordTogether(t, l, "")
	wantRecord(t, l, subnet("assoc-of-"+winner), winner)
}

func supersedesOneOf(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-first"), ""))
	winner := recordTogether(t, l, "assoc-1")
	wantRecord(t, l, subnet("assoc-of-"+winner), winner, "inc-first")
}

// recordTogether records twenty different originals at once, and gives the
// incident whose original it was that counted.
func recordTogether(t *testing.T, l *ledger.Ledger, supersedes string) string {
	t.Helper()
	errs := together(20, func(n int) error {
		return l.RecordOriginal(t.Context(), subnet("assoc-of-"+incidentID(n)), byIncident(incidentID(n)), supersedes)
	})
	winner := ""
	for n, err := range errs {
		if err == nil {
			if winner != "" {
				t.Errorf("both %s and %s were recorded", winner, incidentID(n))
			}
			winner = incidentID(n)
		}
	}
	for n, err := range errs {
		if incidentID(n) != winner {
			wantDiffers(t, err, "assoc-of-"+winner)
		}
	}
	return winner
}

func recordsAgain(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	must(l.Verified(t.Context(), cut("assoc-1")))(t)
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	wantRecord(t, l, cut("assoc-1"), "inc-1")
}

func supersedes(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	must(l.Verified(t.Context(), cut("assoc-1")))(t)
	wantDiffers(t, l.RecordOriginal(t.Context(), subnet("assoc-2"), byIncident("inc-2"), ""), "assoc-1")
	wantRecord(t, l, cut("assoc-1"), "inc-1")
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-2"), byIncident("inc-2"), "assoc-1"))
	wantRecord(t, l, subnet("assoc-2"), "inc-1", "inc-2")
}

func supersedesTwice(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-2"), byIncident("inc-2"), "assoc-1"))
	must(l.Verified(t.Context(), cut("assoc-2")))(t)
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-2"), byIncident("inc-3"), "assoc-1"))
	wantRecord(t, l, cut("assoc-2"), "inc-1", "inc-2", "inc-3")
}

func supersedesWrong(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	wantDiffers(t, l.RecordOriginal(t.Context(), subnet("assoc-3"), byIncident("inc-2"), "assoc-2"), "assoc-1")
	wantRecord(t, l, subnet("assoc-1"), "inc-1")
}

// untold is what an execution reads of the subnet where a quarantine ACL without
// a tag stands that cuts no more.
func untold(association string) quarantine.Quarantine {
	q := subnet(association)
	q.Before = ""
	return q
}

func keepsOriginal(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	must(l.Verified(t.Context(), cut("assoc-1")))(t)
	wantDiffers(t, l.RecordOriginal(t.Context(), untold("assoc-q"), byIncident("inc-2"), ""), "assoc-1")
	wantRecord(t, l, cut("assoc-1"), "inc-1")
	want := subnet("assoc-1")
	want.BeforeVersion = "assoc-q"
	for _, supersedes := range []string{"assoc-1", "assoc-1", ""} { // a retry changes nothing
		works(t, l.RecordOriginal(t.Context(), untold("assoc-q"), byIncident("inc-2"), supersedes))
		wantRecord(t, l, want, "inc-1", "inc-2")
	}
}

func learnsOriginal(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), untold("assoc-1"), byIncident("inc-1"), ""))
	wantRecord(t, l, untold("assoc-1"), "inc-1")
	works(t, l.RecordOriginal(t.Context(), untold("assoc-2"), byIncident("inc-1"), "assoc-1"))
	wantRecord(t, l, untold("assoc-2"), "inc-1")
	must(l.HoldSubnet(t.Context(), subnet("assoc-2"), byIncident("inc-2")))(t)
	wantRecord(t, l, subnet("assoc-2"), "inc-1", "inc-2")
}

func addsHolder(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	for range 2 {
		q := must(l.HoldSubnet(t.Context(), subnet("assoc-2"), byIncident("inc-2")))(t)
		want := subnet("assoc-1")
		want.Holders = []string{"inc-1", "inc-2"}
		if diff := cmp.Diff(want, q); diff != "" {
			t.Errorf("holding gave (-want +got):\n%s", diff)
		}
	}
}

func recordsFirstHolder(t *testing.T, _ Env, l *ledger.Ledger) {
	q := subnet("assoc-1")
	q.Before, q.BeforeVersion = "", ""
	must(l.HoldSubnet(t.Context(), q, byIncident("inc-1")))(t)
	must(l.HoldSubnet(t.Context(), subnet("assoc-1"), byIncident("inc-2")))(t)
	wantRecord(t, l, subnet("assoc-1"), "inc-1", "inc-2")
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-3"), ""))
}

func addsHoldersConcurrently(t *testing.T, _ Env, l *ledger.Ledger) {
	var holders []string
	for n := range 20 {
		holders = append(holders, incidentID(n))
	}
	for _, err := range together(20, func(n int) error {
		_, err := l.HoldSubnet(t.Context(), subnet("assoc-1"), byIncident(incidentID(n)))
		return err
	}) {
		works(t, err)
	}
	wantRecord(t, l, subnet("assoc-1"), holders...)
}

func verifies(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	for range 2 {
		q := must(l.Verified(t.Context(), cut("assoc-1")))(t)
		want := cut("assoc-1")
		want.Holders = []string{"inc-1"}
		if diff := cmp.Diff(want, q); diff != "" {
			t.Errorf("verifying gave (-want +got):\n%s", diff)
		}
	}
}

// byIncident is the claim of an incident on the contract's instance.
func byIncident(id string) quarantine.Claim {
	return quarantine.Claim{Incident: id, Resource: resource}
}
