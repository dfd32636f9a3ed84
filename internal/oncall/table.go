package oncall

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// table is how wide the columns of a list are; without columns, each text stands in a line with its
// title.
type table struct {
	widths []int
	titles []string
}

// Columns that are shortened where a table is too wide, in that order, and how far.
var shortened = []struct{ column, to int }{{0, 10}, {2, 9}, {3, 12}}

// fitted finds the columns' widths; the first row is the titles.
func fitted(cells [][]string, columns int) table {
	t := table{widths: make([]int, len(cells[0])), titles: cells[0]}
	total := 0
	for column := range t.widths {
		for _, row := range cells {
			t.widths[column] = max(t.widths[column], ansi.StringWidth(row[column]))
		}
		total += t.widths[column] + 2
	}
	total -= 2
	for _, s := range shortened {
		less := max(0, min(total-columns, t.widths[s.column]-s.to))
		t.widths[s.column] -= less
		total -= less
	}
	if total > columns {
		t.widths = nil
	}
	return t
}

// heading writes the titles.
func (t table) heading(p Printer, row []string) {
	if t.widths != nil {
		fmt.Fprintln(p.W, p.Style.Dim.Render(t.line(row[:len(row)-1])+row[len(row)-1]))
	}
}

// row writes a row, of which the last text looks as said.
func (t table) row(p Printer, row []string, last lipgloss.Style) {
	end := len(row) - 1
	if t.widths != nil {
		fmt.Fprintln(p.W, t.line(row[:end])+last.Render(row[end]))
		return
	}
	fmt.Fprintf(p.W, "%s  %s\n", row[1], last.Render(row[end]))
	for column, text := range row[:end] {
		if column != 1 && text != "-" {
			p.say(2, "%s", strings.ToLower(t.titles[column])+": "+text)
		}
	}
}

// line has the texts that something follows.
func (t table) line(row []string) (out string) {
	for column, text := range row {
		out += terminal.Pad(terminal.Cut(text, t.widths[column]), t.widths[column]) + "  "
	}
	return out
}
