package oncall_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// watched is an incident that holds a subnet and an interface, as the ledger gives it, with
// what a look three minutes ago has found.
func watched(found ...quarantine.Drift) quarantine.Incident {
	in := quarantine.Incident{ID: incident, Status: quarantine.StatusContained, Watch: quarantine.Watch{LookedAt: noon.Add(-3 * time.Minute), Drifts: found},
		Holds: []quarantine.Hold{held("network-acl", "subnet-1", "acl-1", "acl-q"), held("security-group", "eni-1", "sg-1", "sg-none")}}
	for n := range in.Holds {
		in.Holds[n].VerifiedAt = noon.Add(-time.Hour)
	}
	in.Holds = in.Seen()
	return in
}

func drift(kind quarantine.DriftKind, measure, thing, what string) quarantine.Drift {
	at := noon.Add(-3 * time.Minute)
	return quarantine.Drift{Measure: measure, Thing: thing, Kind: kind, What: what, Since: at, LastAt: at}
}

func opened() quarantine.Drift {
	return drift(quarantine.DriftReopened, "network-acl", "subnet-1", "is under acl-1")
}

func shown(in quarantine.Incident) string {
	return printed(func(p oncall.Printer) { p.Record(in) })
}

func listed(in quarantine.Incident) string {
	return printed(func(p oncall.Printer) { p.List([]oncall.Listed{oncall.NewListed(in)}, false) })
}

func TestTheLastLookIsSaid(t *testing.T) {
	t.Parallel()
	closed, tight := opened(), opened()
	closed.ClosedAt, closed.Times = noon.Add(-time.Minute), 1
	tight.Kind = quarantine.DriftOtherwise
	blind, both := watched(), watched(opened())
	blind.Watch.Unseen, both.Watch.Unseen = "EC2 does not answer", "eni-1 is being changed"
	never, stale, over := watched(), watched(), watched()
	never.Watch.LookedAt, stale.Watch.LookedAt, over.Status = time.Time{}, noon.Add(-3*time.Hour), quarantine.StatusReleasing
	const at = "last look 2026-03-04 11:57 UTC"
	for want, in := range map[string]quarantine.Incident{
		at + ": everything as it was put":          watched(),
		at + ": 1 thing stood open: subnet-1":      watched(opened()),
		at + ": 1 thing stood open: subnet-1 last": both,
		"no look yet": never,
		at + ": NOT KNOWN what could not be seen: EC2 does not answer":                             blind,
		"last look 2026-03-04 09:00 UTC, 3h 0m ago: the watch does not look any more":              stale,
		at + ": everything as it was put, once that was closed again: subnet-1":                    watched(closed),
		at + ": 1 thing closed by another hand: subnet-1":                                          watched(tight),
		at + ": 2 things not held: eni-2 (security-group), subnet-2":                               watched(drift(quarantine.DriftNew, "security-group", "eni-2", "came later"), drift(quarantine.DriftUncovered, "network-acl", "subnet-2", "eni-2 is in it")),
		at + ": 1 thing stood open: subnet-1; 1 thing without a read-back: eni-1 (security-group)": watched(drift(quarantine.DriftUnverified, "security-group", "eni-1", "no read-back is on record"), opened()),
	} {
		has(t, listed(in), want)
		has(t, shown(in), want)
	}
	for _, in := range []quarantine.Incident{over, blind, both, never, watched(opened())} {
		if text := listed(in); strings.Contains(text, "everything as it was put") {
			t.Errorf("that is not known, or not so:\n%s", text)
		}
	}
	if text := listed(over); strings.Contains(text, "look") {
		t.Errorf("nothing looks at it any more:\n%s", text)
	}
}

// I5: contained is not claimed of what the last look found open.
func TestI5AnIncidentThatWasOpenedIsNotShownAsContained(t *testing.T) {
	t.Parallel()
	in := watched(opened())
	for _, text := range []string{listed(in), shown(in)} {
		has(t, text, "REOPENED")
		if strings.Contains(text, "CUT OFF") || strings.Contains(text, "contained") {
			t.Errorf("it is called contained:\n%s", text)
		}
	}
	has(t, shown(in), "before: acl-1 now: OPEN as of 2026-03-04 11:57 UTC: is under acl-1", "What the quarantine does not cover Everything that crosses the subnet's border.")
	in = watched(drift(quarantine.DriftUncovered, "network-acl", "subnet-2", "interface eni-2 of the instance is in it"))
	has(t, listed(in), "partly")
	has(t, shown(in), "subnet-2 now: NOT HELD as of 2026-03-04 11:57 UTC: interface eni-2 of the instance is in it")
	has(t, listed(watched()), "contained")
}

func TestEveryDriftIsShownWithWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	often, failed, left := opened(), opened(), opened()
	often.By, often.Times, often.Since, often.NextAt = "arn:aws:sts::1:assumed-role/terraform/run", 3, noon.Add(-time.Hour), noon.Add(time.Hour)
	failed.Failed, failed.ClosedAt = "AccessDenied: no", time.Time{}
	left.LeftAt, left.LeftBy, left.LeftReason = noon, "kim", "it is rebuilt"
	closed := opened()
	closed.ClosedAt, closed.LastAt = noon, noon
	const now = "subnet-1 reopened as of 2026-03-04 11:57 UTC: is under acl-1; "
	for want, d := range map[string]quarantine.Drift{
		now + "not put right by: arn:aws:sts::1:assumed-role/terraform/run first seen 2026-03-04 11:00 UTC, put right 3 times put right again at the first look after 2026-03-04 13:00 UTC": often,
		now + "not put right by: not known first seen 2026-03-04 11:57 UTC, put right never the last attempt failed: AccessDenied: no":                                                      failed,
		now + "not put right by: not known first seen 2026-03-04 11:57 UTC, put right never left as it is since 2026-03-04 12:00 UTC by kim: it is rebuilt":                                 left,
		"subnet-1 reopened as of 2026-03-04 12:00 UTC: is under acl-1; as it was put again, as read at 2026-03-04 12:00 UTC by: not known":                                                  closed,
	} {
		has(t, shown(watched(d)), want)
	}
}

func TestAPauseIsSaidWhileItLasts(t *testing.T) {
	t.Parallel()
	in := watched()
	in.Watch.PausedUntil, in.Watch.PausedBy, in.Watch.PauseReason = noon.Add(time.Hour), "kim", "a migration"
	const want = "PAUSED until 2026-03-04 13:00 UTC by kim: a migration to go on sooner: quarantine resume " + incident
	has(t, listed(in), want)
	has(t, shown(in), want)
	in.Watch.PausedUntil = noon
	if text := shown(in); strings.Contains(text, "PAUSED") {
		t.Errorf("it is over:\n%s", text)
	}
}

func TestProgramsGetTheWatch(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]quarantine.Incident{
		`"watch":{"lookedAt":"2026-03-04T11:57:00Z","drifts":[]}`:                       watched(),
		`"watch":{"lookedAt":"2026-03-04T11:57:00Z","drifts":[{"measure":"network-acl"`: watched(opened()),
		`"drifts":[]`: {},
	} {
		var out bytes.Buffer
		if err := json.NewEncoder(&out).Encode(oncall.NewRecord(in)); err != nil {
			t.Fatal(err)
		}
		has(t, out.String(), want)
	}
}
