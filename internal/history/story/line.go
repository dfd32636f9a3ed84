package story

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/history/number"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// line is what some executions do at one moment.
type line struct {
	state string // "" for one that has no state's name
	note  string
	look  lipgloss.Style
	by    []string // the executions
}

// add holds a line back until the moment is over, with those like it.
func (s *Story) add(execution string, at time.Time, l line) {
	if !at.Equal(s.now) {
		s.Flush()
		s.now = at
	}
	if s.brief && !s.first(execution, l.state+"\n"+l.note) {
		return
	}
	for i := range s.lines {
		if s.lines[i].state == l.state && s.lines[i].note == l.note {
			if !slices.Contains(s.lines[i].by, execution) {
				s.lines[i].by = append(s.lines[i].by, execution)
			}
			return
		}
	}
	l.by = []string{execution}
	s.lines = append(s.lines, l)
}

// Flush writes the lines that are held back.
func (s *Story) Flush() {
	lines := s.lines
	if s.brief {
		lines = joined(lines)
	}
	for _, l := range lines {
		text := l.note
		if l.state != "" {
			text = strings.TrimRight(terminal.Pad(l.state, stateColumns)+" "+l.note, " ")
		}
		s.print(s.now, s.who(l.by), text, l.look)
	}
	s.lines = nil
}

// joined writes states that the same executions pass at one moment, and that have nothing to say, as
// one line.
func joined(lines []line) (out []line) {
	for _, l := range lines {
		if n := len(out) - 1; n >= 0 && out[n].state != "" && l.state != "" && out[n].note == "" && l.note == "" && slices.Equal(out[n].by, l.by) {
			out[n].state, out[n].look = out[n].state+" > "+l.state, l.look
			continue
		}
		out = append(out, l)
	}
	return out
}

// Widths of the columns, and of an output below which a line has no room for them.
const (
	timeColumns  = len("00:00.000")
	whoColumns   = 12
	stateColumns = 20
	beside       = 60
)

// print writes a moment, who, and what; on a narrow output what stands below.
func (s *Story) print(at time.Time, who, text string, look lipgloss.Style) {
	// From an hour on a time has no fractions, and is as wide.
	head := "  " + terminal.Pad(s.st.Dim.Render(terminal.Elapsed(at.Sub(s.start))), timeColumns) + "  " + terminal.Pad(who, whoColumns)
	if s.st.Columns < beside {
		fmt.Fprintln(s.w, strings.TrimRight(head, " "))
		s.st.Colored(s.w, look, 4, text)
		return
	}
	room := s.st.Columns - 2 - timeColumns - 2 - whoColumns - 2
	fmt.Fprintln(s.w, head+"  "+look.Render(terminal.Cut(text, room)))
}

// who are executions in short.
func (s *Story) who(executions []string) string {
	var all []number.Number
	for _, name := range executions {
		all = append(all, s.numbers.Of(name))
	}
	return number.Who(s.st, all)
}
