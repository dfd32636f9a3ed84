package oncall

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// table is how wide the columns of a list are; without widths, each text stands in a line with its
// title, below the last one and that of the key.
type table struct {
	widths []int
	titles []string
	key    int // the column of the id of what a row is about
}

// shrink says how narrow a column may be where a table is too wide.
type shrink struct{ column, to int }

// fitted finds the columns' widths; the first row is the titles, and key one of them. Where the table is too wide, columns
// are shortened in the order that is given.
func fitted(cells [][]string, key string, columns int, shortened ...shrink) table {
	t := table{widths: make([]int, len(cells[0])), titles: cells[0], key: slices.Index(cells[0], key)}
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
	fmt.Fprintf(p.W, "%s  %s\n", row[t.key], last.Render(row[end]))
	for column, text := range row[:end] {
		if column != t.key && text != "-" {
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
