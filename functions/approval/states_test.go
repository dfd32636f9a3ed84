package approval_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/chromedp/chromedp"

	"github.com/ec2-quarantine/quarantine/internal/lab/chromium"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// onRecord puts a whole incident on record: what it holds, whom it has hit, its findings and its
// evidence.
func (w *world) onRecord() {
	w.t.Helper()
	w.contained(noon.Add(-time.Hour))
	r, ctx := w.request, w.t.Context()
	claim := quarantine.Claim{Incident: r.Incident, Resource: r.Resource, Owner: r.Execution.ID}
	w.lock(claim, quarantine.StatusIsolating)
	finding := quarantine.Finding{ID: r.Finding.ID, Type: r.Finding.Type, Title: r.Finding.Title, Severity: r.Finding.Severity, EventTime: noon.Add(-62 * time.Minute)}
	_, err := w.ledger.Contained(ctx, claim, finding, quarantine.Verdict{Action: quarantine.ActionIsolate, Score: r.Score, Reasons: r.Reasons}, quarantine.Containment{
		Incident: r.Incident, ContainedAt: noon.Add(-time.Hour), Instance: quarantine.Instance{Tags: map[string]string{quarantine.TagName: "checkout-worker-7"}},
		Neighbours: &quarantine.Neighbours{Subnets: []string{"subnet-1"}, Kinds: []quarantine.NeighbourCount{
			{Kind: quarantine.NeighbourInstance, Count: 14}, {Kind: quarantine.NeighbourNATGateway, Count: 1, Names: []string{"nat-0fedcba9876543210"}},
			{Kind: quarantine.NeighbourLoadBalancer, Count: 2, Names: []string{"app/checkout", "app/search"}},
		}},
	})
	w.works(err)
	for n, kind := range []string{"Backdoor:EC2/C&CActivity.B!DNS", "UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "Recon:EC2/Portscan",
		"Recon:EC2/Portscan", "Trojan:EC2/DNSDataExfiltration", "Impact:EC2/WinRMBruteForce"} {
		w.joined(n, quarantine.FindingSummary{ID: fmt.Sprintf("%032x", n), Type: kind, Severity: float64(8 - n), Title: "The EC2 instance " + r.Resource.ID + " does what " + kind + " describes."})
	}
	w.evidence()
	w.calls = len(w.Calls())
}

// joined writes a later finding of the incident, as the state machine does.
func (w *world) joined(n int, f quarantine.FindingSummary) {
	w.t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := w.DynamoDB().PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
		"pk": text("INCIDENT#" + w.request.Incident), "sk": text(fmt.Sprintf("EVENT#joined#%d", n)), "kind": text("joined"), "by": text(execution.ID),
		"at": text(noon.Add(time.Duration(n-50) * time.Minute).Format(time.RFC3339Nano)), "text": text(f.Type + " joined with score 61"),
		"finding": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"id": text(f.ID), "type": text(f.Type), "title": text(f.Title), "severity": &types.AttributeValueMemberN{Value: fmt.Sprint(f.Severity)}}},
	}})
	w.works(err)
}

func (w *world) evidence() {
	w.t.Helper()
	list, err := json.Marshal([]quarantine.Snapshot{
		{ID: "snap-0123456789abcdef0", VolumeID: "vol-0123456789abcdef0", State: "completed", SizeGiB: 8},
		{ID: "snap-0123456789abcdef1", VolumeID: "vol-0123456789abcdef1", State: "completed", SizeGiB: 100},
	})
	w.works(err)
	for name, body := range map[string][]byte{"snapshots-final": list, "instance": []byte("{}"), "console-output": []byte("booted")} {
		_, err := w.ledger.Keep(w.t.Context(), w.request.Incident, quarantine.Artifact{
			Name: name, SHA256: fmt.Sprintf("%x", sha256.Sum256(body)), Bytes: len(body), TakenAt: noon.Add(-58 * time.Minute), TakenBy: "arn:aws:iam::123456789012:role/forensics",
		}, body)
		w.works(err)
	}
	w.works(w.ledger.Append(w.t.Context(), w.request.Incident, quarantine.Event{Kind: quarantine.EventEvidenceComplete, At: noon.Add(-50 * time.Minute), By: execution.ID, Text: "2 snapshots completed"}))
}

// begun and over are a release as the release machine puts it on record.
func (w *world) begun(at time.Time) {
	w.t.Helper()
	claim := quarantine.Claim{Incident: w.request.Incident, Resource: w.request.Resource, Owner: execution.ID}
	w.works(w.ledger.BeginRelease(w.t.Context(), claim, 2*time.Minute))
	w.works(w.ledger.Append(w.t.Context(), w.request.Incident, quarantine.Event{Kind: quarantine.EventReleaseBegun, At: at, By: execution.ID, Text: "release begun: it is clean"}))
}

func (w *world) over(at time.Time, eni quarantine.ReleaseOutcome) {
	w.t.Helper()
	r := w.request
	w.works(w.ledger.Released(w.t.Context(), quarantine.Claim{Incident: r.Incident, Resource: r.Resource, Owner: execution.ID}, quarantine.Release{
		Incident: r.Incident, Resource: r.Resource, ReleasedAt: at, By: "holder of the link, from 203.0.113.7", Reason: "it is clean",
		Subnets: []quarantine.ReleasedSubnet{{SubnetID: "subnet-1", VPCID: "vpc-1", Outcome: quarantine.Restored, Now: "acl-before", Before: "acl-before"}},
		Things:  []quarantine.ReleasedThing{{Measure: "security-group", Thing: "eni-1", Outcome: eni}},
	}))
}

