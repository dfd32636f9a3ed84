package ledgertest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// claimOn is an incident's claim on an instance of its own.
func claimOn(incident, instance string) quarantine.Claim {
	t := resource
	t.ID = instance
	return quarantine.Claim{Incident: incident, Resource: t, Owner: claim.Owner}
}

// listsIncidents has one incident of every kind, on pages of one item each.
func listsIncidents(t *testing.T, env Env, l *ledger.Ledger) {
	ctx := t.Context()
	lock(t, env, claim, quarantine.StatusIsolating)
	heldBy(t, l, "inc-1", "inc-2")
	works(t, onlyErr(l.Contained(ctx, claim, finding, verdict, containment)))
	for kind, after := range map[quarantine.EventKind]time.Duration{
		quarantine.EventEvidenceComplete: time.Minute, quarantine.EventEvidenceStarted: 0,
	} {
		works(t, l.Append(ctx, "inc-1", quarantine.Event{Kind: kind, At: noon.Add(after)}))
	}
	pending, expired := question("req-1"), question("req-2")
	expired.ExpiresAt = noon.Add(time.Second)
	asked := question("req-3")
	asked.Incident, asked.Resource.ID = "inc-4", "i-4"
	for _, r := range []quarantine.ApprovalRequest{pending, expired, asked} {
		ask(t, l, r, planted)
	}
	failed, released := claimOn("inc-2", "i-2"), claimOn("inc-3", "i-3")
	lock(t, env, failed, quarantine.StatusFailed)
	lock(t, env, released, quarantine.StatusFailed)
	works(t, l.BeginRelease(ctx, released, time.Minute))
	works(t, l.Released(ctx, released, quarantine.Release{Incident: "inc-3", ReleasedAt: noon}))

	listing := ledger.New(onePage{env.API}, env.Table)
	listing.Clock = clocktest.At(noon.Add(time.Second))
	subnets := []quarantine.Hold{record("", "inc-1", "inc-2").Hold()}
	expired.Status = quarantine.RequestExpired
	contained := incident
	contained.Holds, contained.Evidence.Status, contained.Questions = subnets, quarantine.EvidenceComplete, []quarantine.ApprovalRequest{pending, expired}
	open := []quarantine.Incident{
		contained,
		{ID: "inc-2", Resource: failed.Resource, Status: quarantine.StatusFailed, OpenedAt: noon, Owner: failed.Owner, Holds: subnets},
		{ID: "inc-4", Resource: asked.Resource, Verdict: quarantine.Verdict{Score: 63, Reasons: asked.Reasons}, OpenedAt: noon,
			Findings: []quarantine.IncidentFinding{{FindingSummary: asked.Finding, Score: 63, At: noon}}, Questions: []quarantine.ApprovalRequest{asked}},
	}
	over := quarantine.Incident{ID: "inc-3", Resource: released.Resource, Status: quarantine.StatusReleased, ReleasedIn: released.Owner,
		Release: &quarantine.Release{Incident: "inc-3", ReleasedAt: noon}}
	wantListed(t, open, must(listing.OpenIncidents(ctx))(t))
	wantListed(t, []quarantine.Incident{over}, must(listing.LatestReleased(ctx, 5))(t))
	wantListed(t, append([]quarantine.Incident{over}, open...), must(listing.AllIncidents(ctx))(t))
}

func wantListed(t *testing.T, want, got []quarantine.Incident) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(quarantine.Incident{}, "Timeline")); diff != "" {
		t.Errorf("the list is not as it should be (-want +got):\n%s", diff)
	}
}

// listsLatest has more released incidents than are asked for.
func listsLatest(t *testing.T, env Env, l *ledger.Ledger) {
	for n := range 5 {
		c := claimOn(incidentID(n), fmt.Sprint("i-", n))
		lock(t, env, c, quarantine.StatusFailed)
		works(t, l.BeginRelease(t.Context(), c, time.Minute))
		works(t, l.Released(t.Context(), c, quarantine.Release{Incident: c.Incident, ReleasedAt: noon.Add(time.Duration(n) * time.Minute)}))
	}
	var got []string
	for _, in := range must(l.LatestReleased(t.Context(), 2))(t) {
		got = append(got, in.ID)
	}
	if want := []string{"inc-03", "inc-04"}; !cmp.Equal(slices.Sorted(slices.Values(got)), want) {
		t.Errorf("the latest two are %v, want %v", got, want)
	}
}

