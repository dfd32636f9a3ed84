package summary_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate/summary"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// said is what a run's summary says of the ways, in which probes were answered like that while
// contained.
func said(t *testing.T, to string, fresh, open string) string {
	t.Helper()
	rules := map[string][]account.PathRule{"contained": {"network-acl", "starved-entry"}}
	r := &simulate.Report{
		Executions: []history.Execution{{Path: []string{state.Respond}}},
		Probes: []simulate.Probe{
			{From: "host", To: to, Before: simulate.Allowed, Contained: fresh, Rules: rules},
			{From: "host", To: to, Before: simulate.Allowed, Open: true, Contained: open, Rules: rules},
		},
		Rules: map[account.PathRule]simulate.RuleText{"network-acl": {Says: "what holds for all"}, "starved-entry": {Says: "No document tells.", Document: "https://docs.aws.amazon.com/"}},
	}
	var out bytes.Buffer
	summary.New(&out, terminal.NewStyle(&out), nil).Report(r)
	before, _, _ := strings.Cut(out.String(), "Outcome")
	return before
}

// One word says what both new connections and open ones can do, and the rule is told where the word
// does not speak for itself.
func TestAWordSaysWhatNewAndOpenConnectionsCanDo(t *testing.T) {
	t.Parallel()
	const yes, no, unknown = simulate.Allowed, simulate.Denied, simulate.Unknown
	for answers, want := range map[[2]string]string{
		{yes, yes}: "open", {no, no}: "closed", {unknown, unknown}: "?",
		{no, yes}: "goes on", {no, unknown}: "goes on?", {yes, no}: "new only", {yes, unknown}: "new only?",
	} {
		text := said(t, "elsewhere", answers[0], answers[1])
		if !strings.Contains(text, "  host → elsewhere  open    "+want+"\n") {
			t.Errorf("%v, want %q, in:%s", answers, want, text)
		}
		if explains := strings.Contains(text, " No document tells."); explains != (answers[0] != answers[1]) || strings.Contains(text, "for all") {
			t.Errorf("%v is explained: %t, in:%s", answers, explains, text)
		}
	}
}

func TestATableThatIsTooWideHasItsWordsBelowEachWay(t *testing.T) {
	t.Parallel()
	text := said(t, strings.Repeat("far away ", 9), simulate.Denied, simulate.Denied)
	want := "\nWhat passes\n    before  contained\n  host → far away far away far away far away far away far away far away far away\n  far away\n    open    closed\n"
	if !strings.Contains(text, want) {
		t.Errorf("it is:%s\nwant\n%s", text, want)
	}
}
