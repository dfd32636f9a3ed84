package message

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// forPrograms is what programs get of the news.
type forPrograms struct {
	Key, Thread, Summary string
	Outcome              quarantine.Outcome
}

func programsGet(t *testing.T, n quarantine.News) (got forPrograms) {
	t.Helper()
	if err := json.Unmarshal(compose(t, n).Data, &got); err != nil {
		t.Fatal(err)
	}
	return got
}

func asking() quarantine.News {
	return quarantine.News{Kind: quarantine.KindApprovalAsked, Incident: incident, Link: "https://approve.example/r/req-1?sig=s3cr3t",
		Execution: contained().Execution, Triage: contained().Triage,
		Approval: &quarantine.ApprovalRequest{ID: "req-1", Purpose: quarantine.PurposeRelease, Incident: incident, Status: quarantine.RequestPending,
			Resource: *contained().Triage.Resource, AskedAt: noon, ExpiresAt: noon.Add(3600e9)}}
}

func TestARetryHasTheKeyOfItsNews(t *testing.T) {
	t.Parallel()
	n := contained()
	n.Retry = 2
	if first, again := programsGet(t, contained()).Key, programsGet(t, n).Key; first != again || !strings.HasPrefix(first, incident+"/contained/") {
		t.Errorf("%s, and then %s", first, again)
	}
	asked, later := asking(), asking()
	later.Link, later.Approval.Asked = "https://approve.example/r/req-1?sig=other", []string{"sns"}
	if first, again := programsGet(t, asked).Key, programsGet(t, later).Key; first != again {
		t.Errorf("%s, and with another link %s", first, again)
	}
}

func TestOtherNewsHasAnotherKey(t *testing.T) {
	t.Parallel()
	reminder, expired, otherRun, otherMeasure := asking(), asking(), contained(), quarantine.News{Kind: quarantine.KindMeasureFailed, Incident: incident, Measure: "standby"}
	reminder.Approval.Reminders = 1
	expired.Kind, expired.Approval.Status = quarantine.KindApprovalExpired, quarantine.RequestExpired
	otherRun.Execution.Name = "run-2"
	failed := otherMeasure
	failed.Measure = "protection"
	seen := map[string]string{}
	for name, n := range map[string]quarantine.News{
		"contained": contained(), "by another run": otherRun, "asked": asking(), "reminded": reminder, "expired": expired,
		"a measure": otherMeasure, "another measure": failed,
	} {
		key := programsGet(t, n).Key
		if seen[key] != "" {
			t.Errorf("%s has the key of %s: %s", name, seen[key], key)
		}
		seen[key] = name
	}
}

func TestNewsOfOneIncidentHasOneThread(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]quarantine.News{"contained": contained(), "asked": asking()} {
		if got := programsGet(t, n).Thread; got != incident {
			t.Errorf("%s: %q", name, got)
		}
	}
	told := quarantine.News{Kind: quarantine.KindMalformed, Event: json.RawMessage(`{"a":1}`)}
	if got := programsGet(t, told); got.Thread == "" || got.Thread != got.Key {
		t.Errorf("news of nothing known: %+v", got)
	}
}

// I11: whoever has the link can decide.
func TestProgramsGetTheSummaryWithoutTheLink(t *testing.T) {
	t.Parallel()
	m := compose(t, asking())
	if !strings.Contains(m.Text, "s3cr3t") {
		t.Error("people do not get the link, so this shows nothing")
	}
	if strings.Contains(string(m.Data), "s3cr3t") || strings.Contains(string(m.Data), "approve.example") {
		t.Errorf("programs get the link: %s", m.Data)
	}
	if got := programsGet(t, contained()).Summary; !strings.HasPrefix(got, "CONTAINED") {
		t.Errorf("the summary is %q", got)
	}
}

func TestAnOutcomeIsWhatTheNewsIsFor(t *testing.T) {
	t.Parallel()
	about := func(action quarantine.Action, failure *quarantine.CaughtError) quarantine.News {
		of := *contained().Triage
		of.Verdict.Action = action
		return quarantine.News{Kind: quarantine.KindToldOnly, Triage: &of, Failure: failure}
	}
	for name, c := range map[string]struct {
		n    quarantine.News
		want quarantine.Outcome
	}{
		"contained":           {contained(), quarantine.OutcomeGood},
		"not contained":       {notContained(quarantine.Throttled, "busy"), quarantine.OutcomeBad},
		"a question":          {asking(), quarantine.OutcomeAsk},
		"told":                {about(quarantine.ActionNotify, nil), quarantine.OutcomeInfo},
		"told for a decision": {about(quarantine.ActionApprove, nil), quarantine.OutcomeAsk},
		"told of a failure":   {about(quarantine.ActionIsolate, &quarantine.CaughtError{Error: quarantine.Throttled}), quarantine.OutcomeBad},
		"malformed":           {quarantine.News{Kind: quarantine.KindMalformed}, quarantine.OutcomeBad},
	} {
		if m := compose(t, c.n); m.Outcome != c.want || programsGet(t, c.n).Outcome != c.want {
			t.Errorf("%s is %q, want %q", name, m.Outcome, c.want)
		}
	}
}
