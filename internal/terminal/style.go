// Package terminal is how text looks on a terminal: its colours, its width, and
// lines of it.
package terminal

import (
	"cmp"
	"io"

	"github.com/charmbracelet/lipgloss"
)

// Style is how words look on an output, and how wide it is; on one without colour all words look
// alike.
//
// Colours judge: green is what is as it is wanted, red what is not, yellow what a person should look
// at. What is neither has none of them, and no execution's number does.
type Style struct {
	Title, Good, Bad, Warn, Dim, Plain lipgloss.Style
	// Columns is the output's width.
	Columns int

	numbered []lipgloss.Style
}

// NewStyle asks the output, and NO_COLOR, whether there is colour.
func NewStyle(w io.Writer) Style {
	r := lipgloss.NewRenderer(bare(w))
	color := func(code string) lipgloss.Style { return r.NewStyle().Foreground(lipgloss.Color(code)) }
	return Style{
		Title: r.NewStyle().Bold(true), Good: color("2"), Bad: color("1").Bold(true), Warn: color("3"), Dim: r.NewStyle().Faint(true), Plain: r.NewStyle(),
		Columns:  Width(w),
		numbered: []lipgloss.Style{color("6"), color("5"), color("4")},
	}
}

// Of is the colour of the n-th execution.
func (s Style) Of(n int) lipgloss.Style { return s.numbered[n%len(s.numbered)] }

// Wrap is [Wrap] at the output's width.
func (s Style) Wrap(text string, indent int) string {
	return wrap(text, indent, cmp.Or(s.Columns, Columns))
}
