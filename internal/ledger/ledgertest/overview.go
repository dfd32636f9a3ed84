package ledgertest

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
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
	works(t, l.Released(ctx, released, quarantine.Release{Incident: "inc-3"}))

	listing := ledger.New(onePage{env.API}, env.Table)
	listing.Clock = clocktest.At(noon.Add(time.Second))
	first := ledger.FirstFinding{ID: "finding-1", Type: "Backdoor:EC2/C&CActivity.B", Severity: 8, Title: "It phones home"}
	subnets := []quarantine.Quarantine{record("", "inc-1", "inc-2")}
	want := []ledger.Summary{
		{ID: "inc-3", Resource: released.Resource, Status: quarantine.StatusReleased},
		{ID: "inc-1", Resource: resource, Status: quarantine.StatusContained, Score: 93, Finding: incident.Finding, Since: noon.Add(-time.Minute),
			Evidence: quarantine.EvidenceComplete, Subnets: subnets, Questions: []quarantine.ApprovalRequest{pending}},
		{ID: "inc-2", Resource: failed.Resource, Status: quarantine.StatusFailed, Since: noon, Subnets: subnets},
		{ID: "inc-4", Resource: asked.Resource, Score: 63, Finding: first, Since: noon, Questions: []quarantine.ApprovalRequest{asked}},
	}
	got := must(listing.Overview(ctx))(t)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the list is not as it should be (-want +got):\n%s", diff)
	}
	for _, i := range got {
		if i.Open() == (i.ID == "inc-3") {
			t.Errorf("%s is open: %t", i.ID, i.Open())
		}
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
	got := must(l.Overview(ctx))(t)
	if len(got) != 1 || got[0].Status != quarantine.StatusReleasing || len(got[0].Subnets) != 1 || got[0].Subnets[0].Releasing != "inc-1" {
		t.Errorf("got %+v", got)
	}
}

// listsWithoutTokens looks at what leaves the table.
func listsWithoutTokens(t *testing.T, env Env, l *ledger.Ledger) {
	ask(t, l, question("req-1"), planted)
	ear := &scanned{API: env.API}
	must(ledger.New(ear, env.Table).Overview(t.Context()))(t)
	if ear.items != 1 || ear.tokens != 0 {
		t.Errorf("%d items with %d tokens left the table", ear.items, ear.tokens)
	}
}

// scanned counts the items that scans give, and the tokens in them.
type scanned struct {
	ledger.API
	items, tokens int
}

func (s *scanned) Scan(ctx context.Context, in *dynamodb.ScanInput, o ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	out, err := s.API.Scan(ctx, in, o...)
	if err == nil {
		for _, i := range out.Items {
			s.items++
			if _, there := i["token"]; there {
				s.tokens++
			}
		}
	}
	return out, err
}

func listsQuestions(t *testing.T, _ Env, l *ledger.Ledger) {
	other, later := question("req-other"), question("req-1")
	other.Incident = "inc-2"
	later.AskedAt = noon.Add(time.Second)
	for _, r := range []quarantine.ApprovalRequest{later, other, question("req-2")} {
		ask(t, l, r, planted)
	}
	must(l.Decide(t.Context(), "req-2", word(true)))(t)
	got := must(l.Questions(t.Context(), "inc-1"))(t)
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
	put(t, env, item)
	_, err := l.Overview(t.Context())
	wantName(t, err, quarantine.Unexpected)
}
