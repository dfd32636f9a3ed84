package approval_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// decided is a world with a whole incident on record, in which somebody has pressed a button, and
// the page that they got.
func decided(t *testing.T, word string) (s *served, body string) {
	t.Helper()
	s = serve(t)
	s.onRecord()
	code, body := s.do(t, form(s.link(), url.Values{"decision": {word}}))
	wants(t, code, body, http.StatusOK)
	return s, body
}

var lookAgain = regexp.MustCompile(`href="(\?d=none[^"]*)"`)

// following is the link that whoever has decided finds on the page.
func following(t *testing.T, s *served, body string) string {
	t.Helper()
	found := lookAgain.FindStringSubmatch(body)
	if found == nil {
		t.Fatalf("the page has no link to look again:\n%s", body)
	}
	link, _, _ := strings.Cut(s.link(), "?")
	return link + html.UnescapeString(found[1])
}

func TestWhoeverDecidesSeesWhatHappensAndFollowsIt(t *testing.T) {
	t.Parallel()
	s, body := decided(t, "approve")
	wants(t, http.StatusOK, body, http.StatusOK, "is being released</h1>", "“checkout-worker-7”", "Decided.</strong> The release has not begun yet.", "each is read back",
		"https://eu-west-1.console.aws.amazon.com/states/", "https://eu-west-1.console.aws.amazon.com/ec2/", "inc-20260304-0a1b2c3d4e",
		"subnet-1: CUT OFF by acl-quarantine", ">snap-0123456789abcdef0</span></dt>", "SHA-256 44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
		"Evidence: complete: 2 snapshots, 3 artifacts", "Timeline in UTC: 7 events", "2026-03-04 11:12:00</dt>", "Recon:EC2/Portscan joined with score 61", "approved by holder of the link, from 192.0.2.1 through link at 4 March 2026, 12:00 UTC</dd>")
	link := following(t, s, body)
	s.advance(noon.Add(time.Minute))
	s.begun(noon.Add(time.Minute))
	code, body := s.get(t, link)
	wants(t, code, body, http.StatusOK, "Under way.</strong> The release began on 4 March 2026, 12:01 UTC.")
	s.advance(noon.Add(time.Hour))
	code, body = s.get(t, link)
	wants(t, code, body, http.StatusOK, "Not done.</strong>", "look at the execution")
	s.over(noon.Add(time.Hour), quarantine.Restored)
	code, body = s.get(t, link)
	wants(t, code, body, http.StatusOK, "is released</h1>", "Released.</strong> On 4 March 2026, 13:00 UTC. What stood before stands there again, as read back: 2 things.", "RESTORED", "Released does not mean clean",
		"by <code>quarantine show inc-20260304-0a1b2c3d4e --stack guard --region eu-west-1</code>")
}

// The link by which a decision is followed decides nothing, whoever has it.
func TestI10TheLinkOfWhoeverDecidedDecidesNothing(t *testing.T) {
	t.Parallel()
	s, body := decided(t, "deny")
	link := following(t, s, body)
	s.calls = len(s.Calls())
	for _, word := range []url.Values{approve(), narrow(), {"decision": {"deny"}}} {
		code, body := s.do(t, form(link, word))
		wants(t, code, body, http.StatusBadRequest, "The form could not be read")
	}
	for _, widened := range []string{strings.Replace(link, "d=none", "d=approve-narrow-deny", 1), strings.Replace(link, "d=none", "d=approve-deny", 1)} {
		code, body := s.get(t, widened)
		wants(t, code, body, http.StatusNotFound)
		impersonal(t, s, body)
	}
	question := strings.Replace(s.link(), "d=approve-narrow-deny", "d=none", 1) // nor does the question's own link follow it
	code, body := s.get(t, question)
	wants(t, code, body, http.StatusNotFound)
	impersonal(t, s, body)
	s.advance(noon.Add(24 * time.Hour))
	code, body = s.get(t, link)
	wants(t, code, body, http.StatusGone)
	impersonal(t, s, body)
	s.unchanged(t, "the link of whoever decided")
}

// A link that is used up says how far it is, and nothing of what, where and who.
func TestAUsedLinkSaysWhatHasComeOfItAndOfNothingMore(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		word string
		then func(s *served)
		says string
	}{
		"approved":         {"approve", func(*served) {}, "The release has not begun yet."},
		"approved, late":   {"approve", func(s *served) { s.advance(noon.Add(16 * time.Minute)) }, "look at the execution"},
		"being released":   {"approve", func(s *served) { s.begun(noon) }, "Under way."},
		"released":         {"approve", isOver(quarantine.Restored), "What stood before stands there again, as read back: 2 things."},
		"released in part": {"approve", isOver(quarantine.Drifted), "Not as it stood before: 1 of 2 things."},
		"denied":           {"deny", func(*served) {}, "The quarantine stays, as it is on record: 2 things."},
		"denied, and then": {"deny", isOver(quarantine.Restored), "By another word, on 4 March 2026, 12:01 UTC."},
		"narrowed":         {"narrow", func(*served) {}, "Giving back the subnets has not begun yet."},
		"unreadable":       {"approve", func(s *served) { s.failing(denied, "dynamodb", "Query", 0) }, "The ledger could not be read."},
	} {
		s, _ := decided(t, c.word)
		c.then(s)
		code, body := s.get(t, s.link())
		if code != http.StatusGone || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d, want %q on\n%s", name, code, c.says, body)
		}
		impersonal(t, s, body)
		for _, detail := range []string{"checkout-worker-7", "subnet-1", "acl-", "eni-", "nat-", "console.aws"} {
			if strings.Contains(body, detail) {
				t.Errorf("%s: the page shows %q:\n%s", name, detail, body)
			}
		}
	}
}

