package asreport_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/ec2-quarantine/quarantine/internal/lab/chromium"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
)

// look is a screen, or paper.
type look struct {
	name          string
	width, height int64
	scheme, media string
}

var looks = []look{
	{"wide", 1280, 800, "light", ""}, {"narrow", 390, 844, "light", ""},
	{"wide-dark", 1280, 800, "dark", ""}, {"narrow-dark", 390, 844, "dark", ""},
	{"print", 794, 1123, "light", "print"}, // A4
}

// as has the browser look like that.
func (l look) as(t *testing.T, ctx context.Context) {
	t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}
	chromium.Do(t, ctx, chromedp.EmulateViewport(l.width, l.height), chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: l.media, Features: features})
		return err
	}))
}

// complaints are what the browser logs, and what it asks for beside the file.
type complaints struct {
	mu  sync.Mutex
	all []string
}

func (c *complaints) listen(t *testing.T, ctx context.Context) {
	t.Helper()
	err := chromedp.Listen(ctx, func(ev any) {
		c.mu.Lock()
		defer c.mu.Unlock()
		switch ev := ev.(type) {
		case *log.EventEntryAdded:
			c.all = append(c.all, string(ev.Entry.Level)+": "+ev.Entry.Text)
		case *network.EventRequestWillBeSent:
			if !strings.HasSuffix(ev.Request.URL, "/report.html") {
				c.all = append(c.all, "asks for "+ev.Request.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	chromium.Do(t, ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
		return err
	}))
}

// The file is opened from the disk, needs nothing else, and fits every screen.
func TestTheReportOpensFromTheDiskOnEveryScreen(t *testing.T) {
	ctx := chromium.Start(t, chromium.Options{Patience: 2 * time.Minute, HideScrollbars: true})
	var heard complaints
	heard.listen(t, ctx)
	for name, r := range map[string]func(*simulate.Options){
		"contained": nil, "released": func(o *simulate.Options) { o.Then = []string{simulate.Release} },
	} {
		file, _ := saved(t, simulated(t, r))
		for _, l := range looks {
			l.as(t, ctx)
			chromium.Do(t, ctx, chromedp.Navigate("file://"+file))
			photograph(t, ctx, l, name)
		}
	}
	if heard.all != nil {
		t.Errorf("the browser says %q", heard.all)
	}
}

// photograph checks that nothing runs over the edge and that every section is to be seen, and saves a
// screenshot if chromium.Screenshots is set.
func photograph(t *testing.T, ctx context.Context, l look, name string) {
	t.Helper()
	if over := chromium.See(t, ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`)); over > 0 {
		t.Errorf("%s, %s: %d pixels run over the edge", name, l.name, over)
	}
	ground := chromium.See(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`))
	want := map[string]string{"light": "rgb(243, 244, 246)", "dark": "rgb(15, 18, 23)"}[l.scheme]
	if l.media == "" && ground != want {
		t.Errorf("%s, %s: the ground is %s, want %s", name, l.name, ground, want)
	}
	sections := chromium.See(t, ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("section")].filter(s => s.offsetHeight > 40).map(s => s.id).join(" ")`))
	if sections != "summary network path timeline calls holds messages record" {
		t.Errorf("%s, %s: the sections are %s", name, l.name, sections)
	}
	if chromium.Screenshots != "" {
		picture := chromium.See(t, ctx, chromedp.FullScreenshot(100))
		if err := os.WriteFile(filepath.Join(chromium.Screenshots, "report-"+name+"-"+l.name+".png"), picture, 0o600); err != nil {
			t.Error(err)
		}
	}
	readable(t, ctx, name+", "+l.name)
}

// Words, but of ids, that a table breaks although they would fit a line, and tables that are wider than the screen.
const (
	broken = `
const found = [];
for (const cell of document.querySelectorAll("th:not(.id), td:not(.id)")) {
	const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
	for (let text = walk.nextNode(); text; text = walk.nextNode()) {
		for (const word of text.data.matchAll(/[A-Za-z]{2,20}/g)) {
			const range = document.createRange();
			range.setStart(text, word.index);
			range.setEnd(text, word.index + word[0].length);
			if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) found.push(word[0]);
		}
	}
}
found.join(" ")`
	wider = `[...document.querySelectorAll("table")].filter(t => t.scrollWidth > t.parentElement.clientWidth).map(t => t.className).join(" ")`
)

// readable checks that tables are read down the page, and their words whole.
func readable(t *testing.T, ctx context.Context, where string) {
	t.Helper()
	chromium.See(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("details").forEach(d => d.open = true); 0`))
	if words := chromium.See(t, ctx, chromedp.Evaluate[string](broken)); words != "" {
		t.Errorf("%s: broken words: %s", where, words)
	}
	if tables := chromium.See(t, ctx, chromedp.Evaluate[string](wider)); tables != "" {
		t.Errorf("%s: wider than the screen: %s", where, tables)
	}
}

// picture is that of the README.
const (
	picture    = "../../../../docs/contained.png"
	maxPicture = 200 << 10
)

// only leaves of the page what the picture shows: the map before and after, and the path.
const only = `
const hidden = "nav, header .soft, #summary, .ways, .notes, #timeline, #calls, #holds, #messages, #record, footer, " +
	"details:not([open]), .steps, #path .legend .soft, .others";
for (const one of document.querySelectorAll(hidden)) one.remove();
document.querySelector("main").style.paddingBottom = "1px";
document.body.offsetHeight`

// The picture of the README is one of this report: go test ./internal/lab/simulate/asreport -run Picture -update
// makes it again.
func TestThePictureOfTheReadme(t *testing.T) {
	if !golden.Update() {
		info, err := os.Stat(picture)
		if err != nil || info.Size() > maxPicture {
			t.Errorf("%s: %v, or more than %d bytes", picture, err, maxPicture)
		}
		return
	}
	ctx := chromium.Start(t, chromium.Options{Patience: 2 * time.Minute, HideScrollbars: true})
	looks[0].as(t, ctx)
	file, _ := saved(t, simulated(t, nil))
	chromium.Do(t, ctx, chromedp.Navigate("file://"+file))
	height := chromium.See(t, ctx, chromedp.Evaluate[int64](only))
	look{"picture", 1280, height, "light", ""}.as(t, ctx)
	if err := os.WriteFile(picture, chromium.See(t, ctx, chromedp.CaptureScreenshot()), 0o644); err != nil { //nolint:gosec // a document
		t.Fatal(err)
	}
}
