package oncall

import (
	"fmt"
	"io"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Printer writes to a terminal.
type Printer struct {
	W     io.Writer
	Style terminal.Style
	Now   func() time.Time
	// At says where the commands are to be typed that it writes.
	At command.Place
}

// command writes a quarantine command for somebody to type.
func (p Printer) command(look lipgloss.Style, indent int, words ...string) {
	p.Style.Command(p.W, look, indent, p.At.Quarantine(words...))
}

// say writes what is on record, which can hold anything, in lines.
func (p Printer) say(indent int, format string, args ...any) {
	p.colored(p.Style.Plain, indent, fmt.Sprintf(format, args...))
}

// colored is say with a colour.
func (p Printer) colored(look lipgloss.Style, indent int, text string) {
	p.Style.Record(p.W, look, indent, text)
}

// minute is a time as people read it, in UTC to the minute; "-" if it is not known.
func minute(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04")
}

// left is how long there is still, rounded down to minutes, so that nobody
// counts on more.
func left(d time.Duration) string {
	switch {
	case d >= 24*time.Hour:
		return fmt.Sprintf("%dd %dh", int(d.Hours())/24, int(d.Hours())%24)
	case d >= time.Hour:
		return fmt.Sprintf("%dh %dm", int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf("%dm", int(d.Minutes()))
}
