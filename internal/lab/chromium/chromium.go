// Package chromium has tests look at pages in a headless Chromium.
package chromium

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Settings from the environment.
var (
	required = os.Getenv("QUARANTINE_REQUIRE_CHROMIUM") == "1" //nolint:forbidigo // in tests, and here only
	// Screenshots is the directory to write pictures of pages to; "" for none.
	Screenshots = os.Getenv("QUARANTINE_SCREENSHOTS") //nolint:forbidigo // in tests, and here only
)

// Options are how a browser is started.
type Options struct {
	Patience time.Duration // for all that is done with it
	Hosts    []string      // that it can connect to; without any it opens files alone
	// HideScrollbars has pictures without them.
	HideScrollbars bool
}

// Start starts a browser. It skips the test where neither a browser is required nor pictures are wanted.
func Start(t *testing.T, o Options) context.Context {
	t.Helper()
	if !required && Screenshots == "" {
		t.Skip("pages are tried in a browser where QUARANTINE_REQUIRE_CHROMIUM=1 is set, as in .ci/run")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("there is no chromium on the PATH (apt-get install chromium): %v", err)
	}
	var flags []chromedp.ExecAllocatorOption
	for _, f := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "no-proxy-server", "disable-dev-shm-usage"} {
		flags = append(flags, chromedp.Flag(f, true))
	}
	rules := strings.Join(append([]string{"MAP * ~NOTFOUND"}, o.Hosts...), ", EXCLUDE ")
	flags = append(flags, chromedp.ExecPath(path), chromedp.Flag("host-resolver-rules", rules), chromedp.Flag("hide-scrollbars", o.HideScrollbars))
	ctx, end := context.WithTimeout(context.Background(), o.Patience)
	t.Cleanup(end)
	ctx, stop := chromedp.NewExecAllocator(ctx, flags...) // with an empty profile, which it removes
	t.Cleanup(stop)
	return Tab(t, ctx)
}

// Tab opens one more tab.
func Tab(t *testing.T, ctx context.Context) context.Context {
	t.Helper()
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	Do(t, ctx)
	return ctx
}

// Do takes steps, and ends the test at one that fails.
func Do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// See is what an action gives.
func See[T any](t *testing.T, ctx context.Context, what chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(ctx, what)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
