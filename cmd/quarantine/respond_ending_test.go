package main

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// The last line says what the ledger has, and no more.
func TestTheEndOfARespondSaysWhetherItIsContained(t *testing.T) {
	t.Parallel()
	r := quarantine.Resource{Kind: quarantine.KindInstance, ID: "i-1"}
	in := quarantine.Incident{
		ID: "inc-1", Status: quarantine.StatusContained, ContainedAt: time.Date(2026, 3, 4, 12, 0, 5, 0, time.UTC),
		Described: &quarantine.Described{Name: "web"}, Evidence: quarantine.Evidence{Status: quarantine.EvidenceComplete, Snapshots: make([]quarantine.Snapshot, 2)},
	}
	failed, pending, isolating := in, in, in
	failed.Evidence.Status, pending.Evidence.Status, isolating.Status = quarantine.EvidenceStatusFailed, "", quarantine.StatusIsolating
	for want, in := range map[string]quarantine.Incident{
		"CONTAINED at 12:00:05 UTC: i-1 (web); evidence complete, snapshots: 2": in,
		"CONTAINED at 12:00:05 UTC: i-1 (web); EVIDENCE INCOMPLETE":             failed,
		"CONTAINED at 12:00:05 UTC: i-1 (web); evidence not complete yet":       pending,
		"NOT CONTAINED: i-1 (web); its incident inc-1 is ":                      isolating,
		"NOT CONTAINED: i-1; nothing was cut":                                   {},
	} {
		if got := endedAs(r, in); !strings.HasPrefix(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
