package ledgertest

import (
	"slices"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
)

func putsUntilReadBack(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	for _, association := range []string{"assoc-3", "assoc-2", "assoc-2"} {
		works(t, l.PutAssociation(t.Context(), subnet("assoc-1"), association))
	}
	want := subnet("assoc-1")
	want.Puts = []string{"assoc-2", "assoc-3"}
	wantRecord(t, l, want, "inc-1")
	must(l.Verified(t.Context(), cut("assoc-1")))(t)
	wantRecord(t, l, cut("assoc-1"), "inc-1")
}

func putsUntilSuperseded(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	works(t, l.PutAssociation(t.Context(), subnet("assoc-1"), "assoc-2"))
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-3"), byIncident("inc-1"), "assoc-1"))
	wantRecord(t, l, subnet("assoc-3"), "inc-1")
}

func putsForARelease(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.RecordOriginal(t.Context(), subnet("assoc-1"), byIncident("inc-1"), ""))
	must(l.LetGoSubnet(t.Context(), subnet("assoc-1"), "inc-1"))(t)
	works(t, l.PutAssociation(t.Context(), subnet("assoc-1"), "assoc-2"))
	if q := must(l.Quarantine(t.Context(), resource, "subnet-1"))(t); !slices.Equal(q.Puts, []string{"assoc-2"}) {
		t.Errorf("on record as put: %q", q.Puts)
	}
	works(t, l.Forget(t.Context(), subnet("assoc-1"), "inc-1"))
	works(t, l.PutAssociation(t.Context(), subnet("assoc-1"), "assoc-2"))
	if q := must(l.Quarantine(t.Context(), resource, "subnet-1"))(t); len(q.Puts) > 0 {
		t.Errorf("on record as put where nobody holds the subnet: %q", q.Puts)
	}
}
