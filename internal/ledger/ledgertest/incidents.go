package ledgertest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// lock writes the lock as the state machine does, or with another status.
func lock(t *testing.T, env Env, c quarantine.Claim, status quarantine.Status) {
	t.Helper()
	item := map[string]types.AttributeValue{
		"pk":         text(quarantine.LockKey(c.Resource)),
		"sk":         text("LOCK"),
		"incident":   text(c.Incident),
		"owner":      text(c.Owner),
		"status":     text(string(status)),
		"leaseUntil": &types.AttributeValueMemberN{Value: "1772629200"},
		"acquiredAt": text("2026-03-04T12:00:00.000Z"),
	}
	if status != quarantine.StatusReleased {
		item["listed"], item["listedAt"] = text("open"), item["acquiredAt"]
	}
	put(t, env, item)
}

func wantLock(t *testing.T, env Env, status quarantine.Status) {
	t.Helper()
	if diff := cmp.Diff(text(string(status)).Value, readLock(t, env)["status"].(*types.AttributeValueMemberS).Value); diff != "" {
		t.Errorf("the lock's status (-want +got):\n%s", diff)
	}
}

func readLock(t *testing.T, env Env) map[string]types.AttributeValue {
	t.Helper()
	return must(env.API.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String(env.Table), ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{"pk": text(quarantine.LockKey(resource)), "sk": text("LOCK")},
	}))(t).Item
}

func put(t *testing.T, env Env, item map[string]types.AttributeValue) {
	t.Helper()
	must(env.API.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(env.Table), Item: item}))(t)
}

func text(s string) *types.AttributeValueMemberS { return &types.AttributeValueMemberS{Value: s} }

var (
	claim   = quarantine.Claim{Incident: "inc-1", Resource: resource, Owner: "arn:aws:states:execution:1"}
	finding = quarantine.Finding{
		ID: "finding-1", Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS", Title: "It mines", Severity: 8,
		EventTime: noon.Add(-time.Minute),
	}
	verdict = quarantine.Verdict{
		Action: quarantine.ActionIsolate, Score: 93,
		Reasons: []quarantine.Reason{{Name: "severity", Points: 40, Text: "GuardDuty says 8.0 of 10"}},
	}
	containment = quarantine.Containment{
		Incident: "inc-1", ContainedAt: noon,
		Instance:   quarantine.Instance{Tags: map[string]string{quarantine.TagName: "web-1"}},
		Subnets:    []quarantine.Quarantine{cut("assoc-1")},
		Neighbours: &neighbours,
	}
	neighbours = quarantine.Neighbours{
		Subnets: []string{"subnet-1"}, Kinds: []quarantine.NeighbourCount{{Kind: quarantine.NeighbourNATGateway, Count: 1, Names: []string{"nat-1"}}},
	}
	incident = quarantine.Incident{
		ID: "inc-1", Resource: resource, Status: quarantine.StatusContained, Verdict: verdict,
		Findings: []quarantine.IncidentFinding{{FindingSummary: named(finding.Summary()), Score: 93, At: noon.Add(-time.Minute)}},
		OpenedAt: noon.Add(-time.Minute), ContainedAt: noon, Owner: claim.Owner, Neighbours: &neighbours,
	}
)

// named is the finding with the name that the instance had when it was contained.
func named(f quarantine.FindingSummary) quarantine.FindingSummary {
	f.Name = "web-1"
	return f
}

func wantIncident(t *testing.T, l *ledger.Ledger, want quarantine.Incident) {
	t.Helper()
	if diff := cmp.Diff(want, must(l.Incident(t.Context(), want.ID))(t)); diff != "" {
		t.Errorf("the incident is not as it should be (-want +got):\n%s", diff)
	}
}

func contains(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusIsolating)
	works(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)))
	wantLock(t, env, quarantine.StatusContained)
	wantIncident(t, l, incident)
}

func containsAgain(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusIsolating)
	works(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)))
	later := containment
	later.ContainedAt = noon.Add(time.Hour)
	later.Neighbours = &quarantine.Neighbours{NotKnown: "EC2 did not answer"} // what was counted stays on record
	other := finding
	other.ID, other.EventTime = "finding-2", noon
	works(t, onlyErr(l.Contained(t.Context(), claim, other, quarantine.Verdict{Score: 50}, later)))
	wantLock(t, env, quarantine.StatusContained)
	wantIncident(t, l, incident)
}

// What contains it in place of the cut is on record until the subnets are cut after all.
func containsInPlaceOfTheCut(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusIsolating)
	byGroup := quarantine.Containment{Incident: "inc-1", Instance: containment.Instance, ContainedAt: noon, By: "security-group"}
	works(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, byGroup)))
	wantLock(t, env, quarantine.StatusContained)
	want := incident
	want.Neighbours, want.ContainedBy = nil, "security-group"
	wantIncident(t, l, want)
	works(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)))
	wantIncident(t, l, incident)
}

// A retry, another execution of the same incident, and an attempt that stopped
// before the lock was marked: whoever wrote the moment was first.
func containsFirst(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusIsolating)
	containsThen(t, l)
}

