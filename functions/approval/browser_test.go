package approval_test

import (
	"context"
	"html/template"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/lab/chromium"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// browser starts one that can connect to this machine only.
func browser(t *testing.T) context.Context {
	t.Helper()
	return chromium.Start(t, chromium.Options{Patience: 5 * time.Minute, Hosts: []string{"127.0.0.1", "localhost"}})
}

// press clicks a submit button, and returns the HTTP status of the resulting page.
func press(t *testing.T, ctx context.Context, what chromedp.CSS) int {
	t.Helper()
	return status(t, ctx, chromedp.Click(what))
}

// status runs an action that loads a page, and returns the page's HTTP status.
func status(t *testing.T, ctx context.Context, action chromedp.Action[chromedp.Void]) int {
	t.Helper()
	r, err := chromedp.RunResponse(ctx, action)
	if err != nil {
		t.Fatal(err)
	}
	return int(r.Status)
}

// online is a world whose page is served on a loopback address.
func online(t *testing.T, changes ...func(*quarantine.ApprovalRequest)) (s *served, address string) {
	t.Helper()
	s = serve(t, changes...)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }))
	server.Config = approval.HTTPServer(server.Config.Handler)
	server.Start()
	t.Cleanup(server.Close)
	s.signer = newSigner(t, server.URL)
	s.join()
	s.renew()
	return s, server.URL
}

// unfold opens what is folded on the page, as a person does.
func unfold(t *testing.T, ctx context.Context) {
	t.Helper()
	for range chromium.See(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("details:not([open]) > summary").length`)) {
		chromium.Do(t, ctx, chromedp.Click(chromedp.CSS("details:not([open]) > summary")))
	}
}

func heading(t *testing.T, ctx context.Context, want string) {
	t.Helper()
	if got := chromium.See(t, ctx, chromedp.Text(chromedp.CSS("h1"))); got != want {
		t.Errorf("the page is headed %q, want %q", got, want)
	}
}

const (
	approveIt = chromedp.CSS(`button[value="approve"]`)
	narrowIt  = chromedp.CSS(`button[value="narrow"]`)
	denyIt    = chromedp.CSS(`button[value="deny"]`)
)

func TestAPersonReadsAndApproves(t *testing.T) {
	s, _ := online(t)
	ctx := browser(t)
	chromium.Do(t, ctx, chromedp.Navigate(s.link()))
	heading(t, ctx, "Release i-0123456789abcdef0 from quarantine?")
	unfold(t, ctx)
	text := chromium.See(t, ctx, chromedp.Text(chromedp.CSS("main")))
	for _, want := range []string{"inc-20260304-0a1b2c3d4e", "Score 93 of 100", "a person must be asked", "slack, sns", "in 60 minutes"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page:\n%s", want, text)
		}
	}
	if got := chromium.See(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("section")).borderRadius`)); got != "8px" {
		t.Errorf("the style sheet does not apply: the radius is %q", got)
	}
	s.unchanged(t, "reading")
	second := chromium.Tab(t, ctx)
	chromium.Do(t, second, chromedp.Navigate(s.link()), chromedp.WaitVisible(denyIt))

	// Use the keyboard only: type the reason, tab to the first button, press it.
	chromium.Do(t, ctx, chromedp.Focus(chromedp.CSS("#reason")), chromedp.KeyEvent("it is clean"), chromedp.KeyEvent(kb.Tab))
	if got := chromium.See(t, ctx, chromedp.Evaluate[string](`document.activeElement.value + " " + getComputedStyle(document.activeElement).outlineStyle`)); got != "approve solid" {
		t.Errorf("after the reason comes %q, want the button, with an outline", got)
	}
	if code := status(t, ctx, chromedp.KeyEvent(kb.Enter)); code != http.StatusOK {
		t.Errorf("the status is %d", code)
	}
	heading(t, ctx, "Approved: i-0123456789abcdef0 is being released")
	got, told := s.told()
	want := quarantine.Decision{Approve: true, By: "holder of the link, from 127.0.0.1", Via: "link", Reason: "it is clean", At: noon}
	if !told || got != want {
		t.Fatalf("the state machine was told %t of %+v", told, got)
	}

	s.advance(noon.Add(time.Second))
	again := func(what string, ctx context.Context, code int) {
		if code != http.StatusConflict && code != http.StatusGone {
			t.Errorf("%s: the status is %d", what, code)
		}
		heading(t, ctx, "This question has been answered")
	}
	again("a second click", second, press(t, second, denyIt))
	again("the used link", second, status(t, second, chromedp.Navigate(s.link())))
	again("the form sent anew", ctx, status(t, ctx, chromedp.Reload()))
	if r := s.at(s.request.ID); *r.Decision != want || len(s.tasks.Told(t)) != 1 {
		t.Errorf("the decision is %+v, and the state machine was told %v", r.Decision, s.tasks.Told(t))
	}
}

