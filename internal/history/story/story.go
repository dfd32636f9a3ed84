// Package story tells what several executions do, line by line, while they do it.
package story

import (
	"fmt"
	"io"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Story writes a line for every state that does something. What several
// executions do at the same moment is one line. It is not for use by several
// goroutines.
type Story struct {
	w       io.Writer
	st      terminal.Style
	start   time.Time
	numbers map[string]int    // of executions, in the order in which they started
	caught  map[string]bool   // executions whose state ends by a Catch
	within  map[string]string // the state that an execution entered last
	now     time.Time         // of the lines that are held back
	lines   []line
}

// New starts a story.
func New(w io.Writer, st terminal.Style) *Story {
	return &Story{w: w, st: st, numbers: map[string]int{}, caught: map[string]bool{}, within: map[string]string{}}
}

// Event tells of an execution's next event, if it shows what came of a state.
func (s *Story) Event(execution string, e history.Event) {
	if s.start.IsZero() {
		s.start = e.Timestamp
	}
	switch {
	case e.Type == "ExecutionStarted":
		s.numbers[execution] = len(s.numbers)
	case e.TaskFailed != nil:
		s.caught[execution] = true
		s.add(execution, e.Timestamp, line{note: failure(s.within[execution], e.TaskFailed.Error), look: s.st.Dim})
	case e.TaskSucceeded != nil:
		s.caught[execution] = false
	case e.StateExited != nil && e.Type == "TaskStateExited" && !s.caught[execution]:
		s.add(execution, e.Timestamp, line{state: e.StateExited.Name, note: note(e.StateExited.Name, e.StateExited.Output), look: s.st.Plain})
	case e.StateEntered != nil:
		s.entered(execution, e)
	}
}

// entered tells of a state that begins to wait, or that ends the execution.
func (s *Story) entered(execution string, e history.Event) {
	s.within[execution] = e.StateEntered.Name
	looks := map[string]lipgloss.Style{"WaitStateEntered": s.st.Plain, "SucceedStateEntered": s.st.Good, "FailStateEntered": s.st.Bad}
	if look, shown := looks[e.Type]; shown {
		s.add(execution, e.Timestamp, line{state: e.StateEntered.Name, look: look})
	}
}

// Message tells that a channel took a message.
func (s *Story) Message(at time.Time, channel, subject string) {
	s.Flush()
	fmt.Fprintf(s.w, "  %s  %s\n", s.at(at), terminal.Cut("✉  "+channel+": "+subject, terminal.Columns-13))
}

// at is a moment since the start, as wide as any: from an hour on it has no fractions.
func (s *Story) at(t time.Time) string {
	return terminal.Pad(s.st.Dim.Render(terminal.Elapsed(t.Sub(s.start))), len("00:00.000"))
}
