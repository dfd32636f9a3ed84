package summary

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
	"github.com/ec2-quarantine/quarantine/statemachine/state"
)

// moment is when something was asked.
type moment struct {
	title, column string
	phase         string // in a probe's rules
	of            func(simulate.Probe) (answer, reason string)
}

var (
	atFirst   = moment{"Before", "before", "before", func(p simulate.Probe) (string, string) { return p.Before, p.ReasonBefore }}
	afterCut  = moment{"Right after the cut", "cut", "afterCut", func(p simulate.Probe) (string, string) { return p.AfterCut, p.ReasonAfterCut }}
	contained = moment{"While contained", "contained", "contained", func(p simulate.Probe) (string, string) { return p.Contained, p.ReasonContained }}
	narrowed  = moment{"After the narrowing", "narrowed", "narrowed", func(p simulate.Probe) (string, string) { return p.Narrowed, p.ReasonNarrowed }}
	atTheEnd  = moment{"After", "after", "after", func(p simulate.Probe) (string, string) { return p.After, p.ReasonAfter }}
	released  = moment{"After the release", "released", "after", atTheEnd.of}
)

// moments are those that a run had, from its cut on.
func moments(r *simulate.Report) []moment {
	passed := func(s string) bool {
		return slices.ContainsFunc(r.Executions, func(x history.Execution) bool { return slices.Contains(x.Path, s) })
	}
	var all []moment
	if len(r.CutBy()) > 0 {
		all = append(all, afterCut)
	}
	giveBack, end := slices.ContainsFunc(r.Probes, func(p simulate.Probe) bool { return p.Narrowed != "" }), passed(state.Released)
	if passed(state.Respond) {
		all = append(all, contained)
	}
	if giveBack {
		all = append(all, narrowed)
	}
	switch {
	case end:
		all = append(all, released)
	case !giveBack && !passed(state.Respond):
		all = append(all, atTheEnd)
	}
	return all
}

// reached writes what could be reached from the cut to the end: a table where it fits, and else a
// list for each moment. What is not closed is explained once.
func (s *Summary) reached(r *simulate.Report) {
	all, ways := moments(r), waysOf(r.Probes)
	if len(ways) == 0 {
		return
	}
	widest := 0
	for _, w := range ways {
		widest = max(widest, ansi.StringWidth(w.name))
	}
	if 2+widest+2+column*len(all) > s.width {
		s.list(all, ways)
	} else {
		s.table(all, ways, widest)
	}
	s.explain(r, all, ways)
}

// list writes the ways at each moment. Those right after the cut stand in the story.
func (s *Summary) list(all []moment, ways []way) {
	for i, m := range all {
		if m.phase == afterCut.phase {
			continue
		}
		s.st.Heading(s.w, m.title)
		for _, w := range ways {
			s.way(w, m, i == len(all)-1)
		}
	}
}

// table writes the ways with a column for each moment.
func (s *Summary) table(all []moment, ways []way, widest int) {
	var titles []string
	for _, m := range all {
		titles = append(titles, terminal.Pad(m.column, column))
	}
	s.st.Heading(s.w, terminal.Pad("What passes", widest+4)+strings.TrimRight(strings.Join(titles, ""), " "))
	for _, w := range ways {
		var cells string
		for _, m := range all {
			text := w.word(m)
			cells += s.look(text).Render(text) + strings.Repeat(" ", max(0, column-len(text)))
		}
		fmt.Fprintf(s.w, "  %s  %s\n", terminal.Pad(w.name, widest), strings.TrimRight(cells, " "))
	}
}

// explain says what each word means that does not speak for itself, and from which of AWS's rules
// that follows.
func (s *Summary) explain(r *simulate.Report, all []moment, ways []way) {
	var follows []account.PathRule
	for _, e := range explained {
		rules, seen := rulesBehind(e.word, all, ways)
		if !seen {
			continue
		}
		s.st.Dimmed(s.w, terminal.Wrap(fmt.Sprintf("%q: %s", e.word, e.means), 2))
		for _, rule := range rules {
			if !slices.Contains(follows, rule) {
				follows = append(follows, rule)
			}
		}
	}
	for _, rule := range follows {
		s.st.Dimmed(s.w, terminal.Wrap(r.Rules[rule].Says+" "+r.Rules[rule].Document, 4))
	}
}

// rulesBehind are the rules by which open connections are what a word says of a way, at any moment.
func rulesBehind(word string, all []moment, ways []way) (rules []account.PathRule, seen bool) {
	for _, w := range ways {
		for _, m := range all {
			if w.open == nil || w.word(m) != word {
				continue
			}
			seen = true
			for _, rule := range w.open.Rules[m.phase] {
				if !ordinary[rule] {
					rules = append(rules, rule)
				}
			}
		}
	}
	return rules, seen
}
