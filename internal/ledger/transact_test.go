package ledger_test

import (
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Another writer of a subnet's record cancels a transaction for the moment: it is
// tried again, a few times. What DynamoDB cancels for other reasons is not.
func TestAConflictingTransactionIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code         string
		times, tries int
		want         string
	}{
		"another writer for a moment": {"TransactionConflict", 2, 3, ""},
		"another writer all the time": {"TransactionConflict", 0, 5, quarantine.Contended},
		"too many requests":           {"ThrottlingError", 1, 1, quarantine.Throttled},
		"an item that does not fit":   {"ValidationError", 1, 1, quarantine.Unexpected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccount(t)
			a.Inject(account.Fault{Operation: "TransactWriteItems", Kind: account.Code, Code: c.code, Times: c.times})
			before := len(a.Calls())
			err := ledger.New(a.DynamoDB(), table).RecordOriginal(t.Context(),
				quarantine.Quarantine{SubnetID: "subnet-1", BeforeVersion: "assoc-1"}, quarantine.Claim{Incident: "inc-1"}, "")
			if got := quarantine.NameOf(err); got != c.want {
				t.Errorf("got %q (%v), want %q", got, err, c.want)
			}
			if tries := len(a.Calls()) - before; tries != c.tries {
				t.Errorf("tried %d times, want %d", tries, c.tries)
			}
		})
	}
}
