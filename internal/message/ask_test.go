package message

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestI11TheLinkIsShownToPeopleAndToNobodyElse(t *testing.T) {
	t.Parallel()
	for _, purpose := range []quarantine.Purpose{quarantine.PurposeIsolate, quarantine.PurposeRelease} {
		m := compose(t, askedWhether(purpose))
		if !strings.Contains(m.Text, "\n  Decide here: "+page+"\n") || m.Ask == nil || m.Ask.Link != page || m.Ask.RequestID != requestID {
			t.Errorf("%s: the link is not shown: %+v\n%s", purpose, m.Ask, m.Text)
		}
		m.Text, m.Ask = "", nil
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), signed) {
			t.Errorf("%s: the link gets about: %s", purpose, raw)
		}
	}
}

func TestI11OnlyAQuestionHoldsTheLink(t *testing.T) {
	t.Parallel()
	for name, n := range oneOfEach() {
		n.Link = page
		m := compose(t, n)
		raw, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		asks := n.Kind == quarantine.KindApprovalAsked
		if got := strings.Contains(string(raw), signed); got != asks || (m.Ask != nil) != asks {
			t.Errorf("%s: holds the link: %t; asks: %+v", name, got, m.Ask)
		}
	}
}

func TestALinkThatLeadsElsewhereIsNoneAndTheCommandsRemain(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		"", "javascript:alert(1)", "http://approve.example/r", "https:///r", "https://user@approve.example/", "//approve.example",
		"https://approve.example/a b", "https://approve.example/\u202ex", "https://approve.example/<x>", "http://127.0.0.1.example/",
		"https://approve.example/" + strings.Repeat("x", maxLink), "https://approve.example/%zz",
	} {
		n := asked(quarantine.PurposeIsolate)
		n.Link = link
		m := compose(t, n)
		if m.Ask.Link != "" || strings.Contains(m.Text, "Decide here") {
			t.Errorf("%q became a link to %q", link, m.Ask.Link)
		}
		for _, command := range []string{"quarantine approve " + requestID, "quarantine deny " + requestID} {
			if !strings.Contains(m.Text, command+"\n") {
				t.Errorf("%q: the text lacks %q:\n%s", link, command, m.Text)
			}
		}
	}
}

func TestAQuestionThatNobodyCanAnswerIsNotAsked(t *testing.T) {
	t.Parallel()
	tests := map[string]func(n *quarantine.News){
		"no request":          func(n *quarantine.News) { n.Approval = nil },
		"no request id":       func(n *quarantine.News) { n.Approval.ID = "" },
		"no purpose":          func(n *quarantine.News) { n.Approval.Purpose = "" },
		"a purpose of others": func(n *quarantine.News) { n.Approval.Purpose = "reboot" },
		"approved already":    func(n *quarantine.News) { n.Approval.Status = quarantine.RequestApproved },
		"expired already":     func(n *quarantine.News) { n.Approval.Status = quarantine.RequestExpired },
		"decided already":     func(n *quarantine.News) { n.Approval.Decision = decision(true) },
	}
	for name, spoil := range tests {
		n := asked(quarantine.PurposeIsolate)
		spoil(&n)
		if _, err := Compose(n, Record{}); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%s: %v, want BadRequest", name, err)
		}
	}
}

func TestAQuestionNeedsNothingButItsRequest(t *testing.T) {
	t.Parallel()
	alone, whole := compose(t, asked(quarantine.PurposeIsolate)), compose(t, askedWhether(quarantine.PurposeIsolate))
	if alone.Subject != whole.Subject {
		t.Errorf("subject %q, want %q", alone.Subject, whole.Subject)
	}
	if diff := cmp.Diff(whole.Attributes, alone.Attributes); diff != "" {
		t.Errorf("attributes: %s", diff)
	}
	if diff := cmp.Diff(whole.Links, alone.Links); diff != "" {
		t.Errorf("links: %s", diff)
	}
}

