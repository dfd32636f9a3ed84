package approval_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// contained puts on record what the question's incident holds: a subnet, and an interface
// that has the security group, as read back at that time; zero is no interface.
func (w *world) contained(group time.Time) {
	w.t.Helper()
	r, ctx := w.request, w.t.Context()
	claim := quarantine.Claim{Incident: r.Incident, Resource: r.Resource, Owner: r.Execution.ID}
	w.lock(claim, quarantine.StatusIsolating)
	cut := quarantine.Quarantine{AccountID: r.Resource.AccountID, Region: r.Resource.Region, VPCID: "vpc-1", SubnetID: "subnet-1",
		Before: "acl-before", BeforeVersion: "aclassoc-1", After: "acl-quarantine", AfterVersion: "aclassoc-2", VerifiedAt: noon.Add(-time.Hour)}
	w.works(w.ledger.RecordOriginal(ctx, cut, claim, ""))
	_, err := w.ledger.Verified(ctx, cut)
	w.works(err)
	if !group.IsZero() {
		h := quarantine.Hold{Measure: "security-group", AccountID: cut.AccountID, Region: cut.Region, VPCID: "vpc-1", Thing: "eni-1"}
		w.works(w.ledger.Join(ctx, h, claim))
		_, err := w.ledger.Take(ctx, h, claim.Incident, "writer", noon.Add(time.Hour))
		w.works(err)
		parts := map[string]quarantine.Part{"groups": {Before: &quarantine.Value{Text: "sg-web"}, Puts: []string{"sg-quarantine"}, After: "sg-quarantine"}}
		w.works(w.ledger.Ahead(ctx, h, claim.Incident, "writer", parts))
		h.VerifiedAt = group
		w.works(w.ledger.Record(ctx, h, claim.Incident, "writer", parts, true))
	}
	w.lock(claim, quarantine.StatusContained)
	w.calls = len(w.Calls())
}

// lock writes the lock's item, as the state machine does.
func (w *world) lock(c quarantine.Claim, status quarantine.Status) {
	w.t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := w.DynamoDB().PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
		"pk": text(quarantine.LockKey(c.Resource)), "sk": text("LOCK"), "incident": text(c.Incident), "owner": text(c.Owner), "status": text(string(status)),
	}})
	w.works(err)
}

func (w *world) works(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func narrow() url.Values { return url.Values{"decision": {"narrow"}, "reason": {"it is needed"}} }

const narrowButton = `<button class="third" name="decision" value="narrow">Narrow: give the subnets back, keep the instance cut by its security group</button>`

func TestThePageOffersToGiveBackTheSubnetsOnceTheGroupHolds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		group  time.Time
		offers bool
		says   []string
	}{
		"for ten minutes": {noon.Add(-10 * time.Minute), true, []string{"this is asked again, with another link", "Not known, and nobody can know it",
			"goes through a NAT gateway is tracked whatever the rules were"}},
		"for less":   {noon.Add(-9 * time.Minute), false, []string{"Not possible now", "It is possible from 2026-03-04 12:01:00 UTC on"}},
		"not at all": {time.Time{}, false, []string{"Not possible now", "no security group holds its interfaces"}},
	} {
		s := serve(t)
		s.contained(c.group)
		code, body := s.get(t, s.link())
		wants(t, code, body, http.StatusOK, append(c.says, `value="approve"`, `value="deny"`)...)
		if got := strings.Contains(body, narrowButton); got != c.offers {
			t.Errorf("%s: offered is %t:\n%s", name, got, body)
		}
		s.unchanged(t, name)
	}
}

func TestWithoutASubnetToGiveBackThePageDoesNotSpeakOfIt(t *testing.T) {
	t.Parallel()
	for _, s := range []*served{serve(t), serve(t, about(quarantine.PurposeIsolate))} {
		if _, body := s.get(t, s.link()); strings.Contains(body, "Narrow") || strings.Contains(body, `value="narrow"`) {
			t.Errorf("the page speaks of it:\n%s", body)
		}
	}
}

func TestTheFormNarrows(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.contained(noon.Add(-time.Hour))
	code, body := s.do(t, form(s.link(), narrow()))
	wants(t, code, body, http.StatusOK, "Narrow: the subnets of i-0123456789abcdef0 are being given back", "holder of the link", "asked again whether to release, with another link")
	got, told := s.told()
	want := quarantine.Decision{Narrow: true, By: got.By, Via: "link", Reason: "it is needed", At: noon}
	if !told || got != want || s.at(s.request.ID).Status != quarantine.RequestNarrowed {
		t.Errorf("the state machine was told %t of %+v; on record is %+v", told, got, s.at(s.request.ID))
	}
	s.advance(noon.Add(time.Second))
	for _, again := range []url.Values{narrow(), approve()} { // the question is used up: another one follows
		code, body = s.do(t, form(s.link(), again))
		wants(t, code, body, http.StatusConflict, "This question has been answered", "It was narrowed on 4 March 2026, 12:00 UTC")
		impersonal(t, s, body)
	}
}

