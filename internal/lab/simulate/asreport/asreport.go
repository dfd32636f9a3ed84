package asreport

import (
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/headline"
	"github.com/ec2-quarantine/quarantine/internal/history/timeline"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

// Recorder notes what only the account knows, while a simulation runs.
type Recorder struct {
	hosts map[string]report.Host
	where string
	at    command.Place
}

// Ready notes the account, before the events.
func (r *Recorder) Ready(a *account.Account) {
	r.hosts = hostsOf(a)
	r.at = simulate.Commands(a.Region())
	r.where = fmt.Sprintf("Account %s, %s, in memory", a.ID(), a.Region())
}

// Report is the simulation as it is shown. The events were sent at that time.
func (r *Recorder) Report(s *simulate.Report, events []headline.Event, sent time.Time) report.Report {
	_, labels := headline.Of(events)
	out := report.Report{
		Simulated: true, Where: r.where, Place: r.at, Incidents: s.Incidents, Names: map[string]string{}, Executions: s.Executions, Labels: labels, Sent: sent,
		Network: r.network(s), Cuts: cuts(s), Messages: messages(s),
	}
	for id, h := range r.hosts {
		if h.Name != id {
			out.Names[id] = h.Name
		}
	}
	return out
}

// cuts are the calls up to each cut.
func cuts(s *simulate.Report) (out []report.Cut) {
	for _, name := range s.CutBy() {
		_, rounds := s.BeforeCut(name)
		c := report.Cut{Execution: name, Rounds: rounds}
		for _, call := range s.Calls {
			if call.Execution == name && call.BeforeCut {
				c.Calls = append(c.Calls, report.Call{
					Call: timeline.Call{Name: call.Service + ":" + call.Operation, Started: call.Started, Ended: call.Ended}, Round: call.Round,
				})
			}
		}
		out = append(out, c)
	}
	return out
}