func TestSilenceIsToldAsThePolicyHasIt(t *testing.T) {
	t.Parallel()
	const cut, left = "it is cut off as if somebody had approved", "the instance is left as it is, and people are told"
	tests := map[string]struct {
		request, triage quarantine.Action
		want            string
	}{
		"the request says cut":        {quarantine.ActionIsolate, quarantine.ActionNotify, cut},
		"the request says leave":      {quarantine.ActionNotify, quarantine.ActionIsolate, left},
		"only triage says":            {"", quarantine.ActionIsolate, cut},
		"nobody says: nothing is cut": {"", "", left},
	}
	for name, tt := range tests {
		n := askedWhether(quarantine.PurposeIsolate)
		n.Approval.OnSilence, n.Triage.OnSilence = tt.request, tt.triage
		if text := strings.Join(strings.Fields(compose(t, n).Text), " "); !strings.Contains(text, "UTC, "+tt.want) {
			t.Errorf("%s: the text lacks %q:\n%s", name, tt.want, text)
		}
	}
}

func TestI5AClosedQuestionClaimsOnlyWhatWasReadBack(t *testing.T) {
	t.Parallel()
	r := onRecord()
	if text := composed(t, kept(quarantine.PurposeRelease), r).Text; !strings.Contains(text, "The cut stands, as read back at 2026-11-02 12:00:07 UTC.") {
		t.Errorf("does not say that the cut stands:\n%s", text)
	}
	r.Incident.Holds[1].VerifiedAt = time.Time{}
	for _, n := range []quarantine.News{kept(quarantine.PurposeRelease), expired(quarantine.PurposeRelease, "")} {
		text := composed(t, n, r).Text
		if strings.Contains(text, "The cut stands") || !strings.Contains(text, "not known.") || !strings.Contains(text, "subnet-0bbb2222: NOT KNOWN") {
			t.Errorf("claims the cut:\n%s", text)
		}
	}
}

func TestI10ADecisionIsToldWithWhoDecided(t *testing.T) {
	t.Parallel()
	tests := map[string]func(n *quarantine.News){
		"no request":  func(n *quarantine.News) { n.Approval = nil },
		"no decision": func(n *quarantine.News) { n.Approval.Decision = nil },
		"approved":    func(n *quarantine.News) { n.Approval.Decision.Approve = true },
		"narrowed":    func(n *quarantine.News) { n.Approval.Decision.Narrow = true },
		"nobody":      func(n *quarantine.News) { n.Approval.Decision.By = "" },
		"no purpose":  func(n *quarantine.News) { n.Approval.Purpose = "" },
	}
	for name, spoil := range tests {
		n := kept(quarantine.PurposeRelease)
		spoil(&n)
		if _, err := Compose(n, Record{}); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%s: %v, want BadRequest", name, err)
		}
	}
	for via, want := range map[string]string{"link": "the request's page", "slack": "Slack", "cli": "the command line", "pager": "pager"} {
		n := kept(quarantine.PurposeIsolate)
		n.Approval.Decision.Via, n.Approval.Decision.Reason = via, ""
		text := unwrapped(compose(t, n).Text)
		if !strings.Contains(text, "through "+want+" at 2026-11-02 12:20:07 UTC.") || !strings.Contains(text, "No reason was given.") {
			t.Errorf("%s: %s", via, text)
		}
	}
}

func TestI10NobodyDecidedIsNotSaidWhereSomebodyDid(t *testing.T) {
	t.Parallel()
	tests := map[string]func(r *quarantine.ApprovalRequest){
		"approved":       func(r *quarantine.ApprovalRequest) { r.Status = quarantine.RequestApproved },
		"narrowed":       func(r *quarantine.ApprovalRequest) { r.Status = quarantine.RequestNarrowed },
		"denied":         func(r *quarantine.ApprovalRequest) { r.Status = quarantine.RequestDenied },
		"with a decider": func(r *quarantine.ApprovalRequest) { r.Decision = decision(false) },
	}
	for name, spoil := range tests {
		n := expired(quarantine.PurposeRelease, "")
		spoil(n.Approval)
		if _, err := Compose(n, Record{}); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%s: %v, want BadRequest", name, err)
		}
	}
}