// The incident was written and the lock was not: nobody has been told yet.
func containsHalf(t *testing.T, env Env, l *ledger.Ledger) {
	wantName(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)), quarantine.LockLost)
	lock(t, env, claim, quarantine.StatusIsolating)
	containsThen(t, l)
}

// containsThen contains, again because the answer was lost, and later once more.
func containsThen(t *testing.T, l *ledger.Ledger) {
	t.Helper()
	later := containment
	later.ContainedAt = noon.Add(time.Second)
	for i, done := range []quarantine.Containment{containment, containment, later} {
		if first := must(l.Contained(t.Context(), claim, finding, verdict, done))(t); first != (i < 2) {
			t.Errorf("call %d was first: %t", i+1, first)
		}
	}
}

// An isolation that finds the instance in another subnet than the one before it
// leaves both to be released. One that names no subnet takes none away.
func containsElsewhere(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusIsolating)
	for _, ids := range [][]string{{"subnet-2"}, {"subnet-3", "subnet-1"}, {"subnet-2"}, {}} {
		done := containment
		done.Subnets = nil
		for _, id := range ids {
			done.Subnets = append(done.Subnets, quarantine.Quarantine{SubnetID: id})
		}
		works(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, done)))
	}
	wantIncident(t, l, incident)
	// A subnet that an attempt held and did not get to contain is to be released too.
	half := subnet("assoc-9")
	half.SubnetID = "subnet-0"
	works(t, l.RecordOriginal(t.Context(), half, byIncident("inc-1"), ""))
	if diff := cmp.Diff([]string{"subnet-0"}, must(l.Incident(t.Context(), "inc-1"))(t).Subnets()); diff != "" {
		t.Errorf("what is to be released (-want +got):\n%s", diff)
	}
}

func containsWithoutLock(t *testing.T, env Env, l *ledger.Ledger) {
	wantName(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)), quarantine.LockLost)

	theirs := claim
	theirs.Owner = "arn:aws:states:execution:2"
	lock(t, env, theirs, quarantine.StatusIsolating)
	wantName(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)), quarantine.LockLost)
	wantLock(t, env, quarantine.StatusIsolating)

	theirs = claim
	theirs.Incident = "inc-2"
	lock(t, env, theirs, quarantine.StatusIsolating)
	wantName(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)), quarantine.LockLost)
	wantLock(t, env, quarantine.StatusIsolating)

	lock(t, env, claim, quarantine.StatusFailed)
	wantName(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)), quarantine.LockLost)
	wantLock(t, env, quarantine.StatusFailed)
}

func containsOneOf(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusIsolating)
	for n, err := range together(20, func(n int) error {
		c := claim
		if n != 7 {
			c.Owner = fmt.Sprintf("arn:aws:states:execution:other-%d", n)
		}
		return onlyErr(l.Contained(t.Context(), c, finding, verdict, containment))
	}) {
		if n == 7 {
			works(t, err)
			continue
		}
		wantName(t, err, quarantine.LockLost)
	}
	wantLock(t, env, quarantine.StatusContained)
}

func containsReleased(t *testing.T, env Env, l *ledger.Ledger) {
	lock(t, env, claim, quarantine.StatusIsolating)
	put(t, env, map[string]types.AttributeValue{
		"pk": text("INCIDENT#inc-1"), "sk": text("INCIDENT"), "status": text(string(quarantine.StatusReleased)),
	})
	theirs := claim
	theirs.Owner = "arn:aws:states:execution:2"
	wantName(t, onlyErr(l.Contained(t.Context(), theirs, finding, verdict, containment)), quarantine.IncidentReleased)
	wantLock(t, env, quarantine.StatusIsolating)

	wantName(t, onlyErr(l.Contained(t.Context(), claim, finding, verdict, containment)), quarantine.IncidentReleased)
	wantLock(t, env, quarantine.StatusReleased)
	if got := must(l.Lock(t.Context(), resource))(t); got.Incident != "" {
		t.Errorf("the lock is still %s's, which is over", got.Incident)
	}
	wantIncident(t, l, quarantine.Incident{ID: "inc-1", Status: quarantine.StatusReleased})
}

func missesIncident(t *testing.T, _ Env, l *ledger.Ledger) {
	_, err := l.Incident(t.Context(), "inc-1")
	wantName(t, err, quarantine.BadRequest)
}

func saysOnce(t *testing.T, _ Env, l *ledger.Ledger) {
	first := quarantine.Event{At: noon, Kind: quarantine.EventJoined, By: "execution-1", Text: "once", ID: "finding-1"}
	again := first
	again.At, again.Text = noon.Add(time.Minute), "twice"
	other := first
	other.ID = "finding-2"
	unnamed := quarantine.Event{At: noon.Add(time.Hour), Kind: quarantine.EventJoined, By: "execution-1", Text: "no id"}
	for _, e := range []quarantine.Event{first, again, other, unnamed, unnamed} {
		works(t, l.Append(t.Context(), "inc-1", e))
	}
	if diff := cmp.Diff([]quarantine.Event{first, other, unnamed}, must(l.Incident(t.Context(), "inc-1"))(t).Timeline); diff != "" {
		t.Errorf("the events (-want +got):\n%s", diff)
	}
}

