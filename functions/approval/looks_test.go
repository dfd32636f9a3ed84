package approval_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/ec2-quarantine/quarantine/internal/lab/chromium"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// axeFolder has npm's axe-core, which checks pages for what keeps people from using them; "" where
// it is not to be had.
var axeFolder = os.Getenv("QUARANTINE_AXE_CORE") //nolint:forbidigo // in tests, and here only

// look is a screen size and colour scheme.
type look struct {
	name          string
	width, height int64
	scale         float64
	mobile        bool
	scheme        string
}

var looks = []look{
	{"wide", 1280, 800, 1, false, "light"}, {"narrow", 390, 844, 2, true, "light"},
	{"wide-dark", 1280, 800, 1, false, "dark"}, {"narrow-dark", 390, 844, 2, true, "dark"},
}

// at gives the browser that screen.
func at(t *testing.T, ctx context.Context, l look) {
	t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}
	as := []chromedp.EmulateViewportOption{chromedp.EmulateScale(l.scale)}
	if l.mobile {
		as = append(as, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	chromium.Do(t, ctx, chromedp.EmulateViewport(l.width, l.height, as...),
		chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
			return err
		}))
}

func TestEveryStateFitsEveryScreenAndEverybody(t *testing.T) {
	ctx, axe := browser(t), axe(t)
	for _, state := range states {
		var changes []func(*quarantine.ApprovalRequest)
		if state.changes != nil {
			changes = append(changes, state.changes)
		}
		s, _ := online(t, changes...)
		at(t, ctx, looks[0])
		state.comes(t, ctx, s)
		heading(t, ctx, state.heading)
		for _, l := range looks {
			at(t, ctx, l)
			fits(t, ctx, l, state)
			photograph(t, ctx, l, state.name)
			if axe != "" && l.mobile != (l.scheme == "dark") { // each size and each scheme once
				unfold(t, ctx)
				photograph(t, ctx, l, state.name+"-unfolded")
				violates(t, ctx, axe, state.name+", "+l.name)
				fold(t, ctx)
			}
		}
	}
}

// fold closes what unfold has opened.
func fold(t *testing.T, ctx context.Context) {
	t.Helper()
	chromium.See(t, ctx, chromedp.Evaluate[bool](`document.querySelectorAll("details").forEach(d => d.open = false), true`))
}

// fits checks that no content overflows the page's width, that the colour scheme is the one asked
// for, and that a question's buttons are on the first screen.
func fits(t *testing.T, ctx context.Context, l look, of state) {
	t.Helper()
	over := chromium.See(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	ground := chromium.See(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`))
	if want := map[string]string{"light": "rgb(243, 244, 246)", "dark": "rgb(15, 18, 23)"}[l.scheme]; over > 0 || ground != want {
		t.Errorf("%s, %s: %d pixels run over the edge; the ground is %s, want %s", of.name, l.name, over, ground, want)
	}
	buttons := chromium.See(t, ctx, chromedp.Evaluate[[]float64](`[...document.querySelectorAll("button")].map(b => Math.ceil(b.getBoundingClientRect().bottom + scrollY))`))
	t.Logf("%s, %s: %v pixels high, its buttons end at %v", of.name, l.name, chromium.See(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollHeight`)), buttons)
	if of.asks && len(buttons) < 2 {
		t.Errorf("%s, %s: %d buttons", of.name, l.name, len(buttons))
	}
	for _, end := range buttons {
		if end > float64(l.height) {
			t.Errorf("%s, %s: a button ends at %v, beyond the first screen", of.name, l.name, end)
		}
	}
}

// photograph saves a screenshot if chromium.Screenshots is set.
func photograph(t *testing.T, ctx context.Context, l look, name string) {
	t.Helper()
	if chromium.Screenshots == "" {
		return
	}
	picture := chromium.See(t, ctx, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(chromium.Screenshots, name+"-"+l.name+".png"), picture, 0o600); err != nil {
		t.Error(err)
	}
}

