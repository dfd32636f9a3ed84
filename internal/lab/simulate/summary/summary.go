// Package summary describes a simulation for people, while it runs, and then its results.
package summary

import (
	"fmt"
	"io"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/history/outcome"
	"github.com/ec2-quarantine/quarantine/internal/history/story"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Summary writes about one simulation.
type Summary struct {
	w      io.Writer
	st     terminal.Style
	events []headline.Event
	story  *story.Story
	width  int // of the output
}

// New makes a Summary of a simulation that delivers the events.
func New(w io.Writer, st terminal.Style, events []headline.Event) *Summary {
	return &Summary{w: w, st: st, events: events, story: story.New(w, st), width: terminal.Width(w)}
}

// Watch returns the functions that describe the simulation while it runs. Call Flush
// afterwards.
func (s *Summary) Watch() simulate.Watch {
	return simulate.Watch{
		Ready: s.ready, Cut: s.afterCut, Event: s.story.Event,
		Message: func(at time.Time, n simulate.Notification) { s.story.Message(at, n.Channel, n.Subject) },
	}
}

// Flush writes what is still buffered.
func (s *Summary) Flush() { s.story.Flush() }

// ready writes the state before the events, and the findings.
func (s *Summary) ready(a *account.Account, probes []simulate.Probe) {
	fmt.Fprintln(s.w, s.st.Title.Render(fmt.Sprintf("Account %s, %s (in memory; nothing leaves this computer)", a.ID(), a.Region())))
	s.st.Heading(s.w, "Before")
	for _, w := range waysOf(probes) {
		s.way(w, atFirst, true)
	}
	about, lines := headline.Of(s.events)
	if about != "" {
		about = " about " + about
	}
	s.st.Heading(s.w, "Findings"+about+", all delivered at once")
	for i, line := range lines {
		fmt.Fprintf(s.w, "  %s  %s\n", s.st.Of(i).Render(fmt.Sprintf("#%d", i+1)), terminal.Cut(line, terminal.Columns-7))
	}
	s.st.Heading(s.w, "What happens (minutes:seconds on the simulation's clock)")
}

// afterCut writes what can be reached right after the cut.
func (s *Summary) afterCut(probes []simulate.Probe) {
	s.story.Flush()
	fmt.Fprintln(s.w, s.st.Title.Render("  Right after the cut"))
	for _, w := range waysOf(probes) {
		s.way(w, afterCut, false)
	}
}

// Outcomes writes one line per execution.
func (s *Summary) Outcomes(r *simulate.Report) {
	_, names := headline.Of(s.events)
	outcome.PrintLines(s.w, s.st, r.Executions, names)
}
