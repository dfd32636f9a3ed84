package ledger_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/functions/release"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

var items = flag.Int("items", 20_000, "how many other items the ledger holds in the test of its load")

var loadStart = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// What the ledger holds besides makes no difference to what is read of one incident, nor
// to the lists of what is open.
func TestTheLoadOfOtherItemsChangesNoCall(t *testing.T) {
	of := func(n int) map[string]usage {
		a := newAccount(t)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		began := time.Now()
		a.AddItems(table, others(n))
		filled := time.Since(began)
		runtime.GC()
		runtime.ReadMemStats(&after)
		began = time.Now()
		used := load(t, a.DynamoDB())
		t.Logf("%d other items: %d MB and %s to fill, %s for all", n, (after.HeapAlloc-min(before.HeapAlloc, after.HeapAlloc))>>20, filled.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
		return used
	}
	sameLoad(t, *items, of(10), of(*items))
}

func TestTheLoadOfOtherItemsChangesNoCallOverMoto(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	const most = 2_000
	of := func(n int) map[string]usage {
		client := motoTable(t, moto.NewAccount(t).Config())
		var batch []types.WriteRequest
		for i := range others(n) {
			batch = append(batch, types.WriteRequest{PutRequest: &types.PutRequest{Item: i}})
			if len(batch) == 25 || len(batch) == n {
				if _, err := client.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: batch}}); err != nil {
					t.Fatal(err)
				}
				batch = nil
			}
		}
		return load(t, client)
	}
	sameLoad(t, most, of(10), of(most))
}

