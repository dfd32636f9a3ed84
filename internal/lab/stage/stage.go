// Package stage is where a test takes a measure and takes it back: an account in memory
// behind the real adapter, the ledger, locks as the state machine writes them, and a clock
// that moves by the waits that a measure asks for.
package stage

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

const table = "quarantine"

// Stage is the account and what works on it.
type Stage struct {
	*account.Account
	Cloud    *ec2.Client
	Identity *iam.Client
	Ledger   *ledger.Ledger
	now      time.Time
}

// New makes a stage without an instance.
func New() *Stage {
	s := &Stage{now: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)}
	s.Account = account.New(account.Options{Clock: s.Clock()})
	s.AddTable(table, "pk", "sk")
	s.Cloud, s.Identity, s.Ledger = ec2.New(s.EC2()), iam.New(s.IAM()), ledger.New(s.DynamoDB(), table)
	s.Ledger.Clock = s.Clock()
	return s
}

// Clock is the stage's: nobody waits on it.
func (s *Stage) Clock() clocktest.Clock {
	return clocktest.Clock{
		Time: func() time.Time { return s.now },
		Wait: func(ctx context.Context, d time.Duration) error { s.Pass(d); return ctx.Err() },
	}
}

// Pass advances the time.
func (s *Stage) Pass(d time.Duration) { s.now = s.now.Add(d) }

// Resource is an instance of the account.
func (s *Stage) Resource(instance string) quarantine.Resource {
	return quarantine.Resource{Kind: quarantine.KindInstance, AccountID: s.ID(), Region: s.Region(), ID: instance}
}

// Lock has the resource's lock be the claim's, with that status.
func (s *Stage) Lock(t *testing.T, c quarantine.Claim, status quarantine.Status) {
	t.Helper()
	text := func(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
	_, err := s.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
		"pk": text(quarantine.LockKey(c.Resource)), "sk": text("LOCK"),
		"incident": text(c.Incident), "owner": text(c.Owner), "status": text(string(status)),
	}})
	if err != nil {
		t.Fatal(err)
	}
}

// Incident is a claim on the instance, whose lock it has: nothing else is taken yet. Another
// incident of the same number has the same id.
func (s *Stage) Incident(t *testing.T, n int, instance string) quarantine.Claim {
	t.Helper()
	c := quarantine.Claim{Incident: fmt.Sprintf("inc-%d", n), Resource: s.Resource(instance), Owner: fmt.Sprintf("execution-%d", n)}
	s.Lock(t, c, quarantine.StatusContained)
	return c
}

// Engine is one invocation.
func (s *Stage) Engine(m measure.Measure) *measure.Engine {
	return &measure.Engine{Measure: m, Ledger: s.Ledger, Clock: s.Clock(), Writer: measure.NewWriter()}
}

// Try takes a measure once.
func (s *Stage) Try(t *testing.T, m measure.Measure, c quarantine.Claim) (measure.Result, error) {
	t.Helper()
	return s.Engine(m).Apply(t.Context(), c)
}

// Apply takes a measure, as often as it asks for, and gives what it said last.
func (s *Stage) Apply(t *testing.T, m measure.Measure, c quarantine.Claim) measure.Result {
	t.Helper()
	return s.until(t, func() (measure.Result, error) { return s.Try(t, m, c) })
}

// TryUndo takes a measure back once.
func (s *Stage) TryUndo(t *testing.T, m measure.Measure, c quarantine.Claim) (measure.Result, error) {
	t.Helper()
	s.Lock(t, c, quarantine.StatusReleasing)
	in, err := s.Ledger.Incident(t.Context(), c.Incident)
	if err != nil {
		t.Fatal(err)
	}
	return s.Engine(m).Undo(t.Context(), in, c.Owner)
}

// Undo takes a measure back, as often as it asks for.
func (s *Stage) Undo(t *testing.T, m measure.Measure, c quarantine.Claim) measure.Result {
	t.Helper()
	return s.until(t, func() (measure.Result, error) { return s.TryUndo(t, m, c) })
}

func (s *Stage) until(t *testing.T, try func() (measure.Result, error)) measure.Result {
	t.Helper()
	for range 20 {
		out, err := try()
		if err != nil {
			t.Fatal(err)
		}
		if out.Status != measure.Pending {
			return out
		}
		s.Pass(time.Duration(out.After) * time.Second)
	}
	t.Fatal("it is pending for ever")
	return measure.Result{}
}

// Killed runs what a fault of the kinds that stop a process ends.
func Killed(t *testing.T, run func()) {
	t.Helper()
	defer func() {
		if _, stopped := recover().(account.Stopped); !stopped {
			t.Error("the process was not stopped")
		}
	}()
	run()
}

// Outcomes are what became of each thing of a result.
func Outcomes(r measure.Result) map[string]quarantine.ReleaseOutcome {
	out := map[string]quarantine.ReleaseOutcome{}
	for _, h := range r.Things {
		out[h.Thing] = h.Outcome
	}
	return out
}

// Only is the one thing of an answer.
func Only(t *testing.T, r measure.Result) quarantine.Hold {
	t.Helper()
	if len(r.Things) != 1 {
		t.Fatalf("there are %d things", len(r.Things))
	}
	return r.Things[0]
}
