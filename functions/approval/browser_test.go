package approval_test

import (
	"context"
	"html/template"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// What the environment says about browsers.
var (
	chromiumRequired = os.Getenv("QUARANTINE_REQUIRE_CHROMIUM") == "1" //nolint:forbidigo // in tests, and here only
	screenshots      = os.Getenv("QUARANTINE_SCREENSHOTS")             //nolint:forbidigo // the directory to write them to; "" for none
)

// browser starts a headless Chromium that reaches this machine alone.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && chromiumRequired {
		t.Fatalf("QUARANTINE_REQUIRE_CHROMIUM is 1, and there is no chromium: %v", err)
	} else if err != nil {
		t.Skip("there is no chromium on the PATH (apt-get install chromium): the page was NOT tried in a browser")
	}
	var flags []chromedp.ExecAllocatorOption
	for _, f := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "no-proxy-server", "disable-dev-shm-usage"} {
		flags = append(flags, chromedp.Flag(f, true))
	}
	flags = append(flags, chromedp.ExecPath(path), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"))
	ctx, stop := chromedp.NewExecAllocator(context.Background(), flags...) // with an empty profile, which it removes
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	run(t, ctx)
	return ctx
}

func tab(t *testing.T, ctx context.Context) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// run does things in a tab within a bounded time.
func run(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	finished := make(chan error, 1)
	go func() { finished <- chromedp.Run(ctx, actions...) }()
	select {
	case err := <-finished:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("the browser did not finish in a minute")
	}
}

// online is a world whose page is served on loopback.
func online(t *testing.T) (s served, address string) {
	t.Helper()
	s = served{world: newWorld(t)}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }))
	server.Config = approval.HTTPServer(server.Config.Handler)
	server.Start()
	t.Cleanup(server.Close)
	s.signer = newSigner(t, server.URL)
	s.handler = serveAgain(s)
	return s, server.URL
}

func heading(t *testing.T, ctx context.Context, want string) {
	t.Helper()
	var got string
	run(t, ctx, chromedp.Text("h1", &got, chromedp.ByQuery))
	if got != want {
		t.Errorf("the page is headed %q, want %q", got, want)
	}
}

const (
	toRelease    = "Release i-0123456789abcdef0 from quarantine?"
	approvedNow  = "Approved: i-0123456789abcdef0 is being released"
	answered     = "This question has been answered"
	approveIt    = `button[value="approve"]`
	denyIt       = `button[value="deny"]`
	withinMinute = "in 60 minutes"
)

func TestAPersonReadsAndApproves(t *testing.T) {
	s, _ := online(t)
	ctx := browser(t)
	var text, focus, background string
	run(t, ctx, chromedp.Navigate(s.link()), chromedp.Text("main", &text, chromedp.ByQuery),
		chromedp.Evaluate(`getComputedStyle(document.querySelector("section")).borderRadius`, &background))
	heading(t, ctx, toRelease)
	for _, want := range []string{"inc-20260304-0a1b2c3d4e", "Score 93 of 100", "a person must be asked", "slack, sns", withinMinute} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on the page:\n%s", want, text)
		}
	}
	if background != "8px" {
		t.Errorf("the style sheet does not apply: the radius is %q", background)
	}
	s.unchanged(t, "reading")

	second := tab(t, ctx)
	run(t, second, chromedp.Navigate(s.link()))
	heading(t, second, toRelease)

	// By the keyboard alone: the reason, on to the first button, and press it.
	run(t, ctx, chromedp.Focus("#reason", chromedp.ByQuery), chromedp.KeyEvent("it is clean"), chromedp.KeyEvent(kb.Tab),
		chromedp.Evaluate(`document.activeElement.value + " " + getComputedStyle(document.activeElement).outlineStyle`, &focus),
		chromedp.KeyEvent(kb.Enter), chromedp.WaitNotPresent(approveIt, chromedp.ByQuery))
	if focus != "approve solid" {
		t.Errorf("after the reason comes %q, want the button, with an outline", focus)
	}
	heading(t, ctx, approvedNow)
	got, told := s.tasks.answer()
	want := quarantine.Decision{Approve: true, By: "holder of the link, from 127.0.0.1", Via: "link", Reason: "it is clean", At: noon}
	if !told || got != want {
		t.Fatalf("the state machine was told %t of %+v", told, got)
	}

	writes := len(s.book.writes())
	run(t, second, chromedp.Click(denyIt, chromedp.ByQuery), chromedp.WaitNotPresent(denyIt, chromedp.ByQuery)) // a second click
	heading(t, second, answered)
	run(t, second, chromedp.Navigate(s.link())) // the old link
	heading(t, second, answered)
	run(t, ctx, chromedp.Reload())
	heading(t, ctx, answered)
	if r := s.book.at(s.request.ID); *r.Decision != want || len(s.tasks.answered) != 1 {
		t.Errorf("after %d writes more the decision is %+v", len(s.book.writes())-writes, r.Decision)
	}
}

