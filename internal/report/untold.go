package report

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// untold is what there is to say beside the messages: that there are none, or that what else people were
// told is not known. "" where the messages are all.
func (r Report) untold() string {
	const gone = "an execution that is on record has no history any more, or never had one."
	switch some := len(r.Messages) > 0; {
	case len(r.Executions) == 0 && !some && r.Place.OnLaptop():
		return "Not known: it ran on a computer, which keeps no history."
	case len(r.Executions) == 0 && !some:
		return "Not known: the histories are not there any more."
	case r.lacksHistory() && some:
		return "What else people were told is not known: " + gone
	case r.lacksHistory():
		return "Not known: " + gone
	case !some:
		return "Nobody was told anything."
	}
	return ""
}

// lacksHistory tells whether an execution is on record, or was started by another, of which there is no
// history: what it told people is in none. A simulation has the messages themselves.
func (r Report) lacksHistory() bool {
	if r.Simulated {
		return false
	}
	var ids []string
	for _, in := range r.Incidents {
		ids = append(ids, executionsOf(in)...)
	}
	for _, x := range r.Executions {
		ids = append(ids, history.Nested(x.History)...)
	}
	return slices.ContainsFunc(ids, func(id string) bool {
		return id != "" && !slices.ContainsFunc(r.Executions, func(x history.Execution) bool {
			return len(x.History) > 0 && (x.ARN == id || x.Name == id)
		})
	})
}

// executionsOf are those that an incident's record names, by their ARNs or, as the time series has those
// that people start, by their names.
func executionsOf(in quarantine.Incident) []string {
	out := []string{in.Owner, in.ReleasedIn, in.NarrowedIn}
	for _, q := range in.Questions {
		out = append(out, q.Execution.ID)
	}
	for _, e := range in.Timeline {
		if _, is := arn.ParseExecution(e.By); is {
			out = append(out, e.By)
		}
		if e.Kind == quarantine.EventReleaseBegun || e.Kind == quarantine.EventNarrowed {
			out = append(out, e.ID)
		}
	}
	return out
}
