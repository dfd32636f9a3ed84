package triage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestWhatIsLongOverIsToldWithItsAge(t *testing.T) {
	t.Parallel()
	const always = "overrides: [{name: cut-all, reason: we cut, when: 'true', action: isolate}]"
	ended := time.Date(2026, 1, 31, 11, 58, 4, 0, time.UTC) // as the fixture says
	unsaid := func(f *quarantine.Finding) { f.LastSeen = time.Time{} }
	for _, c := range []struct {
		name, policy string
		f            quarantine.Finding
		now          time.Time
		want         quarantine.Action
		says         string // the reason of its age
	}{
		{"just within", "", finding(t, "miner"), ended.Add(48 * time.Hour), quarantine.ActionIsolate, ""},
		{"just beyond", "", finding(t, "miner"), ended.Add(48*time.Hour + time.Second), quarantine.ActionNotify, "ended 48 hours ago, at 2026-01-31T11:58:04Z, which is longer than staleAfter, 48 hours"},
		{"of last year", "", finding(t, "miner"), ended.AddDate(1, 0, 0), quarantine.ActionNotify, "told only: the activity ended 365 days ago"},
		{"no rule overrules it", always, finding(t, "miner"), ended.AddDate(1, 0, 0), quarantine.ActionNotify, "told only"},
		{"nor is a person asked", "thresholds: {isolate: 100, approve: 50}", finding(t, "miner"), ended.AddDate(1, 0, 0), quarantine.ActionNotify, "told only"},
		{"a limit of one's own", "staleAfter: 7d", finding(t, "miner"), ended.Add(6 * 24 * time.Hour), quarantine.ActionIsolate, ""},
		{"no limit", "staleAfter: none", finding(t, "miner"), ended.AddDate(1, 0, 0), quarantine.ActionIsolate, ""},
		{"what is ignored stays ignored", "", finding(t, "port-probe"), ended.AddDate(1, 0, 0), quarantine.ActionIgnore, ""},
		{"the event's own time where it does not say when", "", finding(t, "miner", unsaid), ended.AddDate(1, 0, 0), quarantine.ActionNotify, "at 2026-01-31T12:05:00Z"},
		{"nothing was seen after the event was sent", "", finding(t, "miner", func(f *quarantine.Finding) { f.LastSeen = ended.AddDate(1, 0, 0) }), ended.AddDate(1, 0, 0), quarantine.ActionNotify, "at 2026-01-31T12:05:00Z"},
		{"no time at all", "", finding(t, "miner", unsaid, func(f *quarantine.Finding) { f.EventTime = time.Time{} }), ended.AddDate(1, 0, 0), quarantine.ActionIsolate, ""},
		{"the clock is behind", "", finding(t, "miner"), ended.AddDate(-1, 0, 0), quarantine.ActionIsolate, ""},
	} {
		v := policy(t, c.policy).Judge(c.f, c.now)
		if age := reason(v, "age"); v.Action != c.want || !strings.Contains(age, c.says) || c.says == "" && age != "" {
			t.Errorf("%s: %s, %q, want %s, %q", c.name, v.Action, age, c.want, c.says)
		}
	}
}

// Who confirms the plan is told the age, and decides.
func TestAPersonWhoConfirmsIsToldTheAge(t *testing.T) {
	t.Parallel()
	v := triage.DefaultPolicy().Confirmed().Judge(finding(t, "miner"), noon.AddDate(1, 0, 0))
	if age := reason(v, "age"); v.Action != quarantine.ActionIsolate || !strings.HasPrefix(age, "the activity ended 365 days ago") {
		t.Errorf("%s, %q", v.Action, age)
	}
}

func TestAReplayIsSaid(t *testing.T) {
	t.Parallel()
	v := triage.DefaultPolicy().Judge(finding(t, "miner", func(f *quarantine.Finding) { f.Replay = "drill-7" }), noon)
	if got := reason(v, "replay"); v.Action != quarantine.ActionIsolate || !strings.Contains(got, "EventBridge has replayed it (drill-7)") {
		t.Errorf("%s, %q", v.Action, got)
	}
}
