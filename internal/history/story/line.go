package story

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// line is what some executions do at one moment.
type line struct {
	state string // "" for a line that continues the one above
	note  string
	look  lipgloss.Style
	by    []int // the executions' numbers
}

// add holds a line back until the moment is over, with those like it.
func (s *Story) add(execution string, at time.Time, l line) {
	if !at.Equal(s.now) {
		s.Flush()
		s.now = at
	}
	for i := range s.lines {
		if s.lines[i].state == l.state && s.lines[i].note == l.note {
			if number := s.numbers[execution]; !slices.Contains(s.lines[i].by, number) {
				s.lines[i].by = append(s.lines[i].by, number)
			}
			return
		}
	}
	l.by = []int{s.numbers[execution]}
	s.lines = append(s.lines, l)
}

// Flush writes the lines that are held back.
func (s *Story) Flush() {
	for _, l := range s.lines {
		s.write(l)
	}
	s.lines = nil
}

func (s *Story) write(l line) {
	var who []string
	for _, n := range l.by {
		who = append(who, s.st.Of(n).Render(fmt.Sprintf("#%d", n+1)))
	}
	by := terminal.Pad(strings.Join(who, " "), 14)
	state, room := "", terminal.Columns-29
	if l.state != "" {
		state, room = l.look.Render(terminal.Pad(l.state, 21)), terminal.Columns-50
	}
	text := fmt.Sprintf("  %s  %s  %s%s", s.at(s.now), by, state, s.st.Dim.Render(terminal.Cut(l.note, room)))
	fmt.Fprintln(s.w, strings.TrimRight(text, " "))
}
