package approval_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// served is a world whose page is served.
type served struct {
	*world
	handler http.Handler
}

func serve(t *testing.T, changes ...func(*quarantine.ApprovalRequest)) *served {
	t.Helper()
	s := &served{world: newWorld(t, changes...)}
	s.renew()
	return s
}

// renew makes a new handler, with full rate limits.
func (s *served) renew() { s.handler = s.server.Handler() }

func (s *served) link() string { return s.signer.URL(s.request.ID, s.request.ExpiresAt) }

// do sends a request and returns status and body; it fails the test if the response shows a token.
func (s *served) do(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	body := w.Body.String()
	s.secretless("the answer", body+fmt.Sprint(w.Result().Header))
	return w.Code, body
}

func (s *served) get(t *testing.T, link string) (int, string) {
	t.Helper()
	return s.do(t, httptest.NewRequestWithContext(t.Context(), http.MethodGet, link, nil))
}

// form is the request that a browser sends for the page's own form.
func form(link string, fields url.Values) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, link, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.Header.Set("Origin", "null")
	return r
}

func approve() url.Values { return url.Values{"decision": {"approve"}, "reason": {"it is clean"}} }

func wants(t *testing.T, code int, body string, wantCode int, texts ...string) {
	t.Helper()
	if code != wantCode {
		t.Errorf("the status is %d, want %d", code, wantCode)
	}
	for _, want := range texts {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not on the page:\n%s", want, body)
		}
	}
}

// impersonal checks that a page shows nothing that is only for people who can decide.
func impersonal(t *testing.T, s *served, body string) {
	t.Helper()
	for _, detail := range []string{s.request.Resource.ID, s.request.Resource.AccountID, s.request.Incident, s.request.Finding.Type, s.request.ID, "arn:", "holder of the link", "run-1"} {
		if strings.Contains(body, detail) {
			t.Errorf("the page shows %q:\n%s", detail, body)
		}
	}
}

func TestThePageShowsTheQuestion(t *testing.T) {
	t.Parallel()
	s := serve(t)
	code, body := s.get(t, s.link())
	wants(t, code, body, http.StatusOK, `<html lang="en">`, "<title>Release i-0123456789abcdef0 from quarantine?</title>", "i-0123456789abcdef0</dd>",
		"inc-20260304-0a1b2c3d4e", "eu-west-1", "123456789012", "CryptoCurrency:EC2/BitcoinTool.B!DNS", "8.0 of 10",
		"Score 93 of 100", "&#43;40", "-7", "a person must be asked", "override/crown-jewels",
		"What stood before the quarantine is put back, as it is on record", "The quarantine stays until somebody releases it", "The quarantine stays, and people are told.",
		"slack, sns", "4 March 2026, 13:00 UTC", "in 60 minutes", `<label for="reason">`, `value="approve"`, `value="deny"`)
	s.unchanged(t, "a GET")
}

func TestThePageShowsWhatTheIncidentHasCut(t *testing.T) {
	t.Parallel()
	s := serve(t)
	code, body := s.get(t, s.link())
	wants(t, code, body, http.StatusOK, "What the quarantine holds", "Not known: the ledger does not say what the incident holds.")
	r := s.request
	claim := quarantine.Claim{Incident: r.Incident, Resource: r.Resource, Owner: r.Execution.ID}
	cut := quarantine.Quarantine{AccountID: r.Resource.AccountID, Region: r.Resource.Region, VPCID: "vpc-1", SubnetID: "subnet-1",
		Before: "acl-before", BeforeVersion: "aclassoc-1", After: "acl-quarantine", AfterVersion: "aclassoc-2",
		VerifiedAt: time.Date(2026, 3, 4, 11, 58, 0, 0, time.UTC)}
	half := cut
	half.SubnetID = "subnet-2"
	for _, err := range []error{s.ledger.RecordOriginal(t.Context(), cut, claim, ""), s.ledger.RecordOriginal(t.Context(), half, claim, "")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.ledger.Verified(t.Context(), cut); err != nil {
		t.Fatal(err)
	}
	code, body = s.get(t, s.link())
	wants(t, code, body, http.StatusOK, "subnet-1", "acl-quarantine", "read back at 4 March 2026, 11:58 UTC", "before: acl-before", "subnet-2", "NOT KNOWN whether it is cut off: no read-back is on record",
		"Open all the same", "Hosts in the same subnet")

	at := cut.VerifiedAt.Add(time.Minute) // then a look finds it opened
	err := s.ledger.Drifted(t.Context(), r.Incident, quarantine.Drift{Measure: quarantine.MeasureCut, AccountID: cut.AccountID, Region: cut.Region,
		Thing: "subnet-1", Kind: quarantine.DriftReopened, What: "is under <b>acl-9</b>", Since: at, LastAt: at})
	if err != nil {
		t.Fatal(err)
	}
	code, body = s.get(t, s.link())
	wants(t, code, body, http.StatusOK, "OPEN as of 4 March 2026, 11:59 UTC: is under &lt;b&gt;acl-9&lt;/b&gt;", "Everything that crosses the subnet")
	if strings.Contains(body, "CUT OFF by") {
		t.Errorf("the page calls it cut off:\n%s", body)
	}
}

func TestThePageAsksBeforeIsolation(t *testing.T) {
	t.Parallel()
	for onSilence, text := range map[quarantine.Action]string{
		quarantine.ActionNotify: "Nothing is cut, and people are told.", quarantine.ActionIsolate: "so says the policy",
	} {
		s := serve(t, about(quarantine.PurposeIsolate), func(r *quarantine.ApprovalRequest) { r.OnSilence = onSilence })
		for range 2 {
			if _, err := s.ledger.Ask(t.Context(), s.request, s.begin()); err != nil {
				t.Fatal(err)
			}
		}
		code, body := s.get(t, s.link())
		wants(t, code, body, http.StatusOK, "<title>Cut i-0123456789abcdef0 off the network?</title>", "Every other host of those subnets is cut off too.", text, "reminder 2")
	}
}

func TestWhatTheFindingSaysIsEscaped(t *testing.T) {
	t.Parallel()
	s := serve(t, func(r *quarantine.ApprovalRequest) { r.Finding.Title = `<script>alert(1)</script>` })
	_, body := s.get(t, s.link())
	wants(t, 200, body, 200, "&lt;script&gt;alert(1)&lt;/script&gt;")
	if strings.Contains(body, "<script") {
		t.Error("the page has a script")
	}
}

func TestEveryResponseHasTheSecurityHeaders(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, link := range []string{s.link(), "/r/x", "/", "/favicon.ico"} {
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, link, nil))
		h := w.Result().Header
		for name, want := range map[string]string{
			"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			"Strict-Transport-Security": "max-age=31536000", "Content-Type": "text/html; charset=utf-8",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", link, name, got, want)
			}
		}
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'; ", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'", "style-src 'sha256-"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: %q is not in %q", link, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "http") || strings.Contains(csp, "script") {
			t.Errorf("%s: the policy is too permissive: %q", link, csp)
		}
	}
}