// listsReleasing has a contained incident whose release is under way.
func listsReleasing(t *testing.T, env Env, l *ledger.Ledger) {
	ctx := t.Context()
	lock(t, env, claim, quarantine.StatusIsolating)
	heldBy(t, l, "inc-1")
	works(t, onlyErr(l.Contained(ctx, claim, finding, verdict, containment)))
	works(t, l.BeginRelease(ctx, claim, time.Minute))
	wantLetGo(t, l, "inc-1", record("inc-1"))
	got := must(l.OpenIncidents(ctx))(t)
	if len(got) != 1 || got[0].Status != quarantine.StatusReleasing || len(got[0].Held()) != 1 || got[0].Held()[0].Releasing != "inc-1" {
		t.Errorf("got %+v", got)
	}
}

// listsWithoutTokens looks at what leaves the table.
func listsWithoutTokens(t *testing.T, env Env, l *ledger.Ledger) {
	ask(t, l, question("req-1"), planted)
	seen := &watched{API: env.API}
	reader := ledger.New(seen, env.Table)
	reader.Clock = clocktest.At(noon)
	must(reader.OpenIncidents(t.Context()))(t)
	must(reader.AllIncidents(t.Context()))(t)
	must(reader.Incident(t.Context(), "inc-1"))(t)
	if text := fmt.Sprint(seen.items...); len(seen.items) < 6 || strings.Contains(text, planted) {
		t.Errorf("of %d items that left the table, one has the token: %s", len(seen.items), text)
	}
}

// watched keeps what reads give.
type watched struct {
	ledger.API
	items []any
}

func (w *watched) Scan(ctx context.Context, in *dynamodb.ScanInput, o ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	out, err := w.API.Scan(ctx, in, o...)
	w.keep(out.Items...)
	return out, err
}

func (w *watched) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := w.API.Query(ctx, in, o...)
	w.keep(out.Items...)
	return out, err
}

func (w *watched) GetItem(ctx context.Context, in *dynamodb.GetItemInput, o ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	out, err := w.API.GetItem(ctx, in, o...)
	w.keep(out.Item)
	return out, err
}

func (w *watched) keep(items ...map[string]types.AttributeValue) {
	for _, i := range items {
		var plain map[string]any
		_ = attributevalue.UnmarshalMap(i, &plain)
		w.items = append(w.items, plain)
	}
}

func listsQuestions(t *testing.T, _ Env, l *ledger.Ledger) {
	other, later := question("req-other"), question("req-1")
	other.Incident = "inc-2"
	later.AskedAt = noon.Add(time.Second)
	for _, r := range []quarantine.ApprovalRequest{later, other, question("req-2")} {
		ask(t, l, r, planted)
	}
	must(l.Decide(t.Context(), "req-2", word(true)))(t)
	got := must(l.Incident(t.Context(), "inc-1"))(t).Questions
	if len(got) != 2 || got[0].ID != "req-2" || got[0].Status != quarantine.RequestApproved || got[1].ID != "req-1" {
		t.Errorf("got %+v", got)
	}
}

func readsSubnets(t *testing.T, _ Env, l *ledger.Ledger) {
	heldBy(t, l, "inc-1")
	if diff := cmp.Diff(record("", "inc-1"), must(l.Quarantine(t.Context(), resource, "subnet-1"))(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	want := quarantine.Quarantine{AccountID: acct, Region: region, SubnetID: "subnet-2"}
	if diff := cmp.Diff(want, must(l.Quarantine(t.Context(), resource, "subnet-2"))(t)); diff != "" {
		t.Errorf("of a subnet that is not on record (-want +got):\n%s", diff)
	}
}

// reportsSpoiltList has an item that no list can be made of.
func reportsSpoiltList(t *testing.T, env Env, l *ledger.Ledger) {
	item := requestKey("req-1")
	item["status"], item["deadline"] = text("pending"), text("soon")
	item["listed"], item["listedAt"] = text("waiting"), text("2027")
	put(t, env, item)
	_, err := l.OpenIncidents(t.Context())
	wantName(t, err, quarantine.Unexpected)
}
