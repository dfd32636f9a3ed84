package simulate_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Bounds of every message of a run, in rows of its text: the first lines and what to do now fit a
// phone's screen. Where the ledger cannot be read nothing can be left to it.
const (
	summaryRows  = 10
	screenRows   = 23
	wholeRows    = 52
	unreadRows   = 60
	reminderRows = 15
)

// fits holds a message to what a person can read at night.
func fits(t *testing.T, kind quarantine.MessageKind, told string) {
	t.Helper()
	subject, text, _ := strings.Cut(told, "\n\n")
	rows := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	summary := slices.Index(rows, "")
	whole := wholeRows
	switch {
	case strings.Contains(subject, "reminder"):
		whole = reminderRows
	case strings.Contains(text, "The ledger could not be read"):
		whole = unreadRows
	}
	if summary < 1 || summary > summaryRows || len(rows) > whole {
		t.Errorf("%d rows of summary, want at most %d, and %d in all, want at most %d", summary, summaryRows, len(rows), whole)
	}
	if now := slices.Index(rows, "WHAT TO DO NOW"); now < 0 {
		t.Error("it does not say what to do now")
	} else if end := slices.Index(rows[now:], ""); now+max(end, 0) > screenRows {
		t.Errorf("%d rows until the detail begins, want at most %d", now+end, screenRows)
	}
	if found := regexp.MustCompile(`\b[0-9a-f]{64}\b`).FindString(text); found != "" {
		t.Errorf("it has the hash %s", found)
	}
	command := regexp.MustCompile(`\n +quarantine [a-z].*(\\\n.*)*`).FindString(text)
	if kind == quarantine.KindContained && !strings.Contains(command, "quarantine release inc-") {
		t.Errorf("the first command is %q, want the release of a false alarm", command)
	}
	if kind == quarantine.KindContained && !strings.Contains(command, "--false-alarm") {
		t.Errorf("the first command is %q, want the release of a false alarm", command)
	}
}
