// Package summary writes for people what a simulation does, while it runs, and
// what came of it.
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
}

// New makes a Summary of a simulation that delivers the events.
func New(w io.Writer, st terminal.Style, events []headline.Event) *Summary {
	return &Summary{w: w, st: st, events: events, story: story.New(w, st)}
}

// Watch has the simulation told while it runs. Call Flush when it is over.
func (s *Summary) Watch() simulate.Watch {
	return simulate.Watch{
		Ready: s.ready, Cut: s.afterCut, Event: s.story.Event,
		Message: func(at time.Time, n simulate.Notification) { s.story.Message(at, n.Channel, n.Subject) },
	}
}

// Flush writes what is told last.
func (s *Summary) Flush() { s.story.Flush() }

// ready tells what is there before anything happens.
func (s *Summary) ready(a *account.Account, probes []simulate.Probe) {
	fmt.Fprintln(s.w, s.st.Title.Render(fmt.Sprintf("Account %s, %s (in memory; nothing leaves this computer)", a.ID(), a.Region())))
	s.st.Heading(s.w, "Before")
	for _, p := range probes {
		s.reach(p, p.Before, p.ReasonBefore)
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

// afterCut tells what can still be reached right after the cut.
func (s *Summary) afterCut(probes []simulate.Probe) {
	s.story.Flush()
	fmt.Fprintln(s.w, s.st.Title.Render("  Right after the cut"))
	for _, p := range probes {
		s.reach(p, p.AfterCut, "")
	}
}

// reach writes one probe's answer.
func (s *Summary) reach(p simulate.Probe, answer, reason string) {
	mark, look := "?", s.st.Warn
	switch answer {
	case simulate.Allowed:
		mark, look = "open  ", s.st.Good
	case simulate.Denied:
		mark, look = "closed", s.st.Bad
	}
	fmt.Fprintf(s.w, "  %s  %s\n", look.Render(terminal.Pad(mark, 7)), terminal.Cut(p.From+" → "+p.To, terminal.Columns-11))
	if answer != simulate.Allowed && reason != "" {
		s.st.Dimmed(s.w, terminal.Wrap(reason, 11))
	}
}

// Outcomes writes one line an execution.
func (s *Summary) Outcomes(r *simulate.Report) {
	_, names := headline.Of(s.events)
	outcome.PrintLines(s.w, s.st, r.Executions, names)
}
