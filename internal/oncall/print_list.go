package oncall

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// List writes the table: a line an incident, and below it how it was found last and what it waits
// for. What it holds is in its record.
func (p Printer) List(all []Listed, released bool) {
	if len(all) == 0 {
		none := "No incident is open."
		if released {
			none = "No incident is on record."
		}
		fmt.Fprintf(p.W, "\n%s\n", none)
		return
	}
	cells := [][]string{{"NAME", "RESOURCE", "TYPE", "FINDING", "CUT AGO", "STATE"}}
	for _, i := range all {
		cells = append(cells, p.cells(i))
	}
	t := fitted(cells, "RESOURCE", p.Style.Columns, shrink{0, 10}, shrink{2, 9}, shrink{3, 12})
	fmt.Fprintln(p.W)
	for n, row := range cells {
		if n == 0 {
			t.heading(p, row)
			continue
		}
		i := all[n-1]
		t.row(p, row, p.stateLook(i.Incident))
		p.colored(p.Style.Dim, 2, i.ID)
		p.Observed(i.Incident)
		p.Hit(i.Incident)
		p.Looked(i.Incident)
		p.GiveBack(i.Incident)
		for _, w := range waits(i, p.At) {
			p.colored(p.Style.Warn, 2, "waits for "+w.text)
			if len(w.command) > 0 {
				p.command(p.Style.Warn, 4, w.command...)
			}
		}
	}
}

// News writes those that have changed, and the ids of those that are not listed any more.
func (p Printer) News(all, changed []Listed, gone []string) {
	fmt.Fprintf(p.W, "\n%s UTC, %s listed\n", p.Now().UTC().Format("15:04:05"), counts(len(all), "incident"))
	if len(changed) > 0 {
		p.List(changed, false)
	}
	for _, id := range gone {
		p.say(0, "%s is not listed any more.", id)
	}
}

func counts(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// cells are what a line of the list has of an incident.
func (p Printer) cells(i Listed) []string {
	name, kind, finding, ago := "-", kinds.Of(i.Resource.Kind).Noun, "-", "-"
	if i.Name() != "" {
		name = quoted(i.Name())
	}
	if kind == kinds.Of(quarantine.KindInstance).Noun {
		kind = "-"
		if i.Described != nil {
			kind = cmp.Or(message.Clean(i.Described.Type, most), "-")
		}
	}
	if len(i.Findings) > 0 {
		finding, _, _ = strings.Cut(message.Clean(i.Findings[0].Type, most), ":")
	}
	if !i.ContainedAt.IsZero() {
		ago = left(p.Now().Sub(i.ContainedAt))
	}
	return []string{name, i.Resource.ID, kind, finding, ago, p.stateWord(i.Incident)}
}

// most is how much of a name is shown.
const most = 40

// quoted is a name that people gave a resource, which can hold anything: a hint, and no fact.
func quoted(name string) string { return `"` + message.Clean(name, most) + `"` }

// stateWord is an incident's status, unless the last look shows that it does not hold: then a word
// for that.
func (p Printer) stateWord(in quarantine.Incident) string {
	if in.Status == quarantine.StatusContained {
		is := func(of func(quarantine.Drift) bool) bool { return slices.ContainsFunc(in.Drifted(), of) }
		switch {
		case is(reopened):
			return "REOPENED"
		case is(quarantine.Drift.Open):
			return "partly"
		case in.Narrowed != nil && len(in.HeldQuarantines()) == 0:
			return "NARROWED"
		case in.ContainedBy != "" && len(in.HeldQuarantines()) == 0:
			return "by " + message.Clean(in.ContainedBy, terminal.Columns)
		}
	}
	return cmp.Or(string(in.Status), "asked")
}

func reopened(d quarantine.Drift) bool { return d.Kind == quarantine.DriftReopened }

// stateLook is good where everything stands as it is wanted, and bad where the cut does not.
func (p Printer) stateLook(in quarantine.Incident) lipgloss.Style {
	switch p.stateWord(in) {
	case string(quarantine.StatusContained), string(quarantine.StatusReleased):
		return p.Style.Good
	case string(quarantine.StatusFailed), "REOPENED":
		return p.Style.Bad
	}
	return p.Style.Warn
}

func (p Printer) byState(in quarantine.Incident) string {
	return p.stateLook(in).Render(p.stateWord(in))
}

// heldBy says which other incidents hold the thing, too.
func heldBy(h quarantine.Hold, incident string) string {
	others := slices.DeleteFunc(slices.Clone(h.Holders), func(id string) bool { return id == incident })
	switch {
	case h.Releasing == incident && len(h.Holders) == 0:
		return "is being released"
	case len(others) == 0:
		return "held by this incident alone"
	}
	return "held by this incident and by " + strings.Join(others, ", ")
}

// waiting is what an incident waits for, and the command that ends that, if there is one.
type waiting struct {
	text    string
	command []string
}

// waits says in words what WaitingFor says in short.
func waits(i Listed, from command.Place) (out []waiting) {
	for _, w := range i.WaitingFor {
		switch {
		case w == "cut":
			out = append(out, waiting{text: "the cut, which is under way"})
		case w == "retry":
			next := "the next finding, which tries again: the isolation FAILED"
			if Unwatched(i.Incident, from) {
				next = "a person: the isolation FAILED, and nothing is deployed that tries again"
			}
			out = append(out, waiting{text: next})
		case w == "evidence":
			out = append(out, waiting{text: "evidence"})
		case w == "decision":
			for _, q := range i.Pending() {
				out = append(out, waiting{fmt.Sprintf("a person's decision whether to %s:", q.Purpose), []string{"approve", q.ID}})
			}
		case i.Status == quarantine.StatusReleasing:
			out = append(out, waiting{text: "its release, which is under way"})
		default:
			out = append(out, waiting{"release:", []string{"release", i.ID}})
		}
	}
	return out
}
