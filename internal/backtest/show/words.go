package show

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/message"
)

// wrap breaks text between words into lines of at most width columns, where it can.
func wrap(text string, indent, width int) string {
	pad := strings.Repeat(" ", indent)
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && indent+ansi.StringWidth(line)+1+ansi.StringWidth(word) > width {
			lines, line = append(lines, pad+line), ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return strings.Join(append(lines, pad+line), "\n")
}

// maxText is the most that is shown of what came from outside.
const maxText = 400

func clean(text string) string { return message.Clean(text, maxText) }

// tallied is a tally in words, without what there is none of.
func tallied(t backtest.Tally) string {
	var parts []string
	for _, o := range backtest.Outcomes() {
		if n := t.Of(o); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// several counts things: "1 finding", "3 findings".
func several(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// glyphs tell outcomes apart without colour.
var glyphs = map[backtest.Outcome]string{
	backtest.Cut: "█", backtest.Asked: "▓", backtest.Joined: "▒", backtest.Told: "░", backtest.Ignored: "·",
}

func (p *printer) look(o backtest.Outcome) lipgloss.Style {
	switch o {
	case backtest.Cut:
		return p.st.Bad
	case backtest.Asked:
		return p.st.Warn
	case backtest.Ignored:
		return p.st.Dim
	default:
		return p.st.Plain
	}
}
