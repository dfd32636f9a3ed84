package terminal

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Columns is how wide an output is that is no terminal.
const Columns = 80

// Lines longer than widest are hard to read, and nothing fits in fewer columns than narrowest.
const (
	narrowest = 20
	widest    = 120
)

// sized is an output that somebody has said the width of.
type sized struct {
	io.Writer
	columns int
}

// Sized is an output that is as wide as said, whatever it is; with 0 it is as wide as it is.
func Sized(w io.Writer, columns int) io.Writer {
	if columns <= 0 {
		return w
	}
	return sized{w, columns}
}

// bare is the output itself.
func bare(w io.Writer) io.Writer {
	if s, is := w.(sized); is {
		return s.Writer
	}
	return w
}

// Is tells whether an output is a terminal.
func Is(w io.Writer) bool {
	f, is := bare(w).(term.File)
	return is && term.IsTerminal(f.Fd())
}

// Clear empties a terminal's screen.
func Clear(w io.Writer) { fmt.Fprint(w, ansi.CursorHomePosition+ansi.EraseEntireScreen) }

// Width is how wide lines on an output are.
func Width(w io.Writer) int {
	columns := Columns
	switch out := w.(type) {
	case sized:
		columns = out.columns
	case term.File:
		if got, _, err := term.GetSize(out.Fd()); err == nil && got > 0 {
			columns = got
		}
	}
	return min(max(columns, narrowest), widest)
}

// Wrap breaks text between words into lines of at most 80 columns, where it
// can, and indents each. It does not break at hyphens: ids have them.
func Wrap(text string, indent int) string { return wrap(text, indent, Columns) }

func wrap(text string, indent, columns int) string {
	pad := strings.Repeat(" ", indent)
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		word = strings.ReplaceAll(word, together, " ")
		if line != "" && indent+ansi.StringWidth(line)+1+ansi.StringWidth(word) > columns {
			lines = append(lines, pad+line)
			line = ""
		}
		line = strings.TrimLeft(line+" "+word, " ")
	}
	return strings.Join(append(lines, pad+line), "\n")
}

// together stands for a space at which no line is broken. No text on record has it: [message.Clean].
const together = "\x00"

// Whole is text in which no line is broken, such as a command to be copied.
func Whole(text string) string { return strings.ReplaceAll(text, " ", together) }

// Cut shortens text to width columns.
func Cut(text string, width int) string { return ansi.Truncate(text, max(width, 0), "…") }

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