func TestReadingChangesNothing(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		r := httptest.NewRequestWithContext(t.Context(), method, s.link()+"&decision=approve", strings.NewReader("decision=approve"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		s.do(t, r)
		s.unchanged(t, method)
	}
}

func TestAnUndeliveredDecisionCanBeDeliveredFromThePage(t *testing.T) {
	t.Parallel()
	s := serve(t)
	mend := s.failing(throttled, "states", "SendTaskSuccess", 0)
	code, body := s.do(t, form(s.link(), approve()))
	wants(t, code, body, http.StatusServiceUnavailable, "on record, but not handed over", `value="approve">Hand it over again`)
	code, body = s.get(t, s.link())
	wants(t, code, body, http.StatusOK, "on record, but not handed over")
	impersonal(t, s, body)
	if _, told := s.told(); told {
		t.Fatal("a GET delivered the decision")
	}
	mend()
	s.do(t, form(s.link(), url.Values{"decision": {"approve"}}))
	if got, told := s.told(); !told || got.Reason != "it is clean" {
		t.Errorf("told %t of %+v", told, got)
	}
}

func TestThePageSaysThatNoExecutionWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := serve(t)
		s.answered()
		code, body := s.do(t, form(s.link(), approve()))
		wants(t, code, body, http.StatusConflict, "Nothing waits for this decision any more", "It is on record that the request was approved")
	})
}

func TestALedgerErrorIsReportedWithoutDetail(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.failing(denied, "dynamodb", "", 0) // the error text names the role
	for _, r := range []*http.Request{form(s.link(), approve()), httptest.NewRequestWithContext(t.Context(), http.MethodGet, s.link(), nil)} {
		code, body := s.do(t, r)
		wants(t, code, body, http.StatusServiceUnavailable, "That did not work")
		impersonal(t, s, body)
	}
}

func TestTooManyRequestsAreRefused(t *testing.T) {
	t.Parallel()
	s := serve(t)
	from := func(address string) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, s.link(), nil)
		r.RemoteAddr = address
		code, _ := s.do(t, r)
		return code
	}
	allowed := 0
	for range 100 {
		if from("203.0.113.7:1") == http.StatusOK {
			allowed++
		}
	}
	if allowed != 20 || from("203.0.113.7:2") != http.StatusTooManyRequests || from("203.0.113.8:1") != http.StatusOK {
		t.Errorf("%d requests of one source were let through", allowed)
	}
	s.advance(noon.Add(time.Second))
	if from("203.0.113.7:1") != http.StatusOK {
		t.Error("a source that waited is still refused")
	}
}

func TestSlackIsServedWhereItIsUsed(t *testing.T) {
	t.Parallel()
	s := serve(t)
	r := func() *http.Request {
		return httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/slack/actions", nil)
	}
	if code, _ := s.do(t, r()); code != http.StatusNotFound {
		t.Errorf("got %d", code)
	}
	s.server.Slack = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	s.renew()
	if code, _ := s.do(t, r()); code != http.StatusTeapot {
		t.Errorf("got %d", code)
	}
}

func TestEveryRequestIsLoggedWithItsSource(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.get(t, s.link())
	s.get(t, s.link()+"x")
	s.do(t, form(s.link(), approve()))
	for _, want := range []string{`outcome="the page was shown"`, `outcome="refused: This link does not work"`, `outcome=decided`, "source=192.0.2.1"} {
		if !strings.Contains(s.logged.String(), want) {
			t.Errorf("%q is not in the log:\n%s", want, s.logged)
		}
	}
}
