package summary

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/history/outcome"
	"github.com/ec2-quarantine/quarantine/internal/history/timeline"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Report writes the results of a simulation, after its story.
func (s *Summary) Report(r *simulate.Report) {
	s.reached(r)
	s.credentials(r)
	s.changed(r)
	s.st.Heading(s.w, "Outcome")
	_, names := headline.Of(s.events)
	outcome.Print(s.w, s.st, r.Executions, names)
	s.callsToTheCut(r)
	s.allCalls(r)
	s.messages(r)
}

// callsToTheCut writes the calls up to each cut.
func (s *Summary) callsToTheCut(r *simulate.Report) {
	for _, name := range r.CutBy() {
		n, rounds := r.BeforeCut(name)
		s.st.Heading(s.w, fmt.Sprintf("To the cut: %d AWS calls in %d round trips", n, rounds))
		for _, c := range r.Calls {
			if c.Execution == name && c.BeforeCut {
				fmt.Fprintf(s.w, "  %d  %s\n", c.Round, nameOf(c))
			}
		}
	}
}

func nameOf(c simulate.Call) string { return c.Service + ":" + c.Operation }

// allCalls writes the number of calls by operation.
func (s *Summary) allCalls(r *simulate.Report) {
	total := map[string]int{}
	var order []string
	for _, c := range r.Calls {
		if total[nameOf(c)]++; total[nameOf(c)] == 1 {
			order = append(order, nameOf(c))
		}
	}
	for i, name := range order {
		order[i] = fmt.Sprintf("%s %d", name, total[name])
	}
	title := fmt.Sprintf("All %d calls", len(r.Calls))
	if len(r.Calls) == 1 {
		title = "The only call"
	}
	s.st.Heading(s.w, title)
	fmt.Fprintln(s.w, terminal.Wrap(strings.Join(order, ", "), 2))
}

// messages writes every message once, with the channels that accepted it.
func (s *Summary) messages(r *simulate.Report) {
	channels := map[string][]string{}
	var order []simulate.Notification
	for _, n := range r.Notifications {
		if channels[n.Text] == nil {
			order = append(order, n)
		}
		channels[n.Text] = append(channels[n.Text], n.Channel)
	}
	s.st.Heading(s.w, fmt.Sprintf("Messages: %d", len(order)))
	for _, n := range order {
		took := s.st.Dim.Render("(" + strings.Join(channels[n.Text], ", ") + ")")
		fmt.Fprintf(s.w, "\n  %s %s\n", s.st.Title.Render(terminal.Cut(n.Subject, terminal.Columns-20)), took)
		terminal.Quote(s.w, n.Text)
	}
}

// Timelines shows how the time from the event to each cut was spent; sent is when the event
// was sent.
func (s *Summary) Timelines(r *simulate.Report, sent time.Time) {
	cutBy := r.CutBy()
	for i, x := range r.Executions {
		if !slices.Contains(cutBy, x.Name) {
			continue
		}
		t := timeline.Of(x, toTheCut(r, x.Name), sent)
		calls, rounds := r.BeforeCut(x.Name)
		s.st.Heading(s.w, fmt.Sprintf("Critical path of #%d: %s from event to cut, %d AWS calls in %d round trips",
			i+1, timeline.Milliseconds(t.Cut.Sub(sent)), calls, rounds))
		t.Print(s.w, s.st)
	}
}

// toTheCut returns an execution's calls up to its cut.
func toTheCut(r *simulate.Report, execution string) (calls []timeline.Call) {
	for _, c := range r.Calls {
		if c.Execution == execution && c.BeforeCut {
			calls = append(calls, timeline.Call{Name: nameOf(c), Started: c.Started, Ended: c.Ended})
		}
	}
	return calls
}
