package show_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/backtesttest"
	"github.com/ec2-quarantine/quarantine/internal/backtest/counting"
	"github.com/ec2-quarantine/quarantine/internal/backtest/show"
	"github.com/ec2-quarantine/quarantine/internal/lab/golden"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

var pictures = flag.String("pictures", "", "a folder in which the plots are left, to be looked at")

func result(t *testing.T, policy string, in backtest.Input) backtest.Result {
	t.Helper()
	p, err := triage.ParsePolicy([]byte("version: 1\n" + policy))
	if err != nil {
		t.Fatal(err)
	}
	r, err := backtest.Judge(t.Context(), p, counting.New(), in, backtest.Options{OpenFor: 24 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func generated(n int) backtest.Input {
	return backtest.Read("findings.jsonl", []byte(backtesttest.Lines(7, n)))
}

// cautious asks more than the default policy, which asks about keys alone.
const cautious = "thresholds: {isolate: 85, approve: 70, notify: 20}\n"

func printed(t *testing.T, width int, in backtest.Input) string {
	t.Helper()
	var out bytes.Buffer
	show.Print(&out, terminal.NewStyle(&out), width, result(t, "", in))
	return out.String()
}

func TestAResultIsPrintedInEveryWidth(t *testing.T) {
	t.Parallel()
	in := generated(300)
	in.Add(backtest.Read("broken.jsonl", []byte("{}\nnonsense")))
	for _, width := range []int{40, 80, 140} {
		got := printed(t, width, in)
		for line := range strings.SplitSeq(got, "\n") {
			if ansi.StringWidth(line) > width && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("in %d columns: %q has %d", width, line, ansi.StringWidth(line))
			}
		}
		golden.File(t, fmt.Sprintf("testdata/print-%d.txt", width), got)
	}
}

func TestTwoPoliciesArePrintedSideBySide(t *testing.T) {
	t.Parallel()
	in := generated(300)
	c := backtest.Compare(result(t, "", in), result(t, cautious, in))
	for _, width := range []int{40, 80} {
		var out bytes.Buffer
		show.PrintCompared(&out, terminal.NewStyle(&out), width, c, "default", "cautious.yaml")
		golden.File(t, fmt.Sprintf("testdata/compared-%d.txt", width), out.String())
	}
	var out bytes.Buffer
	show.PrintCompared(&out, terminal.NewStyle(&out), 80, backtest.Compare(c.Result, c.Result), "a", "b")
	if !strings.Contains(out.String(), "No verdict differs") {
		t.Error(out.String())
	}
}

// The step from observe to act is one that people compare: the figures alone would be the same.
func TestOfTwoPoliciesTheOneThatObservesIsNamed(t *testing.T) {
	t.Parallel()
	in := generated(300)
	observes, acts := result(t, "mode: observe\n", in), result(t, "", in)
	for _, c := range []backtest.Compared{backtest.Compare(observes, acts), backtest.Compare(acts, observes)} {
		var out bytes.Buffer
		one, other := "watching.yaml", "acting.yaml"
		if c.Observed == 0 {
			one, other = other, one
		}
		show.PrintCompared(&out, terminal.NewStyle(&out), 80, c, one, other)
		if text := out.String(); !strings.Contains(text, "\n  watching.yaml has ") || strings.Contains(text, "acting.yaml has ") {
			t.Error(text)
		}
	}
}

func TestNoFindingsArePrintedAndDrawn(t *testing.T) {
	t.Parallel()
	if got := printed(t, 80, backtest.Input{}); !strings.HasPrefix(got, "Backtest of 0 findings\n") {
		t.Error(got)
	}
	drawn(t, "none", show.Plotted{Result: result(t, "", backtest.Input{})})
}

// drawn is a plot that is well-formed XML: how many rectangles it has of each colour.
func drawn(t *testing.T, name string, all ...show.Plotted) map[string]int {
	t.Helper()
	picture := show.Plot(all...)
	if *pictures != "" {
		if err := os.WriteFile(filepath.Join(*pictures, name+".svg"), picture, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	colours := map[string]int{}
	for d := xml.NewDecoder(bytes.NewReader(picture)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return colours
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, picture)
		}
		if begin, is := token.(xml.StartElement); is && begin.Name.Local == "rect" {
			for _, a := range begin.Attr {
				if a.Name.Local == "fill" {
					colours[a.Value]++
				}
			}
		}
	}
}

func TestThePlotHasAPieceForEachOutcomeOfEachDay(t *testing.T) {
	t.Parallel()
	r := result(t, cautious, generated(300))
	got := drawn(t, "days", show.Plotted{Result: r})
	for o, colour := range map[backtest.Outcome]string{backtest.Cut: "#c62828", backtest.Asked: "#f2a33a", backtest.Joined: "#7e6bc4", backtest.Told: "#3f7fbf", backtest.Ignored: "#c3cbd4"} {
		want := 1 // the legend
		for _, day := range r.ByDay {
			if day.Of(o) > 0 {
				want++
			}
		}
		if got[colour] != want {
			t.Errorf("%s: %d pieces, want %d", o, got[colour], want)
		}
	}
}

func TestThePlotShowsTwoPoliciesAndYears(t *testing.T) {
	t.Parallel()
	in := generated(300)
	drawn(t, "two", show.Plotted{Name: "default", Result: result(t, "", in)}, show.Plotted{Name: `<cautious> & "quoted".yaml`, Result: result(t, cautious, in)})
	for i := range in.Findings {
		if i%2 == 0 {
			f := &in.Findings[i]
			f.CreatedAt, f.UpdatedAt, f.EventTime = f.CreatedAt.AddDate(-1, 0, 0), f.UpdatedAt.AddDate(-1, 0, 0), f.EventTime.AddDate(-1, 0, 0)
		}
	}
	drawn(t, "weeks", show.Plotted{Result: result(t, "", in)})
	few := generated(3)
	drawn(t, "few", show.Plotted{Result: result(t, "", few)})
}

const page = "../../../docs/backtest.md"

// The page shows the start of what is printed, and the picture beside it.
func TestTheDocumentShowsAResultAndItsPicture(t *testing.T) {
	t.Parallel()
	in := generated(300)
	shown, _, found := strings.Cut(printed(t, 80, in), "\nBy type\n")
	if !found {
		t.Fatal("there is no list of types")
	}
	golden.Section(t, page, "<!-- example: go test ./internal/backtest/show -run Document -update -->\n", "<!-- end of example -->", "\n```text\n"+shown+"```\n\n")
	golden.File(t, "../../../docs/backtest.svg", string(show.Plot(show.Plotted{Result: result(t, "", in)})))
}
