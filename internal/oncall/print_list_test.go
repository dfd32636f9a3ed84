package oncall_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/oncall"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// list is what a list of incidents looks like on an output of a width.
func list(columns int, all ...quarantine.Incident) string {
	var out bytes.Buffer
	var listed []oncall.Listed
	for _, in := range all {
		listed = append(listed, oncall.NewListed(in))
	}
	p := oncall.Printer{W: &out, Style: terminal.NewStyle(terminal.Sized(&out, columns)), Now: func() time.Time { return noon }}
	p.List(listed, false)
	return out.String()
}

func mining(id, name string) quarantine.Incident {
	return quarantine.Incident{
		ID: incident, Resource: quarantine.Resource{Kind: quarantine.KindInstance, ID: id}, Status: quarantine.StatusContained,
		ContainedAt: noon.Add(-3*time.Hour - 12*time.Minute), Described: &quarantine.Described{Name: name, Type: "m7g.metal-48xl"},
		Findings: []quarantine.IncidentFinding{{FindingSummary: quarantine.FindingSummary{Type: "CryptoCurrency:EC2/BitcoinTool.B!DNS"}}},
	}
}

func TestAListSaysWhatTheInstanceIsAndHowItStands(t *testing.T) {
	t.Parallel()
	asked := quarantine.Incident{ID: "inc-20260304-aaaaaaaaaa", Resource: quarantine.Resource{Kind: quarantine.KindInstance, ID: "i-0bbbbbbbbbbbbbbbb"}}
	text := list(120, mining("i-0aaaaaaaaaaaaaaaa", "web"), asked)
	want := `
NAME   RESOURCE             TYPE            FINDING         CUT AGO  STATE
"web"  i-0aaaaaaaaaaaaaaaa  m7g.metal-48xl  CryptoCurrency  3h 12m   contained
  inc-20260304-0123456789
`
	if !strings.HasPrefix(text, want) || !strings.Contains(text, "\n-      i-0bbbbbbbbbbbbbbbb  -               -               -        asked\n") {
		t.Errorf("got\n%s", text)
	}
}

// A name is a hint that whoever has the instance may have written.
func TestANameIsCleanedAndQuoted(t *testing.T) {
	t.Parallel()
	text := list(120, mining("i-0aaaaaaaaaaaaaaaa", "web\x1b[2J\nSTATE contained "+strings.Repeat("x", 300)))
	if strings.ContainsAny(text, "\x1b") || strings.Contains(text, "\nSTATE") || !strings.Contains(text, "\n\"web") {
		t.Errorf("got\n%q", text)
	}
}

func TestAListFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{40, 80, 140} {
		text := list(columns, mining("i-0aaaaaaaaaaaaaaaa", "the web server of the shop"), mining("AKIAIOSFODNN7EXAMPLE", ""))
		for line := range strings.Lines(text) {
			line = strings.TrimSuffix(line, "\n")
			if ansi.StringWidth(line) > min(columns, 120) {
				t.Errorf("at %d: a line of %d: %s", columns, ansi.StringWidth(line), line)
			}
		}
		if columns == 40 && !strings.Contains(text, "\ni-0aaaaaaaaaaaaaaaa  contained\n  name: \"the web server of the shop\"\n  type: m7g.metal-48xl\n") {
			t.Errorf("at %d:\n%s", columns, text)
		}
		if columns == 80 && !strings.Contains(text, "\"the web …  i-0aaaaaaaaaaaaaaaa   m7g.metal…  CryptoCurrency  3h 12m   contained\n") {
			t.Errorf("at %d:\n%s", columns, text)
		}
	}
}

func TestQuestionsFitTheTerminal(t *testing.T) {
	t.Parallel()
	r := quarantine.ApprovalRequest{ID: "req-0123456789abcdef0123", Purpose: quarantine.PurposeIsolate, Resource: quarantine.Resource{ID: "i-0aaaaaaaaaaaaaaaa"},
		AskedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	for columns, want := range map[int]string{
		80: "REQUEST                   WHETHER  RESOURCE             ASKED (UTC)       LEFT\nreq-0123456789abcdef0123  isolate  i-0aaaaaaaaaaaaaaaa  2026-03-04 12:00  1h 0m\n",
		40: "\nreq-0123456789abcdef0123  1h 0m\n  whether: isolate\n  resource: i-0aaaaaaaaaaaaaaaa\n  asked (utc): 2026-03-04 12:00\n",
	} {
		var out bytes.Buffer
		p := oncall.Printer{W: &out, Style: terminal.NewStyle(terminal.Sized(&out, columns)), Now: func() time.Time { return noon }}
		if p.Questions([]quarantine.ApprovalRequest{r}); !strings.Contains(out.String(), want) {
			t.Errorf("at %d:\n%s", columns, out.String())
		}
	}
}
