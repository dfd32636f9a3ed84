package ledger_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var isolation = quarantine.Isolation{
	Resource: quarantine.Resource{Kind: quarantine.KindInstance, ID: "i-1"}, Subnets: map[string][]string{"vpc-1": {"subnet-1"}},
	Limits: quarantine.Limits{AccountPerHour: 1, VPCPerHour: 1, VPCSubnetsPercent: 50},
}

// calls is every method of the ledger, with the operation that it makes first:
// the writes that need nothing to be there, and then the others.
var calls = []struct {
	method, operation string
	call              func(context.Context, *ledger.Ledger) error
}{
	{"RecordOriginal", "TransactWriteItems", func(ctx context.Context, l *ledger.Ledger) error {
		return l.RecordOriginal(ctx, quarantine.Quarantine{BeforeVersion: "assoc-1"}, quarantine.Claim{Incident: "inc-1"}, "")
	}},
	{"RecordOriginal with supersedes", "TransactWriteItems", func(ctx context.Context, l *ledger.Ledger) error {
		return l.RecordOriginal(ctx, quarantine.Quarantine{BeforeVersion: "assoc-1"}, quarantine.Claim{Incident: "inc-1"}, "assoc-0")
	}},
	{"HoldSubnet", "TransactWriteItems", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.HoldSubnet(ctx, quarantine.Quarantine{}, quarantine.Claim{Incident: "inc-1"})
		return err
	}},
	{"Verified", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Verified(ctx, quarantine.Quarantine{})
		return err
	}},
	{"PutAssociation", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.PutAssociation(ctx, quarantine.Quarantine{}, "assoc-1")
	}},
	{"CountIsolation", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.CountIsolation(ctx, isolation)
		return err
	}},
	{"DiscountIsolation", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.DiscountIsolation(ctx, isolation)
	}},
	{"Append", "PutItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Append(ctx, "inc-1", quarantine.Event{Kind: quarantine.EventJoined})
	}},
	{"Keep", "PutItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Keep(ctx, "inc-1", quarantine.Artifact{Name: "instance"}, nil)
		return err
	}},
	{"LeaveOpen", "PutItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.LeaveOpen(ctx, quarantine.Hold{}, quarantine.Claim{})
	}},
	{"Leave", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Leave(ctx, quarantine.Hold{Outcome: quarantine.StillHeld}, "inc-1")
	}},
	{"Making", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Making(ctx, "security-group", quarantine.Resource{}, "vpc-1", "sg-1")
		return err
	}},
	{"Unmade", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Unmade(ctx, "security-group", quarantine.Resource{}, "vpc-1", "sg-1")
	}},
	{"Contained", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Contained(ctx, quarantine.Claim{Incident: "inc-1"}, quarantine.Finding{}, quarantine.Verdict{}, quarantine.Containment{})
		return err
	}},
	{"EndUncut", "Query", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.EndUncut(ctx, quarantine.Incident{ID: "inc-1"}.EndedUncut("on-call", time.Unix(0, 0)))
		return err
	}},
	{"Artifacts", "Query", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Artifacts(ctx, "inc-1")
		return err
	}},
	{"Body", "GetItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Body(ctx, "inc-1", "instance")
		return err
	}},
	{"Incident", "Query", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Incident(ctx, "inc-1")
		return err
	}},
	{"OpenIncidents", "Query", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.OpenIncidents(ctx)
		return err
	}},
	{"LatestReleased", "Query", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.LatestReleased(ctx, 10)
		return err
	}},
	{"AllIncidents", "Scan", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.AllIncidents(ctx)
		return err
	}},
	{"BeginRelease", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.BeginRelease(ctx, quarantine.Claim{Incident: "inc-1"}, time.Minute)
	}},
	{"BeginNarrowing", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.BeginNarrowing(ctx, quarantine.Claim{Incident: "inc-1"}, time.Minute)
	}},
	{"Narrowed", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Narrowed(ctx, quarantine.Claim{Incident: "inc-1"}, "run-1", quarantine.Release{})
	}},
	{"NotNarrowed", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.NotNarrowed(ctx, quarantine.Claim{Incident: "inc-1"}, "run-1")
	}},
	{"LetGoSubnet", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.LetGoSubnet(ctx, quarantine.Quarantine{}, "inc-1")
		return err
	}},
	{"Forget", "TransactWriteItems", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Forget(ctx, quarantine.Quarantine{}, "inc-1")
	}},
	{"Released", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Released(ctx, quarantine.Claim{Incident: "inc-1"}, quarantine.Release{})
	}},
	{"Join", "TransactWriteItems", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Join(ctx, quarantine.Hold{}, quarantine.Claim{Incident: "inc-1"})
	}},
	{"Take", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Take(ctx, quarantine.Hold{}, "inc-1", "writer", time.Unix(60, 0))
		return err
	}},
	{"Ahead", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Ahead(ctx, quarantine.Hold{}, "inc-1", "writer", nil)
	}},
	{"Record", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Record(ctx, quarantine.Hold{}, "inc-1", "writer", nil, true)
	}},
	{"LetGo", "TransactWriteItems", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.LetGo(ctx, quarantine.Hold{}, quarantine.Claim{Incident: "inc-1"})
		return err
	}},
	{"Renew", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Renew(ctx, quarantine.Hold{}, "inc-1", "writer", time.Unix(60, 0))
		return err
	}},
	{"Doubt", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Doubt(ctx, quarantine.Hold{}, "writer", "gone", time.Unix(0, 0))
	}},
	{"End", "TransactWriteItems", func(ctx context.Context, l *ledger.Ledger) error {
		return l.End(ctx, quarantine.Hold{}, "inc-1", "writer")
	}},
	{"HoldOf", "GetItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.HoldOf(ctx, quarantine.Hold{})
		return err
	}},
	{"Made", "GetItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, _, err := l.Made(ctx, "security-group", quarantine.Resource{}, "vpc-1")
		return err
	}},
	{"Ask", "TransactWriteItems", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Ask(ctx, quarantine.ApprovalRequest{ID: "req-1"}, "token")
		return err
	}},
	{"AskedThrough", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		return l.AskedThrough(ctx, "req-1", []string{"sns"})
	}},
	{"Request", "GetItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Request(ctx, "req-1")
		return err
	}},
	{"Decide", "UpdateItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Decide(ctx, "req-1", quarantine.Decision{})
		return err
	}},
	{"Token", "GetItem", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Token(ctx, "req-1")
		return err
	}},
	{"Delivered", "TransactWriteItems", func(ctx context.Context, l *ledger.Ledger) error {
		return l.Delivered(ctx, "req-1")
	}},
	{"Pending", "Query", func(ctx context.Context, l *ledger.Ledger) error {
		_, err := l.Pending(ctx)
		return err
	}},
}

