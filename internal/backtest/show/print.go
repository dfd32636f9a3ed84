package show

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

type printer struct {
	w     io.Writer
	st    terminal.Style
	width int
}

// Print writes what a backtest has come to, for people, in lines of a width.
func Print(w io.Writer, st terminal.Style, width int, r backtest.Result) {
	p := &printer{w, st, width}
	p.title(r)
	p.outcomes(r)
	p.days(r)
	p.types(r)
	p.mostCut(r)
	p.held(r)
	p.unread(r)
	p.notKnown(r)
}

// PrintCompared writes two policies side by side, and what differs.
func PrintCompared(w io.Writer, st terminal.Style, width int, c backtest.Compared, one, other string) {
	p := &printer{w, st, width}
	p.title(c.Result)
	p.sideBySide(c, one, other)
	p.differences(c, one, other)
	p.unread(c.Result)
	p.notKnown(c.Result)
}

func (p *printer) say(indent int, look lipgloss.Style, text string) {
	p.lines(look, wrap(text, indent, p.width))
}

// lines colours line by line: a style makes lines that it colours together equally long.
func (p *printer) lines(look lipgloss.Style, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintln(p.w, look.Render(line))
	}
}

func (p *printer) heading(title string) {
	fmt.Fprintln(p.w)
	p.say(0, p.st.Title, title)
}

// title says what was judged.
func (p *printer) title(r backtest.Result) {
	text := "Backtest of " + several(r.Total.All, "finding")
	if r.Total.All > 0 {
		text += fmt.Sprintf(", %s to %s", r.First.Format(time.DateOnly), r.Latest.Format(time.DateOnly))
	}
	if len(r.Accounts) > 1 {
		text += ", of " + several(len(r.Accounts), "account")
	}
	p.say(0, p.st.Title, text)
	p.say(0, p.st.Dim, "These figures are estimates: what is not known is said at the end.")
}

// outcomes says what would have become of the findings.
func (p *printer) outcomes(r backtest.Result) {
	p.heading("What would have become of them")
	for _, o := range backtest.Outcomes() {
		n := r.Total.Of(o)
		line := fmt.Sprintf("%7d  %3.0f %%", n, share(n, r.Total.All))
		if p.width >= terminal.Columns {
			line += "  " + meanings[o]
		}
		look := p.look(o)
		if n == 0 {
			look = p.st.Dim
		}
		fmt.Fprintln(p.w, "  "+look.Render(terminal.Pad(string(o), 8))+line)
	}
	p.say(2, p.st.Plain, several(r.Cuts, "cut")+" of "+several(r.Resources, "resource")+".")
	p.observed("The policy", r)
	p.apart(r)
}

var meanings = map[backtest.Outcome]string{
	backtest.Cut: "cut off", backtest.Asked: "a person asked first", backtest.Joined: "of an open incident or question",
	backtest.Told: "told, nothing cut", backtest.Ignored: "recorded",
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// observed says of which figures nothing would have been done.
func (p *printer) observed(policy string, r backtest.Result) {
	if r.Observed > 0 {
		p.say(2, p.st.Warn, policy+" has "+several(r.Observed, "finding")+" of these observed: the figures say what would have been done, and nothing would have been changed.")
	}
}

// apart says what is in none of the figures.
func (p *printer) apart(r backtest.Result) {
	if r.Archived.All > 0 {
		p.say(2, p.st.Dim, "Apart: "+several(r.Archived.All, "archived finding")+", by the verdict alone "+tallied(r.Archived)+
			". One that a suppression rule archived sent no event; one that a person archived did.")
	}
	if r.Repeats > 0 {
		p.say(2, p.st.Dim, several(r.Repeats, "finding")+" more stood there again: each is judged once, as it was updated last.")
	}
	if r.Before > 0 {
		p.say(2, p.st.Dim, several(r.Before, "finding")+" more came before the days that were asked for.")
	}
	if r.Dropped > 0 {
		p.say(2, p.st.Dim, several(r.Dropped, "finding")+" more GuardDuty listed and did not give.")
	}
}

// unread lists what could not be read.
func (p *printer) unread(r backtest.Result) {
	if len(r.Unread) == 0 {
		return
	}
	p.heading("Could not be read: " + several(len(r.Unread), "finding"))
	for _, u := range r.Unread[:min(len(r.Unread), maxShow)] {
		p.say(2, p.st.Bad, clean(u.Place))
		p.say(4, p.st.Plain, clean(u.Error))
	}
	p.more(len(r.Unread)-maxShow, "finding")
}

// notKnown says what the estimate leaves open.
func (p *printer) notKnown(r backtest.Result) {
	p.heading("What is not known")
	for _, line := range r.NotKnown {
		text := wrap(line, 4, p.width)
		p.lines(p.st.Dim, "  - "+strings.TrimPrefix(text, "    "))
	}
}