func saysOneOf(t *testing.T, _ Env, l *ledger.Ledger) {
	e := quarantine.Event{At: noon, Kind: quarantine.EventContained, By: "execution-1", ID: "execution-1"}
	for _, err := range together(20, func(n int) error {
		said := e
		said.At = noon.Add(time.Duration(n) * time.Second)
		return l.Append(t.Context(), "inc-1", said)
	}) {
		works(t, err)
	}
	if got := must(l.Incident(t.Context(), "inc-1"))(t).Timeline; len(got) != 1 {
		t.Errorf("it was said %d times: %v", len(got), got)
	}
}

// The state machine writes a joined finding as an event of its own.
func listsJoined(t *testing.T, env Env, l *ledger.Ledger) {
	works(t, l.Append(t.Context(), "inc-1", quarantine.Event{At: noon.Add(time.Minute), Kind: "told", By: "execution-1", ID: "1"}))
	put(t, env, map[string]types.AttributeValue{
		"pk": text("INCIDENT#inc-1"), "sk": text("EVENT#2026-03-04T12:00:00.000Z#joined#run-2"),
		"at": text("2026-03-04T12:00:00.000Z"), "kind": text("joined"), "by": text("execution-2"), "text": text("joined"),
		"finding": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"id": text("finding-2"), "type": text("Trojan:EC2/DNSDataExfiltration"), "title": text("It leaks"),
			"severity": &types.AttributeValueMemberN{Value: "8.5"},
		}},
		"score": &types.AttributeValueMemberN{Value: "88"},
	})
	want := quarantine.Incident{
		ID: "inc-1",
		Findings: []quarantine.IncidentFinding{{Score: 88, At: noon,
			FindingSummary: quarantine.FindingSummary{ID: "finding-2", Type: "Trojan:EC2/DNSDataExfiltration", Title: "It leaks", Severity: 8.5}}},
		Timeline: []quarantine.Event{
			{At: noon, Kind: quarantine.EventJoined, By: "execution-2", Text: "joined"},
			{At: noon.Add(time.Minute), Kind: "told", By: "execution-1", ID: "1"},
		},
	}
	wantIncident(t, l, want)
}

// An item that somebody has spoilt is an error, and nothing worse.
func reportsSpoilt(t *testing.T, env Env, l *ledger.Ledger) {
	put(t, env, map[string]types.AttributeValue{
		"pk": text("INCIDENT#inc-1"), "sk": text("EVENT#joined#1"), "kind": text("joined"), "at": text("yesterday"),
	})
	_, err := l.Incident(t.Context(), "inc-1")
	wantName(t, err, quarantine.Unexpected)
	put(t, env, map[string]types.AttributeValue{
		"pk": text("HOLD#network-acl#" + acct + "#" + region + "#subnet-1"), "sk": text("HOLD"), "verifiedAt": text("yesterday"),
		"before_association": text("assoc-1"),
	})
	_, err = l.HoldSubnet(t.Context(), subnet("assoc-1"), byIncident("inc-1"))
	wantName(t, err, quarantine.Unexpected)
	wantName(t, l.RecordOriginal(t.Context(), subnet("assoc-2"), byIncident("inc-1"), ""), quarantine.Unexpected)
}

// More than a megabyte, which is as much as one answer of DynamoDB holds.
func pagesEvents(t *testing.T, env Env, _ *ledger.Ledger) {
	const events = 15
	pages := &pageCounter{API: env.API}
	l := ledger.New(pages, env.Table)
	long := strings.Repeat("long ", 20_000)
	for _, err := range together(events, func(n int) error {
		return l.Append(t.Context(), "inc-1", quarantine.Event{
			At: noon.Add(-time.Duration(n) * time.Second), Kind: quarantine.EventJoined, By: "execution", Text: long, ID: fmt.Sprint(n),
		})
	}) {
		works(t, err)
	}
	got := must(l.Incident(t.Context(), "inc-1"))(t).Timeline
	if len(got) != events {
		t.Fatalf("got %d events, want %d", len(got), events)
	}
	for n, e := range got {
		if want := fmt.Sprint(events - 1 - n); e.ID != want {
			t.Errorf("event %d is %s, want %s", n, e.ID, want)
		}
	}
	if pages.events < 2 {
		t.Errorf("%d page was read: a page that was cut off would not be noticed", pages.events)
	}
}

// pageCounter counts the pages of events that are read.
type pageCounter struct {
	ledger.API
	events int
}

func (p *pageCounter) Query(ctx context.Context, in *dynamodb.QueryInput, o ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	for _, v := range in.ExpressionAttributeValues {
		if prefix, ok := v.(*types.AttributeValueMemberS); ok && prefix.Value == "INCIDENT#inc-1" {
			p.events++
		}
	}
	return p.API.Query(ctx, in, o...)
}
