// Package show prints the report of a preflight for people.
package show

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Printer prints reports.
type Printer struct {
	W     io.Writer
	Style terminal.Style
	// Every has checks printed one by one, also where a part has many that are green, or that say the same.
	Every bool
	// Caller tells that nothing is deployed, and that the caller's own credentials were tried.
	Caller bool
}

// titles are the parts' names for people.
var titles = map[string]string{
	preflight.Detection: "Detection: does every finding come in?",
	preflight.Functions: "Functions: does each start, with its policy and its secrets?",
	preflight.Powers:    "Powers: is each call allowed, under the function's own role?",
	preflight.News:      "News: is somebody told?",
	preflight.Approval:  "Approval: can questions be decided?",
	preflight.Quotas:    "Quotas: is there room?",
	preflight.Network:   "Network: what would a cut meet?",
	preflight.Undoing:   "Undoing: who else can undo a cut?",
}

// worstFirst is the order of checks in a part.
var worstFirst = []preflight.State{preflight.Red, preflight.Unknown, preflight.Yellow, preflight.Green}

// Report prints the checks by part, and in each the worst first.
func (p Printer) Report(r preflight.Report) {
	for _, part := range parts(r.Checks) {
		checks := slices.DeleteFunc(slices.Clone(r.Checks), func(c preflight.Check) bool { return c.Part != part })
		if p.Caller && part == preflight.Functions && preflight.Worst(checks) == preflight.Green {
			continue // there is none that could start
		}
		title := cmp.Or(titles[part], part)
		if p.Caller && part == preflight.Powers {
			title = "Powers: are your credentials allowed each call?"
		}
		p.Style.Heading(p.W, title)
		p.part(checks)
	}
	p.Style.Heading(p.W, "Outcome")
	p.Style.Colored(p.W, p.look(r.State), 2, Summary(r)+".")
	if p.Caller {
		p.Style.Colored(p.W, p.Style.Plain, 2, CallerMeaning)
		return
	}
	p.Style.Colored(p.W, p.Style.Plain, 2, Meaning)
}

// Meaning says what green is, and what it is not.
const Meaning = "Green means: these roles, on these ids, at this moment, and no more."

// CallerMeaning says it where nothing is deployed.
const CallerMeaning = "Green means: your credentials, on these ids, at this moment, and no more."

// Summary is the report in a sentence without its end: "red: 1 red, 2 not known, 3 yellow, 80 green".
func Summary(r preflight.Report) string {
	var counts []string
	for _, s := range worstFirst {
		n := 0
		for _, c := range r.Checks {
			if c.State == s {
				n++
			}
		}
		if n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, s))
		}
	}
	if len(counts) == 0 {
		counts = []string{"nothing was checked"}
	}
	return string(r.State) + ": " + strings.Join(counts, ", ")
}

// parts are those that the checks have, in the order in which people read them; what is not among these
// comes last.
func parts(checks []preflight.Check) (all []string) {
	all = slices.DeleteFunc(preflight.Parts(), func(part string) bool {
		return !slices.ContainsFunc(checks, func(c preflight.Check) bool { return c.Part == part })
	})
	for _, c := range checks {
		if !slices.Contains(all, c.Part) {
			all = append(all, c.Part)
		}
	}
	return all
}

// many is how many green checks of a part are told one by one.
const many = 12

func (p Printer) part(checks []preflight.Check) {
	slices.SortStableFunc(checks, func(a, b preflight.Check) int {
		return slices.Index(worstFirst, a.State) - slices.Index(worstFirst, b.State)
	})
	green := slices.IndexFunc(checks, func(c preflight.Check) bool { return c.State == preflight.Green })
	if green < 0 {
		green = len(checks)
	}
	for _, alike := range p.alike(checks[:green]) {
		p.check(alike)
	}
	if well := checks[green:]; len(well) > many && !p.Every {
		p.counted(well)
		return
	}
	for _, c := range checks[green:] {
		p.check(c)
	}
}

// alike joins many checks that say the same to one: a single cause, such as an action that the preflight's
// own role lacks, is read once.
func (p Printer) alike(checks []preflight.Check) (out []preflight.Check) {
	type text struct {
		state         preflight.State
		found, remedy string
	}
	of := map[text][]preflight.Check{}
	key := func(c preflight.Check) text { return text{c.State, c.Found, c.Remedy} }
	for _, c := range checks {
		of[key(c)] = append(of[key(c)], c)
	}
	for _, c := range checks {
		switch same := of[key(c)]; {
		case len(same) < several || p.Every:
			out = append(out, c)
		case c == same[0]:
			c.Subject = subjects(same)
			out = append(out, c)
		}
	}
	return out
}

// several is from how many checks on that say the same they are told as one.
const several = 4

// counted tells of many green checks how many there are of each thing.
func (p Printer) counted(checks []preflight.Check) {
	p.line(preflight.Green, subjects(checks))
}

// subjects says of many checks how many there are of each thing: "20 checks (--all prints each): isolate 12,
// forensics 8".
func subjects(checks []preflight.Check) string {
	var names []string
	of := map[string]int{}
	for _, c := range checks {
		name := c.Subject // of a power, whose it is: "isolate", "state machine of releases"
		if at := strings.LastIndexByte(name, ' '); at > 0 {
			name = name[:at]
		}
		if of[name] == 0 {
			names = append(names, name)
		}
		of[name]++
	}
	for i, name := range names {
		names[i] = fmt.Sprintf("%s %d", name, of[name])
	}
	return fmt.Sprintf("%d checks (--all prints each): %s", len(checks), strings.Join(names, ", "))
}

// column is where texts begin, after the longest state.
const column = 2 + len(preflight.Unknown) + 2

func (p Printer) check(c preflight.Check) {
	p.line(c.State, c.Subject+": "+c.Found)
	if c.Remedy == "" {
		return
	}
	// A command stands in backticks, and is pasted as it stands: in rows of its own, which nothing breaks.
	for i, text := range strings.Split(message.Clean(c.Remedy, terminal.MaxText), "`") {
		switch text = strings.TrimSpace(text); {
		case i%2 == 1:
			p.Style.Colored(p.W, p.Style.Plain, column+2, terminal.Whole(text))
		case strings.Trim(text, ". ") != "":
			p.Style.Colored(p.W, p.Style.Plain, column, strings.TrimPrefix(text, ". "))
		}
	}
}

// line writes the state and a text, whose further rows begin below the text.
func (p Printer) line(s preflight.State, text string) {
	rows := strings.Split(p.Style.Wrap(message.Clean(text, terminal.MaxText), column), "\n")
	word := terminal.Pad("  "+string(s), column)
	fmt.Fprintln(p.W, p.look(s).Render(word)+strings.TrimLeft(rows[0], " "))
	for _, row := range rows[1:] {
		fmt.Fprintln(p.W, row)
	}
}

func (p Printer) look(s preflight.State) lipgloss.Style {
	switch s {
	case preflight.Green:
		return p.Style.Good
	case preflight.Red:
		return p.Style.Bad
	}
	return p.Style.Warn
}