func TestAWordToNarrowThatWasNotDeliveredIsDeliveredFromThePage(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.contained(noon.Add(-time.Hour))
	mend := s.failing(throttled, "states", "", 0)
	code, body := s.do(t, form(s.link(), narrow()))
	wants(t, code, body, http.StatusServiceUnavailable, "not handed over", `value="narrow"`)
	mend()
	s.lock(quarantine.Claim{Incident: s.request.Incident, Resource: s.request.Resource}, quarantine.StatusFailed) // it was decided when it could be
	code, body = s.do(t, form(s.link(), narrow()))
	wants(t, code, body, http.StatusOK, "are being given back")
	if got, told := s.told(); !told || !got.Narrow {
		t.Errorf("the state machine was told %t of %+v", told, got)
	}
}

// What the record does not allow is no decision: whoever asked for it reads why, and the question
// can still be decided.
func TestI10ARefusalToNarrowLeavesTheQuestionOpen(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.contained(noon.Add(-9 * time.Minute))
	code, body := s.do(t, form(s.link(), narrow()))
	wants(t, code, body, http.StatusConflict, "Not narrowed", "It is possible from 2026-03-04 12:01:00 UTC on", "The question stays open")
	s.unchanged(t, "a refusal")
	s.advance(noon.Add(time.Minute))
	code, body = s.do(t, form(s.link(), narrow()))
	wants(t, code, body, http.StatusOK, "are being given back")

	s = serve(t)
	s.contained(noon.Add(-9 * time.Minute))
	s.do(t, form(s.link(), narrow()))
	code, body = s.do(t, form(s.link(), approve()))
	wants(t, code, body, http.StatusOK, "is being released")
}

func TestI10WhatDoesNotGiveBackSubnetsIsRefused(t *testing.T) {
	t.Parallel()
	word := quarantine.Decision{Narrow: true, By: "one", Via: "cli"}
	both := word
	both.Approve = true
	for name, c := range map[string]struct {
		purpose quarantine.Purpose
		word    quarantine.Decision
		held    bool
		want    string
	}{
		"before a cut":                         {quarantine.PurposeIsolate, word, true, quarantine.BadRequest},
		"with a yes":                           {quarantine.PurposeRelease, both, true, quarantine.BadRequest},
		"of an incident that holds no subnets": {quarantine.PurposeRelease, word, false, quarantine.NotNarrowed},
	} {
		w := newWorld(t, about(c.purpose))
		if c.held {
			w.contained(noon.Add(-time.Hour))
		}
		if _, err := w.decider.Decide(t.Context(), w.request.ID, c.word); !quarantine.Is(err, c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		w.unchanged(t, name)
	}
	s := serve(t, about(quarantine.PurposeIsolate))
	code, body := s.do(t, form(s.link(), narrow()))
	wants(t, code, body, http.StatusBadRequest, "The form could not be read")
	s.unchanged(t, "the form")
}

// A link of a version before permits what it permitted when it was sent.
func TestI10ALinkPermitsTheDecisionsThatItNames(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.contained(noon.Add(-time.Hour))
	old := s.signer.WithoutNarrow(s.request.ID, s.request.ExpiresAt)
	if got, err := s.signer.Verify(parts(t, old)); err != nil || got != (approval.Link{Request: s.request.ID, Expires: s.request.ExpiresAt}) {
		t.Fatalf("got %+v, %v", got, err)
	}
	code, body := s.get(t, old)
	wants(t, code, body, http.StatusOK, `value="approve"`)
	if strings.Contains(body, "Narrow") {
		t.Errorf("the page offers what the link does not permit:\n%s", body)
	}
	code, body = s.do(t, form(old, narrow()))
	wants(t, code, body, http.StatusBadRequest, "The form could not be read")
	widened := strings.Replace(old, "d=approve-deny", "d=approve-narrow-deny", 1)
	code, _ = s.do(t, form(widened, narrow()))
	if code != http.StatusNotFound {
		t.Errorf("a link that was widened: the status is %d", code)
	}
	s.unchanged(t, "an old link")
	code, body = s.do(t, form(old, approve()))
	wants(t, code, body, http.StatusOK, "is being released")
}
