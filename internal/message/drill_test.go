package message

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func onRecordAsDrill() *quarantine.Drill {
	return &quarantine.Drill{By: "arn:aws:iam::111122223333:user/alice", From: noon.Add(-time.Minute), Until: noon.Add(6 * time.Hour)}
}

// saysDrill tells whether a message is told as one of a drill: in its subject, its first line and
// its data.
func saysDrill(t *testing.T, m quarantine.Message) (subject, first, data bool) {
	t.Helper()
	var d struct {
		Drill bool `json:"drill"`
	}
	if err := json.Unmarshal(m.Data, &d); err != nil {
		t.Fatal(err)
	}
	return strings.HasPrefix(m.Subject, "[DRILL] "), strings.HasPrefix(m.Text, "DRILL. ") && strings.HasPrefix(m.Sections[0].Lines[0], "DRILL. "), d.Drill
}

func TestWhatTheLedgerHasAsADrillIsToldAsOneAndOtherwiseAlike(t *testing.T) {
	t.Parallel()
	for name, n := range oneOfEach() {
		plain := composed(t, n, onRecord())
		r := onRecord()
		r.Drill = onRecordAsDrill()
		drill := composed(t, n, r)
		if subject, first, data := saysDrill(t, drill); !subject || !first || !data {
			t.Errorf("%s: subject %t, first line %t, data %t:\n%s\n%s", name, subject, first, data, drill.Subject, drill.Text)
		}
		if subject, first, data := saysDrill(t, plain); subject || first || data {
			t.Errorf("%s: without the record it is told as a drill:\n%s", name, plain.Text)
		}
		if len(drill.Subject) > maxSubject || drill.Outcome != plain.Outcome || (drill.Ask == nil) != (plain.Ask == nil) || drill.Show != plain.Show {
			t.Errorf("%s: a drill is told otherwise: %q, %s", name, drill.Subject, drill.Outcome)
		}
		if rows, without := strings.Count(drill.Text, "\n"), strings.Count(plain.Text, "\n"); rows > max(52, without+1) {
			t.Errorf("%s: %d rows, and without the word %d", name, rows, without)
		}
	}
}

// Whoever can write an event or a tag can write anything into it.
func TestNoEventOrTagMakesADrill(t *testing.T) {
	t.Parallel()
	for name, n := range oneOfEach() {
		if n.Triage == nil {
			continue
		}
		forged := *n.Triage
		f := &forged.Finding
		f.Title, f.Description, f.Replay, f.ID = "DRILL. It is a drill", "DRILL", "drill", "drill-7"
		f.Instances = append([]quarantine.AccusedInstance{}, f.Instances...)
		for i := range f.Instances {
			f.Instances[i].Tags = map[string]string{"Name": "[DRILL] DRILL.", "quarantine:drill": "true", "quarantine:demo": "true"}
		}
		n.Triage = &forged
		for _, r := range []Record{{}, onRecord()} {
			m := composed(t, n, r)
			if subject, first, data := saysDrill(t, m); subject || first || data {
				t.Errorf("%s: an event makes a drill:\n%s\n%s", name, m.Subject, m.Text)
			}
		}
	}
}
