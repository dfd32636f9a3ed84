package ledger_test

import (
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAQuestionWhoseAnswerWasLostIsAskedAgainWithoutHarm(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	l := ledger.New(a.DynamoDB(), table)
	now := time.Now()
	r := quarantine.ApprovalRequest{ID: "req-1", AskedAt: now, ExpiresAt: now.Add(time.Hour)}
	remove := a.Inject(account.Fault{Operation: "TransactWriteItems", Kind: account.TimeoutAfter, Times: 1})
	if _, err := l.Ask(t.Context(), r, "token"); !quarantine.Is(err, quarantine.Unavailable) {
		t.Fatalf("got %v, want Unavailable", err)
	}
	remove()
	got, err := l.Ask(t.Context(), r, "token")
	if err != nil || got.Reminders != 0 || got.Status != quarantine.RequestPending {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestADecisionIsOneCall(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	l := ledger.New(a.DynamoDB(), table)
	now := time.Now()
	if _, err := l.Ask(t.Context(), quarantine.ApprovalRequest{ID: "req-1", AskedAt: now, ExpiresAt: now.Add(time.Hour)}, "token"); err != nil {
		t.Fatal(err)
	}
	for _, approve := range []bool{true, false} { // the one that decides, and the one that is refused
		before := len(a.Calls())
		_, _ = l.Decide(t.Context(), "req-1", quarantine.Decision{Approve: approve, At: now})
		if made := a.Calls()[before:]; len(made) != 1 || made[0].Operation != "UpdateItem" {
			t.Errorf("approve %t: the calls were %v", approve, made)
		}
	}
}