func TestAPersonGivesBackTheSubnetsInABrowser(t *testing.T) {
	s, _ := online(t)
	s.contained(noon.Add(-9 * time.Minute))
	ctx := browser(t)
	chromium.Do(t, ctx, chromedp.Navigate(s.link()))
	stale := chromium.Tab(t, ctx)
	text := chromium.See(t, ctx, chromedp.Text(chromedp.CSS("main")))
	if !strings.Contains(text, "Not possible now") || strings.Contains(text, "give the subnets back") {
		t.Errorf("too early the page says:\n%s", text)
	}
	s.advance(noon.Add(time.Minute))
	chromium.Do(t, ctx, chromedp.Reload(), chromedp.WaitVisible(narrowIt))
	chromium.Do(t, stale, chromedp.Navigate(s.link()), chromedp.WaitVisible(narrowIt))
	unfold(t, ctx)
	if text = chromium.See(t, ctx, chromedp.Text(chromedp.CSS("main"))); !strings.Contains(text, "goes through a NAT gateway is tracked") {
		t.Errorf("what is not known is not said:\n%s", text)
	}
	if code := press(t, ctx, narrowIt); code != http.StatusOK {
		t.Errorf("the status is %d", code)
	}
	heading(t, ctx, "Narrow: the subnets of i-0123456789abcdef0 are being given back")
	if got, told := s.told(); !told || !got.Narrow || got.Approve {
		t.Errorf("the state machine was told %t of %+v", told, got)
	}
	if code := press(t, stale, approveIt); code != http.StatusConflict {
		t.Errorf("a second decision: the status is %d", code)
	}
}

func TestABrowserDecidesOnlyFromThePageItself(t *testing.T) {
	s, address := online(t)
	ctx := browser(t)
	link := s.link()
	letter := "x"
	if link[len(link)-10] == 'x' {
		letter = "y"
	}
	chromium.Do(t, ctx, chromedp.Navigate(link[:len(link)-10]+letter+link[len(link)-9:])) // one letter changed
	heading(t, ctx, "This link does not work")

	// Pages of other sites that know the link and make a browser submit the form.
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_ = foreign.Execute(w, "http://"+r.URL.Query().Get("host")+strings.TrimPrefix(link, address))
	}))
	t.Cleanup(elsewhere.Close)
	port := address[strings.LastIndex(address, ":"):]
	for _, host := range []string{"127.0.0.1" + port, "localhost" + port} { // the same site, and another
		chromium.Do(t, ctx, chromedp.Navigate(elsewhere.URL+"?host="+host))
		if code := press(t, ctx, denyIt); code != http.StatusForbidden {
			t.Errorf("from another origin to %s: the status is %d", host, code)
		}
		heading(t, ctx, "Decide on the page itself")
	}
	s.unchanged(t, "another origin")

	s.advance(s.request.ExpiresAt)
	chromium.Do(t, ctx, chromedp.Navigate(link))
	heading(t, ctx, "This question has expired")
	s.unchanged(t, "an expired link")
}

// foreign is a page of another site.
var foreign = template.Must(template.New("").Parse(`<form method="post" action="{{.}}"><button name="decision" value="deny">win</button></form>`))
