package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/lab/pasted"
)

// simulated is what a simulation of the shop prints, whose policy asks a person.
func simulated(t *testing.T, flags ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	args := append([]string{"simulate", "--event", "../../docs/shop/finding-app.json", "--account", "../../docs/shop/account.json"}, flags...)
	if code := run(t.Context(), args, streams{in: strings.NewReader(""), out: &out, err: &errs}); code != exitOK {
		t.Fatalf("%v ends with %d: %s", args, code, errs.String())
	}
	return out.String()
}

// next is the command line that a simulation ends with.
func next(t *testing.T, printed string) []string {
	t.Helper()
	_, after, _ := strings.Cut(printed, "\nNext:")
	_, line, found := strings.Cut(strings.ReplaceAll(after, "\n", " "), "quarantine simulate ")
	line, _, ends := strings.Cut(line, " gives it back")
	if !ends {
		line, _, ends = strings.Cut(line, " shows the cut")
	}
	if !found || !ends {
		t.Fatalf("no next command in:\n%s", printed)
	}
	calls := pasted.Shell(t, "quarantine simulate "+line)
	if len(calls) != 1 {
		t.Fatalf("%q is %d commands", line, len(calls))
	}
	return calls[0]
}

// What is typed as it is printed has the same answers and times, and goes on from there.
func TestTheNextSimulationHasTheFlagsThatWereGiven(t *testing.T) {
	t.Parallel()
	first := simulated(t, "--approve", "yes", "--no-identity", "--latency", "ec2=50ms")
	if !strings.Contains(first, "  5m from event to cut, ") || !strings.Contains(first, "\nCONTAINED in 5m; ") {
		t.Errorf("the time to the cut is not told alike:\n%s", first)
	}
	const both = " --no-identity --approve yes --latency ec2=50ms --then narrow,release"
	again := next(t, first)
	if got := strings.Join(again, " "); !strings.HasSuffix(got, both) {
		t.Errorf("the next command is %s", got)
	}
	if printed := simulated(t, again[6:]...); !strings.Contains(printed, ", and RELEASED afterwards") {
		t.Errorf("%v:\n%s", again, printed)
	}
	if got := strings.Join(next(t, simulated(t, "--approve", "no")), " "); !strings.HasSuffix(got, "/account.json --approve yes") {
		t.Errorf("after a no: %s", got)
	}
}
