// Package summary describes a simulation for people, while it runs, and then its results.
package summary

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/number"
	"github.com/ec2-quarantine/quarantine/internal/history/story"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Summary writes about one simulation. Its fields may be set before it begins.
type Summary struct {
	// Sent is when the first event was sent; Command is what runs this again, and Approving the same
	// where the person who is asked says yes.
	Sent               time.Time
	Command, Approving string
	// Calls has every call printed, and Messages every message whole.
	Calls, Messages bool

	w      io.Writer
	st     terminal.Style
	events []headline.Event
	story  *story.Story
	past   map[string][]history.Event // by execution
	shown  int                        // ways to a cut
}

// New makes a Summary of a simulation that delivers the events.
func New(w io.Writer, st terminal.Style, events []headline.Event) *Summary {
	return &Summary{w: w, st: st, events: events, story: story.NewBrief(w, st), past: map[string][]history.Event{}}
}

// Watch returns the functions that describe the simulation while it runs. Call Flush
// afterwards.
func (s *Summary) Watch() simulate.Watch {
	return simulate.Watch{
		Ready: s.ready, Cut: s.cut,
		Event: func(execution string, e history.Event) {
			s.past[execution] = append(s.past[execution], e)
			s.story.Event(execution, e)
		},
		Message: func(at time.Time, n simulate.Notification) { s.story.Message(at, n.Execution, n.Channel, n.Subject) },
	}
}

// Flush writes what is still buffered.
func (s *Summary) Flush() { s.story.Flush() }

// ready writes where it happens, and the findings.
func (s *Summary) ready(a *account.Account, _ []simulate.Probe) {
	s.st.Colored(s.w, s.st.Title, 0, fmt.Sprintf("Account %s, %s (in memory; nothing leaves this computer)", a.ID(), a.Region()))
	about, lines := headline.Of(s.events)
	s.heading(findings(about, len(lines)))
	for i, line := range lines {
		s.finding(number.Number{Of: i + 1}, line)
	}
	s.heading("What happens (minutes:seconds on the simulation's clock)")
}

// finding writes a finding's line; on a narrow output, what it says below its number.
func (s *Summary) finding(n number.Number, line string) {
	who := number.Who(s.st, []number.Number{n})
	if s.st.Columns < terminal.Columns {
		fmt.Fprintf(s.w, "  %s\n%s\n", who, s.st.Wrap(line, 4))
		return
	}
	fmt.Fprintf(s.w, "  %s  %s\n", who, terminal.Cut(line, s.st.Columns-4-len(n.String())))
}

// heading writes a title after an empty line.
func (s *Summary) heading(title string) {
	fmt.Fprintln(s.w)
	s.st.Colored(s.w, s.st.Title, 0, title)
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

// accused tells whether a finding is about a host.
func (s *Summary) accused(id string) bool {
	return slices.ContainsFunc(s.events, func(e headline.Event) bool {
		if e.Finding == nil {
			return false
		}
		for _, i := range e.Finding.Instances {
			if i.ID == id {
				return true
			}
		}
		return false
	})
}
