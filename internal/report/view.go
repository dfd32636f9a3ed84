package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/number"
)

// page is what the template shows.
type page struct {
	Report
	Title    heading
	Cases    []summary
	Maps     []networkMap
	Notes    []string
	Paths    []path
	Runs     []run
	Ticks    []tick
	CutViews []cutView
	Held     []heldThing
	Told     []told
	Untold   string
	Records  []recordOf
}

func view(r Report) (page, error) {
	r = r.called()
	p := page{
		Report: r, Title: title(r), Cases: summaries(r), Maps: maps(r), CutViews: cuts(r), Held: holds(r), Told: tell(r.Messages), Untold: r.untold(), Records: records(r),
	}
	if r.Network != nil {
		p.Notes = r.Network.Notes
	}
	p.Runs, p.Ticks = runs(r)
	var err error
	p.Paths, err = paths(r)
	return p, err
}

// called is the report with what people call its instances and executions.
func (r Report) called() Report {
	names := map[string]string{}
	for _, in := range r.Incidents {
		names[in.Resource.ID] = in.Name()
	}
	for id, name := range r.Names {
		names[id] = cmp.Or(name, names[id])
	}
	r.Names, r.numbers = names, map[string]string{}
	all := number.Of(r.Executions)
	for _, x := range r.Executions {
		r.numbers[x.Name] = all.Of(x.Name).String()
	}
	return r
}

// heading is what the page is about: an incident's state, its resource and that one's name.
type heading struct{ State, ID, Name string }

func (h heading) String() string { return strings.TrimSpace(h.State + " " + h.ID + " " + h.Name) }

func title(r Report) heading {
	switch {
	case len(r.Incidents) == 1:
		in := r.Incidents[0]
		word, _, _ := standing(in)
		h := heading{State: word + ":", ID: in.Resource.ID}
		if name := r.Names[in.Resource.ID]; name != "" {
			h.Name = "(" + name + ")"
		}
		return h
	case len(r.Incidents) > 1:
		return heading{State: fmt.Sprintf("%d incidents", len(r.Incidents))}
	case len(r.Labels) > 0:
		return heading{State: r.Labels[0]}
	}
	return heading{State: "No incident"}
}

// label is what an execution is about: its finding, or its own name.
func (r Report) label(i int) string {
	if i < len(r.Labels) {
		return r.Labels[i]
	}
	x := r.Executions[i]
	return cmp.Or(x.Machine, "state machine not known") + " " + x.Name
}

// anchor is where an execution stands in the page.
func anchor(i int) string { return fmt.Sprintf("x-%d", i+1) }

// at is the index of an execution, by its ARN; -1 if it is not in the report.
func (r Report) at(arn string) int {
	for i, x := range r.Executions {
		if x.ARN == arn {
			return i
		}
	}
	return -1
}

// looks are the classes of statuses.
var looks = map[history.Status]string{
	history.StatusSucceeded: "good", history.StatusRunning: "info", history.StatusFailed: "bad", history.StatusTimedOut: "bad",
	history.StatusAborted: "warn",
}
