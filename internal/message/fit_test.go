package message

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// deployed is a place as long as most.
var deployed = command.Place{Stack: "quarantine", Region: region}

// everyMessage is one of each kind, of an instance and of a key, with the record, without it, and
// where it cannot be read.
func everyMessage(t *testing.T) map[string]quarantine.Message {
	t.Helper()
	out := map[string]quarantine.Message{}
	for name, n := range oneOfEach() {
		out[name] = composed(t, n, Record{At: deployed})
		out[name+", on record"] = composed(t, n, Record{Incident: measured().Incident, At: deployed})
		out[name+", unread"] = composed(t, n, Record{Unread: quarantine.Failf(quarantine.Throttled, "try again"), At: deployed})
	}
	for name, c := range keyMessages() {
		c.At = deployed
		out["key "+name] = composed(t, c.News, c.Record)
	}
	return out
}

// At night, on a phone: what happened, to what, and what to do now come first.
func TestTheFirstLinesAreTheSummary(t *testing.T) {
	t.Parallel()
	for name, m := range everyMessage(t) {
		first := m.Sections[0]
		if first.Title != "" || len(first.Lines) == 0 || len(first.Lines) > maxSummary {
			t.Errorf("%s: the summary %q has %d lines", name, first.Title, len(first.Lines))
		}
		for _, l := range first.Lines {
			if rows := len(wrap(l, columns)); rows > 3 {
				t.Errorf("%s: %d rows: %s", name, rows, l)
			}
		}
		for _, s := range m.Sections[1:] {
			if s.Title == "" {
				t.Errorf("%s: a part without a title: %q", name, s.Lines)
			}
		}
		rows := strings.Split(strings.TrimSuffix(m.Text, "\n"), "\n")
		screen := 0
		for i, row := range rows {
			if row == "" && (screen == 0 || rows[screen+1] == strings.ToUpper(nowTitle)) {
				screen = i
			}
		}
		if screen > maxFirst+1 {
			t.Errorf("%s: %d rows before the detail:\n%s", name, screen, m.Text)
		}
	}
}

// What to do comes right after the summary, what is open after that, and the detail last.
func TestPartsComeInTheOrderInWhichTheyAreNeeded(t *testing.T) {
	t.Parallel()
	r := Record{Incident: measured().Incident, At: deployed}
	var titles []string
	for _, s := range composed(t, contained(), r).Sections {
		titles = append(titles, s.Title)
	}
	const want = "|What to do now|Warnings|What is open|What to do then|The instance|"
	if got := strings.Join(titles, "|"); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, "|What GuardDuty said|Where to look") {
		t.Errorf("the parts are %s, and want to begin %s", got, want)
	}
}

// A person who knows better needs one command, and it is the first, but where something stands open.
func TestAFalseAlarmIsTheFirstThingToDoAboutWhatIsContained(t *testing.T) {
	t.Parallel()
	for name, m := range everyMessage(t) {
		switch m.Kind {
		case quarantine.KindContained, quarantine.KindEvidenceComplete, quarantine.KindMeasureFailed, quarantine.KindReopened:
		default:
			continue
		}
		of := incident
		if strings.HasSuffix(name, "unread") && m.Kind == quarantine.KindReopened || name == "reopened" {
			continue // nothing says that anything is held
		}
		text := unwrapped(m.Text)
		if _, close, open := strings.Cut(text, "1. Close it by hand now. "); open {
			text = close[strings.Index(close, "2. "):]
		}
		_, after, says := strings.Cut(text, "If this is a false alarm: ")
		if !says || !strings.HasPrefix(after, "quarantine release "+of+" --false-alarm") {
			t.Errorf("%s: no false alarm:\n%s", name, m.Text)
		}
		if first := strings.Index(text, "quarantine "); first < strings.Index(text, "If this is a false alarm:") && !strings.HasPrefix(text[first:], "quarantine of") {
			t.Errorf("%s: something else comes first:\n%s", name, m.Text)
		}
	}
}

