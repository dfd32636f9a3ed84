package asreport_test

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Settings from the environment.
var (
	chromiumRequired = os.Getenv("QUARANTINE_REQUIRE_CHROMIUM") == "1" //nolint:forbidigo // in tests, and here only
	screenshots      = os.Getenv("QUARANTINE_SCREENSHOTS")             //nolint:forbidigo // the directory to write them to; "" for none
)

// browser starts a headless Chromium that can connect to nothing.
func browser(t *testing.T) context.Context {
	t.Helper()
	if !chromiumRequired && screenshots == "" {
		t.Skip("the report is tried in a browser where QUARANTINE_REQUIRE_CHROMIUM=1 is set, as in .ci/run")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatalf("there is no chromium on the PATH (apt-get install chromium): %v", err)
	}
	var flags []chromedp.ExecAllocatorOption
	for _, f := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
		"disable-component-update", "disable-sync", "no-proxy-server", "disable-dev-shm-usage", "hide-scrollbars"} {
		flags = append(flags, chromedp.Flag(f, true))
	}
	flags = append(flags, chromedp.ExecPath(path), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"))
	ctx, end := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(end)
	ctx, stop := chromedp.NewExecAllocator(ctx, flags...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	do(t, ctx)
	return ctx
}

func do(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

func see[T any](t *testing.T, ctx context.Context, what chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(ctx, what)
	if err != nil {
		t.Fatal(err)
	}
	return got
}
