// Package story tells what several executions do, line by line, while they do it.
package story

import (
	"io"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/number"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// Story writes a line for every state that does something. What several
// executions do at the same moment is one line. It is not for use by several
// goroutines.
type Story struct {
	w       io.Writer
	st      terminal.Style
	brief   bool
	start   time.Time
	numbers number.Numbers
	caught  map[string]bool   // executions whose state ends by a Catch
	within  map[string]within // in which state each event of an execution is
	told    map[string]bool   // what is told once in brief
	now     time.Time         // of the lines that are held back
	lines   []line
}

// New starts a story.
func New(w io.Writer, st terminal.Style) *Story {
	return &Story{w: w, st: st, caught: map[string]bool{}, within: map[string]within{}, told: map[string]bool{}}
}

// NewBrief starts a story that tells no waiting, no progress, and nothing twice.
func NewBrief(w io.Writer, st terminal.Style) *Story {
	s := New(w, st)
	s.brief = true
	return s
}

// Event tells of an execution's next event, if it shows what came of a state.
func (s *Story) Event(execution string, e history.Event) {
	if s.start.IsZero() {
		s.start = e.Timestamp
	}
	s.numbers.Event(execution, e)
	of := s.stateOf(execution, e)
	switch {
	case e.TaskFailed != nil:
		s.caught[execution] = true
		s.add(execution, e.Timestamp, line{note: failure(of, e.TaskFailed.Error), look: s.st.Dim})
	case e.TaskSucceeded != nil:
		s.caught[execution] = false
	case e.StateExited != nil && e.Type == "TaskStateExited" && !s.caught[execution]:
		s.left(execution, e)
	case e.StateEntered != nil:
		s.entered(execution, e)
	}
}

// within is the state of each event, by its id.
type within map[int64]string

// stateOf is the state in which an event is: branches go on side by side, so it is not the one that was
// entered last.
func (s *Story) stateOf(execution string, e history.Event) string {
	if s.within[execution] == nil {
		s.within[execution] = within{}
	}
	of := s.within[execution][e.PreviousEventID]
	if e.StateEntered != nil {
		of = e.StateEntered.Name
	}
	s.within[execution][e.ID] = of
	return of
}

// left tells of a state that has done something.
func (s *Story) left(execution string, e history.Event) {
	of := e.StateExited.Name
	if s.brief && of == state.CheckEvidence && underWay(e.StateExited.Output) {
		return
	}
	s.add(execution, e.Timestamp, line{state: of, note: note(of, e.StateExited.Output), look: s.st.Plain})
}

// entered tells of a state that begins to wait, or that ends the execution.
func (s *Story) entered(execution string, e history.Event) {
	looks := map[string]lipgloss.Style{"SucceedStateEntered": s.st.Good, "FailStateEntered": s.st.Bad}
	if !s.brief {
		looks["WaitStateEntered"] = s.st.Plain
	}
	if look, shown := looks[e.Type]; shown {
		s.add(execution, e.Timestamp, line{state: e.StateEntered.Name, look: look})
	}
}

// Message tells that a channel took a message of an execution; in brief, not of the others that took
// it too.
func (s *Story) Message(at time.Time, execution, channel, subject string) {
	s.Flush()
	text := "✉  " + channel + ": " + subject
	if s.brief {
		if text = "✉  " + subject; !s.first(execution, text) {
			return
		}
	}
	who := ""
	if execution != "" {
		who = s.who([]string{execution})
	}
	s.print(at, who, text, s.st.Plain)
}

// first tells whether something of an execution has not been told yet.
func (s *Story) first(execution, text string) bool {
	key := execution + "\n" + text
	was := s.told[key]
	s.told[key] = true
	return !was
}
