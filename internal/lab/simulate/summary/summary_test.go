package summary_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate/summary"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// begun is what a summary says before anything happens.
func begun(t *testing.T, events ...headline.Event) string {
	t.Helper()
	var out bytes.Buffer
	summary.New(&out, terminal.NewStyle(&out), events).Watch().Ready(account.New(account.Options{}), nil)
	return out.String()
}

func TestWhatIsOnNoNetworkHasNoMap(t *testing.T) {
	t.Parallel()
	of := func(probes ...simulate.Probe) string {
		var out bytes.Buffer
		a := simulate.Account{Attributes: map[string]map[string]string{}}
		summary.New(&out, terminal.NewStyle(&out), nil).Report(&simulate.Report{Account: a, Probes: probes})
		return out.String()
	}
	if got := of(); strings.Contains(got, "What passes") {
		t.Errorf("a map of nothing, in:\n%s", got)
	}
	if got := of(simulate.Probe{From: "a", To: "b", Before: simulate.Allowed, After: simulate.Allowed}); !strings.Contains(got, "\nWhat passes  before  after\n  a → b      open    open\n") {
		t.Errorf("no map in:\n%s", got)
	}
}

func TestOneFindingIsNotSeveral(t *testing.T) {
	t.Parallel()
	of := func(id string) headline.Event {
		return headline.Event{Finding: &quarantine.Finding{Instances: []quarantine.AccusedInstance{{ID: id}}}}
	}
	for want, events := range map[string][]headline.Event{
		"\nFinding about i-1\n":                         {of("i-1")},
		"\nFindings about i-1, all delivered at once\n": {of("i-1"), of("i-1")},
		"\nFindings, all delivered at once\n":           {of("i-1"), of("i-2")},
		"\nFinding\n":                                   {{Name: "event.json"}},
	} {
		if got := begun(t, events...); !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

func TestOneCallIsNotSeveral(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{1: "\nThe only call\n  sns:Publish 1\n", 2: "\nAll 2 calls\n  sns:Publish 2\n"} {
		var out bytes.Buffer
		calls := slices.Repeat([]simulate.Call{{Service: "sns", Operation: "Publish"}}, n)
		s := summary.New(&out, terminal.NewStyle(&out), nil)
		s.Calls = true
		s.Report(&simulate.Report{Account: simulate.Account{Attributes: map[string]map[string]string{}}, Calls: calls})
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}
