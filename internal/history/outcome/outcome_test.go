package outcome_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/outcome"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

func TestARunOfStatesThatRepeatsIsWrittenOnce(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"":                    "",
		"A":                   "A",
		"A A A":               "(A) x3",
		"A W C W C W C B":     "A, (W > C) x3, B",
		"A B C D A B C D":     "(A > B > C > D) x2",
		"A B C D E A B C D E": "A, B, C, D, E, A, B, C, D, E",
		"A A B A A B":         "(A) x2, B, (A) x2, B",
	} {
		if got := strings.Join(outcome.Loops(strings.Fields(path)), ", "); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestOutcomesHaveTheNamesOfFindingsAndThenTheirOwn(t *testing.T) {
	t.Parallel()
	all := []history.Execution{
		{Name: "one", Machine: "quarantine", Status: history.StatusSucceeded, Path: []string{"Triage", "Contained"}},
		{Name: "two", Machine: "quarantine-release", Status: history.StatusFailed, Path: []string{"Release"}, Error: "ReleaseFailed",
			Cause: `It was not taken. standby: NotVerified: {"errorMessage":"it {} is in service","errorType":"NotVerified"}; {1`},
	}
	var out bytes.Buffer
	outcome.Print(&out, terminal.NewStyle(&out), all, []string{"a finding"})
	outcome.PrintLines(&out, terminal.NewStyle(&out), all, nil)
	want := `  #1  SUCCEEDED  a finding
  #2  FAILED     quarantine-release two
      ReleaseFailed: It was not taken. standby: NotVerified: it {} is in
      service; {1
  #1  SUCCEEDED  quarantine one
  #2  FAILED     quarantine-release two
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhatEndedAlikeIsOneLine(t *testing.T) {
	t.Parallel()
	failed := history.Execution{Name: "four", Machine: "quarantine", Status: history.StatusFailed, Path: []string{"Triage", "TriageFailed"}, Error: "TriageFailed", Cause: "why"}
	all := []history.Execution{{Name: "one", Machine: "quarantine", Status: history.StatusSucceeded, Path: []string{"Triage", "Contained"}}}
	for _, name := range []string{"two", "three"} {
		all = append(all, history.Execution{Name: name, Machine: "quarantine", Status: history.StatusSucceeded, Path: []string{"Triage", "Joined"}})
	}
	again := failed
	again.Name = "five"
	var out bytes.Buffer
	outcome.PrintGroups(&out, terminal.NewStyle(&out), append(all, failed, again))
	want := `  #1            SUCCEEDED  Contained (quarantine)
  #2 #3         SUCCEEDED  Joined (quarantine)
  #4 #5         FAILED  TriageFailed (quarantine)
      TriageFailed: why
      Triage > TriageFailed
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
