package main

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
)

// columns is how wide the output is.
const columns = 80

// style is how words look; on an output without colour all of them look alike.
type style struct {
	title, good, bad, warn, dim, plain lipgloss.Style
	finding                            []lipgloss.Style
}

// newStyle asks the output, and NO_COLOR, whether there is colour.
func newStyle(w io.Writer) style {
	r := lipgloss.NewRenderer(w)
	color := func(code string) lipgloss.Style { return r.NewStyle().Foreground(lipgloss.Color(code)) }
	return style{
		title: r.NewStyle().Bold(true), good: color("2"), bad: color("1").Bold(true), warn: color("3"), dim: r.NewStyle().Faint(true), plain: r.NewStyle(),
		finding: []lipgloss.Style{color("6"), color("5"), color("4"), color("3"), color("2")},
	}
}

// of is the colour of the n-th execution.
func (s style) of(n int) lipgloss.Style { return s.finding[n%len(s.finding)] }

// wrap breaks text between words into lines of at most 80 columns, where it
// can, and indents each. It does not break at hyphens: ids have them.
func wrap(text string, indent int) string {
	pad := strings.Repeat(" ", indent)
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && indent+ansi.StringWidth(line)+1+ansi.StringWidth(word) > columns {
			lines = append(lines, pad+line)
			line = ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return strings.Join(append(lines, pad+line), "\n")
}

// cut shortens text to width columns.
func cut(text string, width int) string { return ansi.Truncate(text, width, "…") }

// pad fills text up to width columns.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}