// axe is the source of axe-core, or "". The page's policy permits no script: the browser's debugger
// runs it.
func axe(t *testing.T) string {
	t.Helper()
	if axeFolder == "" {
		t.Log("the page is not checked with axe-core: QUARANTINE_AXE_CORE names no folder that has it (go tool task axe-core, or .ci/run)")
		return ""
	}
	source, err := os.ReadFile(filepath.Join(axeFolder, "node_modules", "axe-core", "axe.min.js")) //nolint:gosec // named by whoever runs the test
	if err != nil {
		t.Fatalf("QUARANTINE_AXE_CORE names no folder that has axe-core (go tool task axe-core): %v", err)
	}
	return string(source)
}

// violates reports what of the page axe-core finds wrong.
func violates(t *testing.T, ctx context.Context, axe, what string) {
	t.Helper()
	const run = `axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify({
		passes: r.passes.length,
		violations: r.violations.map(v => v.id + ": " + v.help + ": " + v.nodes.map(n => n.html + " " + n.failureSummary).join("; "))}))`
	chromium.See(t, ctx, chromedp.Evaluate[bool](axe+";true"))
	var found struct {
		Passes     int
		Violations []string
	}
	if err := json.Unmarshal([]byte(chromium.See(t, ctx, chromedp.Evaluate[string](run, chromedp.EvalAwaitPromise))), &found); err != nil {
		t.Fatal(err)
	}
	if found.Passes < 10 || len(found.Violations) > 0 {
		t.Errorf("%s: %d rules pass; axe-core finds\n%s", what, found.Passes, strings.Join(found.Violations, "\n"))
	}
}

// With the keyboard alone: few stops to the buttons, each of which shows where the focus is.
func TestTheKeyboardReachesTheButtonsEarly(t *testing.T) {
	s, _ := online(t)
	s.onRecord()
	ctx := browser(t)
	chromium.Do(t, ctx, chromedp.Navigate(s.link()), chromedp.WaitVisible(narrowIt))
	var got []string
	for range 6 {
		chromium.Do(t, ctx, chromedp.KeyEvent(kb.Tab))
		got = append(got, chromium.See(t, ctx, chromedp.Evaluate[string](`(e => (e.value || e.id || e.localName) + " " + getComputedStyle(e).outlineStyle)(document.activeElement)`)))
	}
	want := "summary solid, reason solid, approve solid, deny solid, narrow solid"
	if order := strings.Join(got, ", "); !strings.HasPrefix(order, want) {
		t.Errorf("the stops are %s; want %s first", order, want)
	}
	s.unchanged(t, "walking through the page")
}

func TestOnPaperEverythingIsUnfolded(t *testing.T) {
	s, _ := online(t)
	s.onRecord()
	ctx := browser(t)
	chromium.Do(t, ctx, chromedp.Navigate(s.link()), chromedp.WaitVisible(narrowIt),
		chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
			_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print",
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}})
			return err
		}))
	for what, expression := range map[string]string{
		"the buttons are printed":      `document.querySelector("form").checkVisibility() === false`,
		"the finding is not printed":   `document.querySelector(".finding").getBoundingClientRect().height > 0`,
		"the reasons are not printed":  `document.querySelector(".reasons").getBoundingClientRect().height > 0`,
		"the ink is light, as on dark": `getComputedStyle(document.body).color === "rgb(21, 24, 30)"`,
		"it runs over the edge":        `document.documentElement.scrollWidth <= document.documentElement.clientWidth`,
		"the ground is dark":           `getComputedStyle(document.body).backgroundColor === "rgb(255, 255, 255)" && getComputedStyle(document.documentElement).colorScheme === "light"`,
	} {
		if !chromium.See(t, ctx, chromedp.Evaluate[bool](expression)) {
			t.Error(what)
		}
	}
	photograph(t, ctx, look{name: "paper"}, "release")
}
