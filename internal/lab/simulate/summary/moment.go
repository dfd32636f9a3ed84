package summary

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// moment is when something was asked.
type moment struct {
	column string
	phase  string // in a probe's rules
	of     func(simulate.Probe) (answer, reason string)
}

var (
	atFirst   = moment{"before", "before", func(p simulate.Probe) (string, string) { return p.Before, p.ReasonBefore }}
	afterCut  = moment{"cut", "afterCut", func(p simulate.Probe) (string, string) { return p.AfterCut, p.ReasonAfterCut }}
	contained = moment{"contained", "contained", func(p simulate.Probe) (string, string) { return p.Contained, p.ReasonContained }}
	narrowed  = moment{"narrowed", "narrowed", func(p simulate.Probe) (string, string) { return p.Narrowed, p.ReasonNarrowed }}
	atTheEnd  = moment{"after", "after", func(p simulate.Probe) (string, string) { return p.After, p.ReasonAfter }}
	released  = moment{"released", "after", atTheEnd.of}
)

// moments are those that a run had.
func moments(r *simulate.Report) []moment {
	all := []moment{atFirst}
	if len(r.CutBy()) > 0 {
		all = append(all, afterCut)
	}
	giveBack, end := slices.ContainsFunc(r.Probes, func(p simulate.Probe) bool { return p.Narrowed != "" }), passed(r, state.Released)
	if passed(r, state.Respond) {
		all = append(all, contained)
	}
	if giveBack {
		all = append(all, narrowed)
	}
	switch {
	case end:
		all = append(all, released)
	case !giveBack && !passed(r, state.Respond):
		all = append(all, atTheEnd)
	}
	return all
}

// passed tells whether an execution was in a state.
func passed(r *simulate.Report, s string) bool {
	return slices.ContainsFunc(r.Executions, func(x history.Execution) bool { return slices.Contains(x.Path, s) })
}
