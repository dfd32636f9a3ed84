package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/message"
)

// MaxText is the most that is shown of one text on record, in characters.
const MaxText = 2000

// Heading writes a title after an empty line.
func (s Style) Heading(w io.Writer, title string) {
	fmt.Fprintf(w, "\n%s\n", s.Title.Render(title))
}

// Dimmed writes lines that matter less.
func (s Style) Dimmed(w io.Writer, lines string) {
	for line := range strings.SplitSeq(lines, "\n") {
		fmt.Fprintln(w, s.Dim.Render(strings.TrimRight(line, " ")))
	}
}

// Record writes what is on record, which can hold anything, in lines. It colours
// line by line: a style makes lines that it colours together equally long.
func Record(w io.Writer, look lipgloss.Style, indent int, text string) {
	for line := range strings.SplitSeq(Wrap(message.Clean(text, MaxText), indent), "\n") {
		fmt.Fprintln(w, look.Render(line))
	}
}

// Command writes a command line in rows that can be pasted as they stand.
func Command(w io.Writer, look lipgloss.Style, indent int, words []string) {
	for _, row := range command.Rows(words, Columns-indent) {
		fmt.Fprintln(w, look.Render(strings.Repeat(" ", indent)+row))
	}
}

// Quote writes a message's text behind a bar. Its lines are up to 79 columns
// wide as they are.
func Quote(w io.Writer, text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		fmt.Fprintln(w, "|"+line)
	}
}
