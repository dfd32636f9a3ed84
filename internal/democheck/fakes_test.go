package democheck_test

import (
	"context"
	"net/http"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
)

// Fakes of the page and of a drill's executions: the in-memory account has no web
// server, and cannot start executions.

// Get answers like the demo's page.
func (w *world) Get(ctx context.Context) democheck.Answer {
	if w.refuses && w.since(w.pageDown) {
		return democheck.Answer{Why: "connection refused"}
	}
	if w.since(w.released) || (w.since(w.pageUp) && !w.since(w.pageDown)) {
		return democheck.Answer{Status: http.StatusOK}
	}
	select { // packets are dropped without a rejection
	case <-ctx.Done():
	case <-time.After(3 * time.Second):
	}
	return democheck.Answer{Silent: true, Why: "timed out"}
}

// Start starts a drill.
func (w *world) Start(context.Context) (string, error) {
	w.started++
	if w.drillEnd == "" {
		w.quarantined(time.Since(w.start)+time.Second, 3*time.Second, 86*time.Second)
		w.begin()
	}
	return execution, nil
}

// Ended describes how the drill's execution ended.
func (w *world) Ended(context.Context, string) (string, error) { return w.drillEnd, nil }