func TestABrowserDecidesNothingElsewhere(t *testing.T) {
	s, address := online(t)
	ctx := browser(t)
	link := s.link()
	changed := link[:len(link)-10] + "x" + link[len(link)-9:]
	if changed == link {
		changed = link[:len(link)-10] + "y" + link[len(link)-9:]
	}
	run(t, ctx, chromedp.Navigate(changed))
	heading(t, ctx, "This link does not work")

	// Other sites that know the link, and make a browser send the form.
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = foreign.Execute(w, "http://"+r.URL.Query().Get("host")+strings.TrimPrefix(link, address))
	}))
	t.Cleanup(elsewhere.Close)
	port := address[strings.LastIndex(address, ":"):]
	for _, host := range []string{"127.0.0.1" + port, "localhost" + port} {
		run(t, ctx, chromedp.Navigate(elsewhere.URL+"?host="+host), chromedp.Click(denyIt, chromedp.ByQuery), chromedp.WaitVisible("h1", chromedp.ByQuery))
		heading(t, ctx, "Decide on the page itself")
	}
	s.unchanged(t, "another site")

	s.now = s.request.ExpiresAt
	run(t, ctx, chromedp.Navigate(link))
	heading(t, ctx, "This question has expired")
	s.unchanged(t, "an expired link")
}

// foreign is another site's page.
var foreign = template.Must(template.New("").Parse(`<form method="post" action="{{.}}"><button name="decision" value="deny">win</button></form>`))

// look is how a page is looked at.
type look struct {
	name          string
	width, height int64
	scale         float64
	dark          bool
}

var looks = []look{
	{"wide", 1280, 800, 1, false}, {"narrow", 390, 844, 2, false},
	{"wide-dark", 1280, 800, 1, true}, {"narrow-dark", 390, 844, 2, true},
}

func TestThePageFitsEveryScreen(t *testing.T) {
	s, _ := online(t)
	ctx := browser(t)
	link := s.link()
	for _, l := range looks {
		if l.dark {
			run(t, ctx, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}))
		}
		s.world.now = noon
		run(t, ctx, chromedp.EmulateViewport(l.width, l.height, chromedp.EmulateScale(l.scale)))
		photograph(t, ctx, l, "question", link)
		photograph(t, ctx, l, "unknown", link+"x")
		s.world.now = s.request.ExpiresAt
		photograph(t, ctx, l, "expired", link)
	}
	s.world.now = noon
	run(t, ctx, chromedp.Navigate(link), chromedp.Click(approveIt, chromedp.ByQuery), chromedp.WaitNotPresent(approveIt, chromedp.ByQuery))
	photograph(t, ctx, looks[len(looks)-1], "approved", "")
	photograph(t, ctx, looks[len(looks)-1], "used", link)
}

// photograph checks that nothing runs over the edge and that the scheme is the
// one asked for, and keeps a picture where that is wanted.
func photograph(t *testing.T, ctx context.Context, l look, name, link string) {
	t.Helper()
	if link != "" {
		run(t, ctx, chromedp.Navigate(link))
	}
	var over int
	var ground string
	var picture []byte
	run(t, ctx, chromedp.Evaluate(`document.documentElement.scrollWidth - innerWidth`, &over),
		chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &ground), chromedp.FullScreenshot(&picture, 100))
	if want := map[bool]string{false: "rgb(243, 244, 246)", true: "rgb(15, 18, 23)"}[l.dark]; over > 0 || ground != want {
		t.Errorf("%s, %s: %d pixels run over the edge; the ground is %s, want %s", name, l.name, over, ground, want)
	}
	if screenshots == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(screenshots, name+"-"+l.name+".png"), picture, 0o600); err != nil {
		t.Error(err)
	}
}
