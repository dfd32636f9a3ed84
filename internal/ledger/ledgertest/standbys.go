package ledgertest

import (
	"fmt"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func countsStandbys(t *testing.T, _ Env, l *ledger.Ledger) {
	at(l, 59*time.Minute)
	count := func(n int, group, account string, others ...string) {
		t.Helper()
		r := resource
		r.ID, r.AccountID = fmt.Sprintf("i-%02d", n), account
		same(t, fmt.Sprintf("those counted where %s in %s is not", r.ID, group), others, must(l.CountStandby(t.Context(), r, group, 2))(t))
	}
	for _, n := range []int{1, 2, 1, 2} {
		count(n, "web", acct)
	}
	count(3, "web", acct, "i-01", "i-02")
	count(3, "another", acct)
	count(3, "web", "999900001111")
	count(1, "web", acct)
	first := resource
	first.ID = "i-01"
	works(t, l.DiscountStandby(t.Context(), first, "web"))
	works(t, l.DiscountStandby(t.Context(), first, "that counts nothing"))
	count(3, "web", acct)
	count(1, "web", acct, "i-02", "i-03")
	at(l, time.Hour)
	count(1, "web", acct)
}

func countsStandbysTogether(t *testing.T, _ Env, l *ledger.Ledger) {
	through := 0
	for _, err := range together(20, func(n int) error { // each instance twice
		r := resource
		r.ID = fmt.Sprintf("i-%02d", n/2)
		others, err := l.CountStandby(t.Context(), r, "web", 2)
		if len(others) > 0 {
			return quarantine.Failf(quarantine.QuotaReached, "%v", others)
		}
		return err
	}) {
		if err == nil {
			through++
		} else if !quarantine.Is(err, quarantine.QuotaReached) {
			t.Error(err)
		}
	}
	if through != 2*2 {
		t.Errorf("%d were let through, want 2 instances twice", through)
	}
}
