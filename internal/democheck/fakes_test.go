package democheck_test

import (
	"context"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
)

// The page and the executions are narrow stand-ins: the account in memory has
// neither web servers nor a way to start what the rule starts.

// Get is the demo's page.
func (w *world) Get(ctx context.Context) democheck.Answer {
	if w.refuses && w.since(w.pageDown) {
		return democheck.Answer{Why: "connection refused"}
	}
	if w.since(w.released) || (w.since(w.pageUp) && !w.since(w.pageDown)) {
		return democheck.Answer{Status: http.StatusOK}
	}
	select { // packets are dropped: nothing says no
	case <-ctx.Done():
	case <-time.After(3 * time.Second):
	}
	return democheck.Answer{Silent: true, Why: "timed out"}
}

// Start is a drill's.
func (w *world) Start(context.Context) (string, error) {
	w.started++
	if w.drillEnd == "" {
		w.quarantined(time.Since(w.start)+time.Second, 3*time.Second, 86*time.Second)
		w.begin()
	}
	return execution, nil
}

// Ended is how a drill's execution ended.
func (w *world) Ended(context.Context, string) (string, error) { return w.drillEnd, nil }
