package terminal

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Columns is how wide the output is.
const Columns = 80

// Width is how wide an output is: that of the terminal, but no less than Columns.
func Width(w io.Writer) int {
	f, is := w.(term.File)
	if !is {
		return Columns
	}
	width, _, err := term.GetSize(f.Fd())
	if err != nil {
		return Columns
	}
	return max(width, Columns)
}

// Wrap breaks text between words into lines of at most 80 columns, where it
// can, and indents each. It does not break at hyphens: ids have them.
func Wrap(text string, indent int) string {
	pad := strings.Repeat(" ", indent)
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && indent+ansi.StringWidth(line)+1+ansi.StringWidth(word) > Columns {
			lines = append(lines, pad+line)
			line = ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return strings.Join(append(lines, pad+line), "\n")
}

// Cut shortens text to width columns.
func Cut(text string, width int) string { return ansi.Truncate(text, width, "…") }

// Pad fills text up to width columns.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}

// Elapsed is a time since the start, as 04:05.000 or 1:04:05.
func Elapsed(d time.Duration) string {
	if d >= time.Hour {
		return fmt.Sprintf("%d:%02d:%02d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60)
	}
	return fmt.Sprintf("%02d:%06.3f", int(d.Minutes()), (d % time.Minute).Seconds())
}
