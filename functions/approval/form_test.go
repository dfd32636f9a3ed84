package approval_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestTheFormDecides(t *testing.T) {
	t.Parallel()
	for decision, c := range map[string]struct {
		purpose quarantine.Purpose
		title   string
	}{
		"approve": {quarantine.PurposeRelease, "Approved: i-0123456789abcdef0 is being released"},
		"deny":    {quarantine.PurposeIsolate, "Denied: i-0123456789abcdef0 is not cut off"},
	} {
		s := serve(t, about(c.purpose))
		r := form(s.link(), url.Values{"decision": {decision}, "reason": {"it is clean"}})
		r.RemoteAddr = "203.0.113.7:4711"
		code, body := s.do(t, r)
		wants(t, code, body, http.StatusOK, c.title, "holder of the link, from 203.0.113.7")
		got, told := s.told()
		want := quarantine.Decision{Approve: decision == "approve", By: "holder of the link, from 203.0.113.7", Via: "link", Reason: "it is clean", At: noon}
		if !told || got != want {
			t.Errorf("the state machine was told %t of %+v", told, got)
		}
	}
}

func TestTheAuthenticatedCallerIsRecorded(t *testing.T) {
	t.Parallel()
	s := serve(t)
	r := form(s.link(), approve())
	s.do(t, r.WithContext(approval.WithCaller(r.Context(), "arn:aws:iam::123456789012:user/one")))
	if got, _ := s.told(); got.By != "arn:aws:iam::123456789012:user/one" {
		t.Errorf("got %+v", got)
	}
}

func TestI10ALinkIsUsedOnce(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.do(t, form(s.link(), url.Values{"decision": {"deny"}}))
	code, body := s.do(t, form(s.link(), approve()))
	wants(t, code, body, http.StatusConflict, "This question has been answered", "It was denied on 4 March 2026, 12:00 UTC")
	impersonal(t, s, body)
	code, body = s.get(t, s.link())
	wants(t, code, body, http.StatusGone, "This question has been answered")
	impersonal(t, s, body)
	if got, _ := s.told(); got.Approve {
		t.Error("the second decision counted")
	}
}

func TestI10ALinkExpires(t *testing.T) {
	t.Parallel()
	both := serve(t)
	both.advance(both.request.ExpiresAt)
	byTheLedger := serve(t)
	byTheLedger.expire()
	byItself := serve(t)
	for name, c := range map[string]struct {
		*served
		link string
	}{
		"with its question":   {both, both.link()},
		"by the ledger":       {byTheLedger, byTheLedger.link()},
		"before its question": {byItself, byItself.signer.URL(byItself.request.ID, noon)},
	} {
		for _, r := range []*http.Request{form(c.link, approve()), httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.link, nil)} {
			code, body := c.do(t, r)
			wants(t, code, body, http.StatusGone, "This question has expired")
			impersonal(t, c.served, body)
		}
		if c.at(c.request.ID).Decision != nil {
			t.Errorf("%s: it was decided", name)
		}
	}
}

func TestUnknownAndTamperedLinksLookTheSame(t *testing.T) {
	t.Parallel()
	s := serve(t)
	unknown := s.signer.URL(requestID, s.request.ExpiresAt)
	code, want := s.get(t, unknown)
	wants(t, code, want, http.StatusNotFound, "This link does not work")
	impersonal(t, s, want)
	tampered := s.link()
	tampered = tampered[:len(tampered)-2] + "xx"
	for _, link := range []string{tampered, strings.Replace(s.link(), "/r/req-", "/r/req-0", 1), "/r/" + s.request.ID, "/", "/r/", "/r/x/y"} {
		for _, r := range []*http.Request{httptest.NewRequestWithContext(t.Context(), http.MethodGet, link, nil), form(link, approve())} {
			code, body := s.do(t, r)
			if code != http.StatusNotFound || body != want {
				t.Errorf("%s %s: %d\n%s", r.Method, link, code, body)
			}
		}
	}
	code, body := s.do(t, form(unknown, approve()))
	if code != http.StatusNotFound || body != want {
		t.Errorf("deciding an unknown one: %d\n%s", code, body)
	}
	if _, told := s.told(); told {
		t.Error("the state machine was told")
	}
}

func TestOnlyAFormSentByThePageDecides(t *testing.T) {
	t.Parallel()
	s := serve(t)
	for name, c := range map[string]struct {
		headers map[string]string
		body    string
		code    int
	}{
		"another site":             {map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, "", http.StatusForbidden},
		"a neighbour":              {map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "https://x.example"}, "", http.StatusForbidden},
		"another site, old":        {map[string]string{"Sec-Fetch-Site": "", "Origin": "https://evil.example"}, "", http.StatusForbidden},
		"nobody says where from":   {map[string]string{"Sec-Fetch-Site": "", "Origin": ""}, "", http.StatusForbidden},
		"a page without an origin": {map[string]string{"Sec-Fetch-Site": "", "Origin": "null"}, "", http.StatusForbidden},
		"another content type":     {map[string]string{"Content-Type": "text/plain"}, "", http.StatusUnsupportedMediaType},
		"no content type":          {map[string]string{"Content-Type": ""}, "", http.StatusUnsupportedMediaType},
		"too large":                {nil, "decision=approve&reason=" + strings.Repeat("x", 8<<10), http.StatusRequestEntityTooLarge},
		"no form":                  {nil, "%zz", http.StatusBadRequest},
		"no decision":              {nil, "reason=x", http.StatusBadRequest},
		"another decision":         {nil, "decision=destroy", http.StatusBadRequest},
	} {
		r := form(s.link(), approve())
		for header, value := range c.headers {
			r.Header.Set(header, value)
		}
		if c.body != "" {
			r.Body = io.NopCloser(strings.NewReader(c.body))
		}
		s.renew()
		code, body := s.do(t, r)
		if code != c.code {
			t.Errorf("%s: the status is %d, want %d", name, code, c.code)
		}
		impersonal(t, s, body)
		s.unchanged(t, name)
	}
	r := form(s.link(), approve())
	r.Header.Del("Sec-Fetch-Site")
	r.Header.Set("Origin", "https://approve.example")
	if code, _ := s.do(t, r); code != http.StatusOK {
		t.Errorf("a browser without Sec-Fetch-Site, from our own origin: %d", code)
	}
}