// A scan, or a list of everything that was released, is what the count is there to find.
func TestTheCountFindsAReadOfEverything(t *testing.T) {
	t.Parallel()
	const incidents = 500
	a := newAccount(t)
	a.AddItems(table, others(10*incidents))
	c := &counting{API: a.DynamoDB()}
	for pages := dynamodb.NewScanPaginator(c, &dynamodb.ScanInput{TableName: aws.String(table)}); pages.HasMorePages(); {
		if _, err := pages.NextPage(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if c.items != 10*incidents || c.calls < 1 {
		t.Errorf("a scan of %d items counts as %s", 10*incidents, c.usage)
	}
	then := c.usage
	if all, err := ledger.New(c, table).LatestReleased(t.Context(), incidents); err != nil || len(all) != incidents || c.since(then).items < 5*incidents {
		t.Errorf("a list of %d incidents counts as %s: %v", len(all), c.since(then), err)
	}
}

func sameLoad(t *testing.T, n int, few, many map[string]usage) {
	t.Helper()
	if diff := cmp.Diff(few, many, cmp.AllowUnexported(usage{})); diff != "" {
		t.Errorf("with 10 and with %d other items, the calls and the items read differ (-10 +%[1]d):\n%s", n, diff)
	}
	table := fmt.Sprintf("\n%-16s%22s%22s", "other items", "10", fmt.Sprint(n))
	for _, what := range []string{"OpenIncidents", "Pending", "Incident", "release"} {
		table += fmt.Sprintf("\n%-16s%22s%22s", what, few[what], many[what])
	}
	t.Log(table)
}

// load cuts an instance with two subnets, keeps evidence of it and asks about it; then it
// measures what is read of that, and its release.
func load(t *testing.T, api ledger.API) map[string]usage {
	t.Helper()
	c := &counting{API: api}
	l := ledger.New(c, table)
	clock := clocktest.At(loadStart)
	l.Clock = clock
	fleet, claim := loaded(t, api, l, clock)
	ctx, used := t.Context(), map[string]usage{}
	for _, step := range []struct {
		what string
		do   func() (found bool, err error)
	}{
		{"OpenIncidents", func() (bool, error) {
			open, err := l.OpenIncidents(ctx)
			return len(open) == 1 && len(open[0].Held()) == 2, err
		}},
		{"Pending", func() (bool, error) {
			waiting, err := l.Pending(ctx)
			return len(waiting) == 1, err
		}},
		{"Incident", func() (bool, error) {
			in, err := l.Incident(ctx, claim.Incident)
			return len(in.Evidence.Artifacts) == 1 && len(in.Questions) == 1, err
		}},
		{"release", func() (bool, error) {
			h := release.Handler{Instances: fleet, ACLs: fleet, Ledger: l, Clock: clock, Log: slog.New(slog.DiscardHandler)}
			in := release.Request{Incident: claim.Incident, Reason: "rebuilt", By: "on-call", Execution: quarantine.Execution{ID: claim.Owner + "-release", Name: "release"}}
			var done quarantine.Release
			var err error
			for _, in.Step = range []string{release.Begin, release.Subnets, release.Conclude} {
				if done, err = h.Handle(ctx, in); err != nil {
					break
				}
				in.Release = done
			}
			return len(done.Subnets) == 2 && done.Subnets[0].Outcome == quarantine.Restored, err
		}},
	} {
		then := c.usage
		if found, err := step.do(); err != nil || !found {
			t.Fatalf("%s did not find what there is: %v", step.what, err)
		}
		used[step.what] = c.since(then)
	}
	return used
}

// loaded is an account in memory with an instance that is cut, for the incident of the claim.
func loaded(t *testing.T, api ledger.API, l *ledger.Ledger, clock quarantine.Clock) (*ec2.Client, quarantine.Claim) {
	t.Helper()
	const owner = "arn:aws:states:eu-west-1:111122223333:execution:quarantine:run-1"
	ctx, a := t.Context(), account.New(account.Options{AccountID: "111122223333", Region: "eu-west-1"})
	vpc := a.AddVPC(account.VPC{CIDRs: []string{"10.0.0.0/16"}})
	one, two := a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.1.0/24"}), a.AddSubnet(account.Subnet{VPC: vpc, CIDR: "10.0.2.0/24"})
	instance := a.AddInstance(account.Instance{Interfaces: []account.Interface{{Subnet: one, PrivateIP: "10.0.1.10"}, {Subnet: two, PrivateIP: "10.0.2.10"}}})
	fleet := ec2.New(a.EC2())
	claim := quarantine.Claim{Incident: "inc-20260304-0123456789", Owner: owner,
		Resource: quarantine.Resource{Kind: quarantine.KindInstance, AccountID: "111122223333", Region: "eu-west-1", ID: instance}}
	lock(t, api, claim)
	h := isolate.Handler{Accounts: accounts.New(aws.Config{}, "111122223333", "eu-west-1"), Instances: fleet, Beside: fleet, ACLs: fleet, Ledger: l, Clock: clock, Log: slog.New(slog.DiscardHandler)}
	_, err := h.Handle(ctx, isolate.Request{Claim: claim, Finding: quarantine.Finding{ID: "f-1", EventTime: loadStart}, Execution: quarantine.Execution{ID: owner, Name: "run-1"}})
	if err == nil {
		_, err = l.Keep(ctx, claim.Incident, quarantine.Artifact{Name: "instance"}, []byte("{}"))
	}
	if err == nil {
		_, err = l.Ask(ctx, quarantine.ApprovalRequest{ID: "req-1", Purpose: quarantine.PurposeRelease, Incident: claim.Incident, Resource: claim.Resource,
			AskedAt: loadStart, ExpiresAt: loadStart.Add(time.Hour)}, "token")
	}
	if err != nil {
		t.Fatal(err)
	}
	return fleet, claim
}

// lock writes the lock as the state machine does.
func lock(t *testing.T, api ledger.API, c quarantine.Claim) {
	t.Helper()
	_, err := api.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: attributes{
		"pk": str(quarantine.LockKey(c.Resource)), "sk": str("LOCK"), "incident": str(c.Incident), "owner": str(c.Owner), "status": str("isolating"),
		"listed": str("open"), "listedAt": str("2026-03-04T05:06:07.000Z"), "leaseUntil": &types.AttributeValueMemberN{Value: "1900000000"},
	}})
	if err != nil {
		t.Fatal(err)
	}
}
