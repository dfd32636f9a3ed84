package message

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAReleaseSaysWhatComesNext(t *testing.T) {
	t.Parallel()
	r := onRecord()
	r.Incident.Findings = []quarantine.IncidentFinding{
		{FindingSummary: quarantine.FindingSummary{ID: "f1", Type: "Backdoor:EC2/C&CActivity.B", DetectorID: "d0"}},
		{FindingSummary: quarantine.FindingSummary{ID: "f2", Type: "Backdoor:EC2/C&CActivity.B", DetectorID: "d0"}},
		{FindingSummary: quarantine.FindingSummary{ID: "f3", Type: "Trojan:EC2/DropPoint"}},
	}
	text := strings.ReplaceAll(unwrapped(composed(t, released(restored("subnet-1")), r).Text), `\ `, "")
	for _, want := range []string{
		"What ended before the release, at ", " is told and not cut when GuardDuty repeats it. Activity after it is cut again.",
		"aws guardduty archive-findings --region " + region + " --detector-id d0 --finding-ids f1 f2",
		`--detector-id "$(aws guardduty list-detectors --region ` + region + ` --query 'DetectorIds[0]' --output text)" --finding-ids f3`,
		"quarantine release " + incident + " --false-alarm --for 7d --reason 'SAY WHY'",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}

func TestAReleaseOfLongAgoSaysNothingOfWhatComesNext(t *testing.T) {
	t.Parallel()
	n := released(restored("subnet-1"))
	n.Release.Already = true
	text := unwrapped(composed(t, n, onRecord()).Text)
	for _, never := range []string{"archive-findings", "is cut again", "--false-alarm"} {
		if strings.Contains(text, never) {
			t.Errorf("the text has %q:\n%s", never, text)
		}
	}
}

func TestAFalseAlarmIsToldWithItsEnd(t *testing.T) {
	t.Parallel()
	said := quarantine.FalseAlarm{Types: []string{"Trojan:EC2/DropPoint"}, Incident: incident, Until: time.Date(2026, 3, 11, 5, 6, 7, 0, time.UTC)}
	ended := said
	ended.Ended = true
	for _, c := range []struct {
		alarm        quarantine.FalseAlarm
		says, unsaid string
	}{
		{said, "Until 2026-03-11 05:06:07 UTC a person is asked", "one no more"},
		{ended, "What was called a false alarm on " + instanceID + " is one no more", "a person is asked, and nothing"},
	} {
		n := released(restored("subnet-1"))
		n.Release.FalseAlarm = &c.alarm
		text := unwrapped(composed(t, n, onRecord()).Text)
		if !strings.Contains(text, c.says) || !strings.Contains(text, "- Trojan:EC2/DropPoint") || strings.Contains(text, c.unsaid) || strings.Contains(text, "--for 7d") {
			t.Errorf("the text lacks %q, or has too much:\n%s", c.says, text)
		}
	}
}

// What is over is looked at, and there is a way to cut it all the same.
func TestWhatIsOverCanBeCutByHand(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"released", "age"} {
		n := toldOnly(quarantine.ActionNotify)
		n.Triage.Verdict.Reasons = append(n.Triage.Verdict.Reasons, quarantine.Reason{Name: name, Text: "it is over"})
		if text := unwrapped(compose(t, n).Text); !strings.Contains(text, "If it goes on, do not wait for the next finding") || !strings.Contains(text, "replace-network-acl-association") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestAPersonIsToldThatAFalseAlarmIsWhyTheyAreAsked(t *testing.T) {
	t.Parallel()
	r := request(quarantine.PurposeIsolate)
	r.Status, r.Decision = quarantine.RequestPending, nil
	r.Reasons = append(r.Reasons, quarantine.Reason{Name: quarantine.ReasonFalseAlarm, Text: "a person is asked until Friday, because somebody called it one"})
	text := unwrapped(compose(t, quarantine.News{Kind: quarantine.KindApprovalAsked, Approval: r, Link: "https://example.com/decide"}).Text)
	for _, want := range []string{"WHY YOU ARE ASKED The verdict is to cut without asking, but a person is asked until Friday", "quarantine list --false-alarms"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
}