// Hashes are on record, and the record prints them.
func TestNoHashIsInAMessage(t *testing.T) {
	t.Parallel()
	hash := regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	all := everyMessage(t)
	const sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	failing := evidence(quarantine.EvidenceStatusFailed)
	failing.Problems = []string{"console-output (600000 bytes, SHA-256 " + sum + ") could not be kept: it is too large"}
	n := evidenceNews(quarantine.KindEvidenceFailed, failing)
	n.Failure = caught(quarantine.EvidenceFailed, failing.Problems[0])
	all["too large to be kept"] = compose(t, n)
	says(t, all["too large to be kept"].Text, []string{"console-output (600000 bytes) could not be kept: it is too large"})
	for name, m := range all {
		if found := hash.FindString(m.Text); found != "" {
			t.Errorf("%s has the hash %s:\n%s", name, found, m.Text)
		}
	}
}

// A reminder is of what was said whole already.
func TestAReminderIsShort(t *testing.T) {
	t.Parallel()
	for _, purpose := range []quarantine.Purpose{quarantine.PurposeIsolate, quarantine.PurposeRelease} {
		n := askedWhether(purpose)
		n.Approval.Reminders = 2
		r := Record{Incident: measured().Incident, At: deployed}
		r.Incident.Questions = []quarantine.ApprovalRequest{*n.Approval}
		r.Incident.Findings = append(r.Incident.Findings, quarantine.IncidentFinding{FindingSummary: quarantine.FindingSummary{ID: "f2"}, At: noon.Add(1)})
		m := composed(t, n, r)
		if rows := strings.Count(m.Text, "\n"); rows > 15 {
			t.Errorf("%s: %d rows:\n%s", purpose, rows, m.Text)
		}
		says(t, m.Text, []string{
			"Reminder 2 of a question of 2026-11-02 12:00:07 UTC: nobody has decided, and 1 finding joined since.", "Without an answer until 2026-11-02 13:00:07 UTC",
			"quarantine approve " + requestID, "quarantine deny " + requestID, "Decide here: " + page,
		})
	}
}

// The tag is whoever may tag the instance's: it is quoted, it stands beside the id, and nothing in it
// ends the quotes or a line.
func TestWhatPeopleCallTheInstanceIsAHint(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"web-1":                          `"web-1"`,
		`x" is released. Ignore "`:       `"x' is released. Ignore '"`,
		"a\r\nRELEASED\u202e":            `"a RELEASED\u202e"`,
		strings.Repeat("long-name-", 20): `"` + strings.Repeat("long-name-", 20)[:maxCalled-3] + `..."`,
	} {
		n := contained()
		n.Containment.Instance.Tags["Name"] = tag
		m := compose(t, n)
		if first := m.Sections[0].Lines[0]; !strings.HasPrefix(first, "CONTAINED. "+instanceID+" "+want+" is cut off") {
			t.Errorf("%q: %s", tag, first)
		}
	}
	named := measured()
	named.Incident.Findings[0].Name = "web-1"
	says(t, composed(t, notReleased(quarantine.Throttled, "x"), named).Text, []string{`The quarantine of ` + instanceID + ` "web-1" could not be lifted`})
}

// The subject keeps the outcome, the id and the type, and then as much of the rest as fits.
func TestTheSubjectKeepsWhatMatters(t *testing.T) {
	t.Parallel()
	n := contained()
	for tag, want := range map[string]string{
		"":                      "CONTAINED: " + instanceID + " in 111122223333/eu-central-1, CryptoCurrency:EC2/BitcoinTool.B!DNS",
		"web-1":                 "CONTAINED: " + instanceID + ` "web-1", CryptoCurrency:EC2/BitcoinTool.B!DNS`,
		strings.Repeat("x", 40): "CONTAINED: " + instanceID + ", CryptoCurrency:EC2/BitcoinTool.B!DNS",
	} {
		n.Containment.Instance.Tags["Name"] = tag
		if got := compose(t, n).Subject; got != want {
			t.Errorf("%q: the subject is %q, want %q", tag, got, want)
		}
	}
}
