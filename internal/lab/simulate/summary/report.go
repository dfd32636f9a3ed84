package summary

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/history/outcome"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Report writes the results of a simulation, after its story.
func (s *Summary) Report(r *simulate.Report) {
	s.passes(r)
	s.changed(r)
	if s.Messages {
		s.messages(r)
	}
	s.heading("Outcome")
	outcome.PrintGroups(s.w, s.st, r.Executions)
	if s.Calls {
		s.allCalls(r)
	}
}

// Outcomes writes one line per execution.
func (s *Summary) Outcomes(r *simulate.Report) {
	_, names := headline.Of(s.events)
	outcome.PrintLines(s.w, s.st, r.Executions, names)
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
	s.heading(fmt.Sprintf("Messages: %d", len(order)))
	for _, n := range order {
		took := "(" + strings.Join(channels[n.Text], ", ") + ")"
		subject := terminal.Cut(n.Subject, max(s.st.Columns-3-len(took), narrowest))
		fmt.Fprintf(s.w, "\n  %s %s\n", s.st.Title.Render(subject), s.st.Dim.Render(took))
		s.st.Quote(s.w, n.Text)
	}
}

// narrowest is as much of a subject as is shown at least.
const narrowest = 15
