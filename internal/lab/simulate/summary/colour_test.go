package summary_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate/summary"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// marked is a style whose colours can be read.
func marked(w *bytes.Buffer) terminal.Style {
	st := terminal.NewStyle(w)
	r := lipgloss.NewRenderer(w)
	r.SetColorProfile(termenv.Ascii)
	mark := func(with string) lipgloss.Style {
		return r.NewStyle().Transform(func(s string) string { return with + s })
	}
	st.Good, st.Bad, st.Warn = mark("+"), mark("!"), mark("~")
	return st
}

// Colours say whether a word is good or bad, which depends on whose way it is, and when.
func TestAColourSaysWhetherAWordIsGood(t *testing.T) {
	t.Parallel()
	const yes, no = simulate.Allowed, simulate.Denied
	of := func(host, before, cut, contained, after string) simulate.Probe {
		return simulate.Probe{From: host, To: "there", Packet: simulate.Packet{From: host}, Before: before, AfterCut: cut, Contained: contained, After: after}
	}
	r := &simulate.Report{
		Executions: []history.Execution{{Name: "one", Path: []string{state.Respond, state.Released}}},
		Calls:      []simulate.Call{{Execution: "one", BeforeCut: true}},
		Probes: []simulate.Probe{
			of("i-1", yes, yes, no, yes), of("i-1-closed", yes, no, no, no), of("i-2", yes, no, yes, yes),
		},
	}
	r.Probes[1].Packet.From = "i-1"
	r.Probes = append(r.Probes, of("never", no, no, no, no))
	r.Probes[3].Packet.From = "i-1"
	var out bytes.Buffer
	events := []headline.Event{{Finding: &quarantine.Finding{Instances: []quarantine.AccusedInstance{{ID: "i-1"}}}}}
	summary.New(&out, marked(&out), events).Report(r)
	lines := strings.Split(out.String(), "\n")
	for i, want := range []string{
		"i-1 → there open !open +closed +open",
		"i-1-closed → there open +closed +closed ~closed",
		"i-2 → there open ~closed open +open",
		"never → there closed closed closed +closed",
	} {
		if got := strings.Join(strings.Fields(lines[2+i]), " "); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
