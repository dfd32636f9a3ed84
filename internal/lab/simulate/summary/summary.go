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
	if ways := waysOf(probes); len(ways) > 0 { // a key is on no network
		s.st.Heading(s.w, "Before")
		for _, w := range ways {
			s.way(w, atFirst, true)
		}
	}
	about, lines := headline.Of(s.events)
	s.st.Heading(s.w, findings(about, len(lines)))
	for i, line := range lines {
		fmt.Fprintf(s.w, "  %s  %s\n", s.st.Of(i).Render(fmt.Sprintf("#%d", i+1)), terminal.Cut(line, terminal.Columns-7))
	}
	s.st.Heading(s.w, "What happens (minutes:seconds on the simulation's clock)")
}

// findings is the heading of as many findings, about one resource or, where that is "", about several.
func findings(about string, n int) string {
	title := "Findings"
	if n == 1 {
		title = "Finding"
	}
	if about != "" {
		title += " about " + about
	}
	if n > 1 {
		title += ", all delivered at once"
	}
	return title
}

// afterCut writes what can be reached right after the cut.
func (s *Summary) afterCut(probes []simulate.Probe) {
	s.story.Flush()
	ways := waysOf(probes)
	if len(ways) == 0 {
		return
	}
	fmt.Fprintln(s.w, s.st.Title.Render("  Right after the cut"))
	for _, w := range ways {
		s.way(w, afterCut, false)
	}
}

// Outcomes writes one line per execution.
func (s *Summary) Outcomes(r *simulate.Report) {
	_, names := headline.Of(s.events)
	outcome.PrintLines(s.w, s.st, r.Executions, names)
}