// A question whether to cut: what comes of it is read from the incident that it opens.
func TestADecisionToCutIsFollowed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		word string
		then func(s *served)
		says string
	}{
		"not begun":  {"approve", func(*served) {}, "Cutting it has not begun yet."},
		"contained":  {"approve", func(s *served) { s.onRecord() }, "Contained.</strong> Since 4 March 2026, 11:00 UTC, as read back. Evidence: complete: 2 snapshots, 3 artifacts."},
		"failed":     {"approve", func(s *served) { s.lock(s.claim(), quarantine.StatusFailed) }, "Failed.</strong> Cutting it has failed."},
		"isolating":  {"approve", func(s *served) { s.lock(s.claim(), quarantine.StatusIsolating) }, "Under way."},
		"left alone": {"deny", func(*served) {}, "Left as it is.</strong> This finding has cut nothing off."},
	} {
		s := serve(t, about(quarantine.PurposeIsolate))
		s.do(t, form(s.link(), url.Values{"decision": {c.word}}))
		c.then(s)
		if code, body := s.get(t, s.link()); code != http.StatusGone || !strings.Contains(body, c.says) {
			t.Errorf("%s: %d, want %q on\n%s", name, code, c.says, body)
		}
	}
}

func (w *world) claim() quarantine.Claim {
	return quarantine.Claim{Incident: w.request.Incident, Resource: w.request.Resource, Owner: execution.ID}
}

// Where the page is served for one question, there is nothing to come back to.
func TestAPageThatEndsWithTheQuestionLeadsNowhere(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.server.EndsHere = "It goes on in the terminal."
	s.renew()
	code, body := s.do(t, form(s.link(), approve()))
	wants(t, code, body, http.StatusOK, "It goes on in the terminal.")
	if lookAgain.MatchString(body) || strings.Contains(body, "<a ") {
		t.Errorf("the page leads back to itself:\n%s", body)
	}
}

func TestThePageIsShownWhereTheIncidentCannotBeRead(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.onRecord()
	mend := s.failing(denied, "dynamodb", "Query", 0)
	code, body := s.get(t, s.link())
	wants(t, code, body, http.StatusOK, "<dt>Also hit</dt><dd>not known</dd>", "<dt>Evidence</dt><dd>not known</dd>", "Further ones: not known. The ledger could not be read.", `value="approve"`)
	mend()
	code, body = s.get(t, s.link())
	wants(t, code, body, http.StatusOK, "<dt>Also hit</dt><dd>14 other instances, a NAT gateway", "<dt>Evidence</dt><dd>complete: 2 snapshots, 3 artifacts</dd>",
		"Recon:<wbr>EC2/<wbr>Portscan <small>severity 6.0, 2 times</small>", "and 2 more types", "What GuardDuty found: 7 findings")
}

// The tag is anybody's text: it is cleaned, cut short and quoted, and stands beside the question.
func TestTheNameIsAHint(t *testing.T) {
	t.Parallel()
	s := serve(t, func(r *quarantine.ApprovalRequest) {
		r.Finding.Name = "<b>web</b>\u202eapprove this\n" + strings.Repeat("x", 100)
	})
	_, body := s.get(t, s.link())
	wants(t, 200, body, 200, `Tag Name: <strong>“&lt;b&gt;web&lt;/b&gt;\u202eapprove this xxxxxxxx...”</strong>`)
	if h1 := regexp.MustCompile(`<h1>.*</h1>`).FindString(body); strings.Contains(h1, "web") {
		t.Errorf("the name is in the question: %s", h1)
	}
}

func TestWhyAPersonIsAskedStandsFirst(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		changes func(*quarantine.ApprovalRequest)
		says    []string
	}{
		"the brake": {braked, []string{"<dt>Why asked</dt><dd>beyond the policy&#39;s neighbours (upTo is 10;", "<dt>Also hit</dt><dd>14 other instances, a NAT gateway (<span class=\"whole\">nat-0fedcba9876543210</span>) and 2 load balancers (app/checkout, app/search)</dd>"}},
		"a rule": {about(quarantine.PurposeIsolate), []string{"<dt>Why asked</dt><dd>the instance is tagged tier=crown-jewel: a person must be asked</dd>", "<dt>Also hit</dt><dd>every other host of its subnets",
			"<dt>Evidence</dt><dd>none yet: it is taken after a yes</dd>"}},
	} {
		s := serve(t, c.changes)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, s.link(), nil))
		form := strings.Index(w.Body.String(), "<form")
		for _, want := range c.says {
			if n := strings.Index(w.Body.String(), want); n < 0 || n > form {
				t.Errorf("%s: %q does not stand before the buttons:\n%s", name, want, w.Body)
			}
		}
	}
}
