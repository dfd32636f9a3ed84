package oncall

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// List writes the table: a line an incident, and below it what holds its
// things and what it waits for.
func (p Printer) List(all []Listed, released bool) {
	if len(all) == 0 {
		none := "No incident is open."
		if released {
			none = "No incident is on record."
		}
		fmt.Fprintf(p.W, "\n%s\n", none)
		return
	}
	width := widest(all, func(i Listed) quarantine.Resource { return i.Resource })
	fmt.Fprintf(p.W, "\n%s\n", p.Style.Dim.Render(row(width, "INCIDENT", "RESOURCE", "SINCE (UTC)", "SCORE", "STATUS")))
	for _, i := range all {
		fmt.Fprintln(p.W, row(width, i.ID, i.Resource.ID, minute(i.OpenedAt), fmt.Sprintf("%5d", i.Verdict.Score), p.byState(i.Incident)))
		for _, h := range register.Sorted(i.Held()) {
			p.colored(p.Style.Dim, 2, register.Thing(h)+" "+heldBy(h, i.ID))
		}
		p.Hit(i.Incident)
		p.Looked(i.Incident)
		for _, w := range waits(i) {
			p.colored(p.Style.Warn, 2, "waits for "+w.text)
			if len(w.command) > 0 {
				p.command(p.Style.Warn, 4, w.command...)
			}
		}
	}
}

// widest is how wide a column of ids is: as an instance's, unless one is longer.
func widest[T any](all []T, of func(T) quarantine.Resource) int {
	width := 19
	for _, one := range all {
		width = max(width, len(of(one).ID))
	}
	return width
}

func row(width int, incident, resource, since, score, status string) string {
	return fmt.Sprintf("%s  %s  %s  %s  %s", terminal.Pad(incident, 23), terminal.Pad(resource, width), terminal.Pad(since, 16), terminal.Pad(score, 5), status)
}

// byState is an incident's status, unless the last look shows that it does not hold: then a word
// for that.
func (p Printer) byState(in quarantine.Incident) string {
	if in.Status == quarantine.StatusContained {
		is := func(of func(quarantine.Drift) bool) bool { return slices.ContainsFunc(in.Drifted(), of) }
		switch {
		case is(func(d quarantine.Drift) bool { return d.Kind == quarantine.DriftReopened }):
			return p.Style.Bad.Render("REOPENED")
		case is(quarantine.Drift.Open):
			return p.Style.Warn.Render("partly")
		case in.Narrowed != nil && len(in.HeldQuarantines()) == 0:
			return p.Style.Warn.Render("NARROWED")
		case in.ContainedBy != "" && len(in.HeldQuarantines()) == 0:
			return p.Style.Warn.Render("by " + message.Clean(in.ContainedBy, terminal.Columns))
		}
	}
	return p.byStatus(in.Status)
}

func (p Printer) byStatus(s quarantine.Status) string {
	switch s {
	case "":
		return p.Style.Warn.Render("asked")
	case quarantine.StatusContained, quarantine.StatusReleased:
		return p.Style.Good.Render(string(s))
	case quarantine.StatusFailed:
		return p.Style.Bad.Render(string(s))
	}
	return p.Style.Warn.Render(string(s))
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
func waits(i Listed) (out []waiting) {
	for _, w := range i.WaitingFor {
		switch {
		case w == "cut":
			out = append(out, waiting{text: "the cut, which is under way"})
		case w == "retry":
			out = append(out, waiting{text: "the next finding, which tries again: the isolation FAILED"})
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