// braked is a question whether to cut that the brake asks, with all that can come with one.
func braked(r *quarantine.ApprovalRequest) {
	*r = asked(quarantine.PurposeIsolate)
	r.Finding.Name = "checkout-worker-7 " + strings.Repeat("very ", 10) + "long"
	r.Measures, r.Reminders = []string{"security-group", "protection"}, 2
	r.Reasons = append(r.Reasons[:3:3], quarantine.Reason{Name: quarantine.ReasonBrake, Text: "the cut would hit 14 other instances, a NAT gateway (nat-0fedcba9876543210) and 2 load balancers " +
		"(app/checkout, app/search): that is beyond the policy's neighbours (upTo is 10; a NAT gateway, a load balancer or a VPC endpoint is beyond it by itself)"})
}

// state is one of the page's, and how a browser comes to it.
type state struct {
	name    string
	changes func(*quarantine.ApprovalRequest)
	comes   func(t *testing.T, ctx context.Context, s *served)
	asks    bool // it has the buttons
	heading string
}

// opens opens the question's link, once the world is as given.
func opens(worlds ...func(s *served)) func(*testing.T, context.Context, *served) {
	return func(t *testing.T, ctx context.Context, s *served) {
		t.Helper()
		for _, w := range worlds {
			w(s)
		}
		chromium.Do(t, ctx, chromedp.Navigate(s.link()))
	}
}

// presses opens it and presses a button, and then does what is given.
func presses(button chromedp.CSS, then ...func(t *testing.T, ctx context.Context, s *served)) func(*testing.T, context.Context, *served) {
	return func(t *testing.T, ctx context.Context, s *served) {
		t.Helper()
		chromium.Do(t, ctx, chromedp.Navigate(s.link()))
		press(t, ctx, button)
		for _, next := range then {
			next(t, ctx, s)
		}
	}
}

func onRecord(s *served) { s.onRecord() }

// looksAgain opens the link of whoever has decided, some time later.
func looksAgain(later time.Duration, meanwhile ...func(s *served)) func(*testing.T, context.Context, *served) {
	return func(t *testing.T, ctx context.Context, s *served) {
		t.Helper()
		s.advance(noon.Add(later))
		for _, change := range meanwhile {
			change(s)
		}
		if code := status(t, ctx, chromedp.Click(chromedp.CSS(`a.button`))); code != http.StatusOK {
			t.Errorf("the status is %d", code)
		}
	}
}

var states = []state{
	{"cut", braked, opens(), true, "Cut i-0123456789abcdef0 off the network?"},
	{"key", aboutKey(quarantine.PurposeIsolate), opens(), true, "Make the access key " + keyID + " inactive?"},
	{"release", nil, opens(onRecord), true, "Release i-0123456789abcdef0 from quarantine?"},
	{"narrow-later", nil, opens(func(s *served) { s.contained(noon.Add(-9 * time.Minute)) }), true, "Release i-0123456789abcdef0 from quarantine?"},
	{"nothing-known", nil, opens(), true, "Release i-0123456789abcdef0 from quarantine?"},
	{"approved-cut", braked, presses(approveIt), false, "Approved: i-0123456789abcdef0 is being cut off"},
	{"denied-cut", braked, presses(denyIt), false, "Denied: i-0123456789abcdef0 is not cut off"},
	{"approved", nil, recorded(presses(approveIt)), false, "Approved: i-0123456789abcdef0 is being released"},
	{"denied", nil, recorded(presses(denyIt)), false, "Denied: i-0123456789abcdef0 stays in quarantine"},
	{"narrowed", nil, recorded(presses(narrowIt)), false, "Narrow: the subnets of i-0123456789abcdef0 are being given back"},
	{"releasing", nil, recorded(presses(approveIt, looksAgain(time.Minute, func(s *served) { s.begun(noon.Add(30 * time.Second)) }))), false, "Approved: i-0123456789abcdef0 is being released"},
	{"released", nil, recorded(presses(approveIt, looksAgain(2*time.Minute, isOver(quarantine.Restored)))), false, "Approved: i-0123456789abcdef0 is released"},
	{"released-in-part", nil, recorded(presses(approveIt, looksAgain(2*time.Minute, isOver(quarantine.Drifted)))), false, "Approved: i-0123456789abcdef0 is released"},
	{"not-done", nil, recorded(presses(approveIt, looksAgain(time.Hour))), false, "Approved: i-0123456789abcdef0 is being released"},
	{"used", nil, recorded(presses(approveIt, func(t *testing.T, ctx context.Context, s *served) { opens(isOver(quarantine.Restored))(t, ctx, s) })), false, "This question has been answered"},
	{"expired", nil, opens(func(s *served) { s.advance(s.request.ExpiresAt) }), false, "This question has expired"},
	{"unknown", nil, func(t *testing.T, ctx context.Context, s *served) {
		chromium.Do(t, ctx, chromedp.Navigate(s.link()+"x"))
	}, false, "This link does not work"},
	{"not-handed-over", nil, func(t *testing.T, ctx context.Context, s *served) {
		s.failing(throttled, "states", "SendTaskSuccess", 0)
		presses(approveIt)(t, ctx, s)
	}, false, "The decision is on record, but not handed over"},
}

func isOver(eni quarantine.ReleaseOutcome) func(*served) {
	return func(s *served) {
		s.begun(noon.Add(30 * time.Second))
		s.over(noon.Add(90*time.Second), eni)
	}
}

// recorded comes there with a whole incident on record.
func recorded(comes func(*testing.T, context.Context, *served)) func(*testing.T, context.Context, *served) {
	return func(t *testing.T, ctx context.Context, s *served) {
		t.Helper()
		s.onRecord()
		comes(t, ctx, s)
	}
}