func TestEveryMethodNamesItsFaults(t *testing.T) {
	t.Parallel()
	faults := map[account.Kind]string{
		account.Deny:          quarantine.AccessDenied,
		account.Throttle:      quarantine.Throttled,
		account.ServerError:   quarantine.Unavailable,
		account.TimeoutBefore: quarantine.Unavailable,
	}
	for _, c := range calls {
		for kind, name := range faults {
			a := newAccount(t)
			a.Inject(account.Fault{Operation: c.operation, Kind: kind})
			before := len(a.Calls())
			err := c.call(t.Context(), ledger.New(a.DynamoDB(), table))
			if got := quarantine.NameOf(err); got != name {
				t.Errorf("%s under fault %d is %q (%v), want %s", c.method, kind, got, err, name)
			}
			if made := a.Calls()[before:]; len(made) != 1 || made[0].Operation != c.operation {
				t.Errorf("%s under fault %d called %v, want %s once", c.method, kind, made, c.operation)
			}
			// IAM has no action for a transaction: what it is made of is allowed or not.
			action := strings.Replace(c.operation, "TransactWriteItems", "UpdateItem", 1)
			if name == quarantine.AccessDenied && !strings.Contains(err.Error(), "dynamodb:"+action) {
				t.Errorf("the missing action is not in %q", err)
			}
		}
	}
}

func TestCodesAreNamed(t *testing.T) {
	t.Parallel()
	codes := map[string]string{
		"ProvisionedThroughputExceededException": quarantine.Throttled,
		"ThrottlingException":                    quarantine.Throttled,
		"InternalServerError":                    quarantine.Unavailable,
		"UnrecognizedClientException":            quarantine.AccessDenied,
		"TransactionConflictException":           quarantine.Contended,
		"ResourceNotFoundException":              quarantine.Unexpected,
		"ValidationException":                    quarantine.Unexpected,
	}
	for code, name := range codes {
		a := newAccount(t)
		a.Inject(account.Fault{Kind: account.Code, Code: code, Message: "AccessDeniedException ThrottlingException"})
		err := ledger.New(a.DynamoDB(), table).Append(t.Context(), "inc-1", quarantine.Event{Kind: quarantine.EventJoined})
		if got := quarantine.NameOf(err); got != name {
			t.Errorf("%s is %q, want %s", code, got, name)
		}
	}
}

func TestALostAnswerIsRepeatedWithoutHarm(t *testing.T) {
	t.Parallel()
	for _, c := range calls[:11] {
		a := newAccount(t)
		l := ledger.New(a.DynamoDB(), table)
		remove := a.Inject(account.Fault{Operation: c.operation, Kind: account.TimeoutAfter, Times: 1})
		if err := c.call(t.Context(), l); !quarantine.Is(err, quarantine.Unavailable) {
			t.Errorf("%s: got %v, want Unavailable", c.method, err)
		}
		remove()
		if err := c.call(t.Context(), l); err != nil {
			t.Errorf("%s again: %v", c.method, err)
		}
	}
}

func TestTheWriteAheadIsOneCall(t *testing.T) {
	t.Parallel()
	a := newAccount(t)
	before := len(a.Calls())
	q := quarantine.Quarantine{SubnetID: "subnet-1", BeforeVersion: "assoc-1"}
	if err := ledger.New(a.DynamoDB(), table).RecordOriginal(t.Context(), q, quarantine.Claim{Incident: "inc-1"}, ""); err != nil {
		t.Fatal(err)
	}
	var made []string
	for _, c := range a.Calls()[before:] {
		made = append(made, c.Operation)
	}
	if !slices.Equal(made, []string{"TransactWriteItems"}) {
		t.Errorf("the calls were %v", made)
	}
}
