package ledgertest

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func wantMade(t *testing.T, l *ledger.Ledger, vpc, wantID string, wantBegun bool) {
	t.Helper()
	id, begun, err := l.Made(t.Context(), thing.Measure, resource, vpc)
	works(t, err)
	if id != wantID || begun != wantBegun {
		t.Errorf("for %s is on record %q, begun %v; want %q, %v", vpc, id, begun, wantID, wantBegun)
	}
}

func making(t *testing.T, l *ledger.Ledger, id string) string {
	t.Helper()
	return must(l.Making(t.Context(), thing.Measure, resource, "vpc-1", id))(t)
}

func makesOnce(t *testing.T, _ Env, l *ledger.Ledger) {
	wantMade(t, l, "vpc-1", "", false)
	for range 2 {
		if id := making(t, l, ""); id != "" {
			t.Errorf("before anything is made its id is %s", id)
		}
		wantMade(t, l, "vpc-1", "", true)
	}
	for _, id := range []string{"sg-1", "sg-2", "", "sg-1"} { // the first one counts
		if got := making(t, l, id); got != "sg-1" {
			t.Errorf("after %q the id on record is %q", id, got)
		}
	}
	wantMade(t, l, "vpc-1", "sg-1", true)
	wantMade(t, l, "vpc-2", "", false)
	other := resource
	other.Region = "us-east-1"
	if id, begun, err := l.Made(t.Context(), thing.Measure, other, "vpc-1"); id != "" || begun || err != nil {
		t.Errorf("in another region is on record %q, begun %v (%v)", id, begun, err)
	}
}

func makesOneOf(t *testing.T, _ Env, l *ledger.Ledger) {
	const makers = 10
	ids := make([]string, makers)
	for _, err := range together(makers, func(n int) (err error) {
		ids[n], err = l.Making(t.Context(), thing.Measure, resource, "vpc-1", fmt.Sprint("sg-", n))
		return err
	}) {
		works(t, err)
	}
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("the ids that count are %v", ids)
		}
	}
}

func makesAnother(t *testing.T, _ Env, l *ledger.Ledger) {
	works(t, l.Unmade(t.Context(), thing.Measure, resource, "vpc-1", "sg-1")) // there is none
	wantMade(t, l, "vpc-1", "", false)
	making(t, l, "sg-1")
	works(t, l.Unmade(t.Context(), thing.Measure, resource, "vpc-1", "sg-2"))
	wantMade(t, l, "vpc-1", "sg-1", true)
	for range 2 {
		works(t, l.Unmade(t.Context(), thing.Measure, resource, "vpc-1", "sg-1"))
		wantMade(t, l, "vpc-1", "", true)
	}
	if id := making(t, l, "sg-2"); id != "sg-2" {
		t.Errorf("the next one's id is %s", id)
	}
}

func spoilsMade(t *testing.T, env Env, l *ledger.Ledger) {
	put(t, env, map[string]types.AttributeValue{
		"pk": text("HOLD#security-group#" + acct + "#" + region + "#vpc-1"), "sk": text("MADE"), "id": &types.AttributeValueMemberM{},
	})
	_, _, err := l.Made(t.Context(), thing.Measure, resource, "vpc-1")
	wantName(t, err, quarantine.Unexpected)
}
