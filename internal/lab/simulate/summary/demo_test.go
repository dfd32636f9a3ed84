package summary_test

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate/summary"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// demo is what the demo prints on an output of a width, in colour if that is asked for.
func demo(t *testing.T, columns int, then ...string) string {
	t.Helper()
	events, err := simulate.DemoOfFleet()
	if err != nil {
		t.Fatal(err)
	}
	var told []headline.Event
	for _, e := range events {
		f, err := guardduty.Parse(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		told = append(told, headline.Event{Name: e.Name, Finding: &f})
	}
	var out bytes.Buffer
	s := summary.New(&out, terminal.NewStyle(terminal.Sized(&out, columns)), told)
	s.Sent, s.Command = told[0].Finding.EventTime, "quarantine simulate"
	r, err := simulate.Run(t.Context(), simulate.Options{Events: events, Account: simulate.DemoFleet, Start: s.Sent, Then: then, Policy: triage.DefaultPolicy(), Watch: s.Watch()})
	if err != nil {
		t.Fatal(err)
	}
	s.Flush()
	s.Report(r)
	s.Conclude(r)
	return out.String()
}

// What stands in a line fits, unless it is one word, such as an id or a command.
func TestTheDemoFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 80, 140} {
		text := demo(t, columns, simulate.Release)
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			whole := strings.Contains(strings.TrimSpace(line), " ") && !strings.HasPrefix(line, "quarantine simulate")
			if ansi.StringWidth(line) > min(columns, 120) && whole {
				t.Errorf("at %d: a line of %d: %s", columns, ansi.StringWidth(line), line)
			}
			if columns == 40 && strings.Contains(line, "…") {
				t.Errorf("at %d a word is broken: %s", columns, line)
			}
		}
	}
}

func TestTheDemoEndsWithWhatMatters(t *testing.T) {
	t.Parallel()
	text := demo(t, 120)
	lines := strings.Split(strings.TrimSpace(text), "\n")
	end := regexp.MustCompile(`^CONTAINED in [0-9]+ ms; i-0c0ffee0123456789; evidence complete \(2 snapshots\)
Still open: web page → neighbour, same subnet \(tcp/22\): goes on; web page → the VPC's DNS resolver \(udp/53\)
Next: quarantine simulate --then narrow,release `)
	if got := strings.Join(lines[len(lines)-3:], "\n"); !end.MatchString(got) {
		t.Errorf("it ends with\n%s", got)
	}
	cut := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, "Isolate  ") })
	if cut < 0 || !strings.Contains(lines[cut+1], "ms from event to cut, 9 AWS calls in 4 round trips") {
		t.Errorf("no way to the cut right after it, in\n%s", text)
	}
	if len(lines) > 85 {
		t.Errorf("%d lines", len(lines))
	}
	if text := demo(t, 120, simulate.Release); !strings.Contains(text, " ms, and RELEASED afterwards; i-0c0ffee0123456789; ") || !strings.Contains(text, "\nOpen, as nothing is held: 7 ways") {
		t.Errorf("after a release it ends with\n%s", text[strings.LastIndex(text, "\n\n"):])
	}
}
