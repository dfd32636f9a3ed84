// Package terminal is how text looks on a terminal: its colours, its width, and
// lines of it.
package terminal

import (
	"io"

	"github.com/charmbracelet/lipgloss"
)

// Style is how words look; on an output without colour all of them look alike.
type Style struct {
	Title, Good, Bad, Warn, Dim, Plain lipgloss.Style

	numbered []lipgloss.Style
}

// NewStyle asks the output, and NO_COLOR, whether there is colour.
func NewStyle(w io.Writer) Style {
	r := lipgloss.NewRenderer(w)
	color := func(code string) lipgloss.Style { return r.NewStyle().Foreground(lipgloss.Color(code)) }
	return Style{
		Title: r.NewStyle().Bold(true), Good: color("2"), Bad: color("1").Bold(true), Warn: color("3"), Dim: r.NewStyle().Faint(true), Plain: r.NewStyle(),
		numbered: []lipgloss.Style{color("6"), color("5"), color("4"), color("3"), color("2")},
	}
}

// Of is the colour of the n-th execution.
func (s Style) Of(n int) lipgloss.Style { return s.numbered[n%len(s.numbered)] }
