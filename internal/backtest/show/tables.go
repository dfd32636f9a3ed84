package show

import (
	"fmt"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

const (
	column  = 9 // of a number, with its heading
	maxShow = 20
	few     = 12 // of what takes two lines each
)

// types lists what became of each type.
func (p *printer) types(r backtest.Result) {
	if len(r.ByType) == 0 {
		return
	}
	p.heading("By type")
	name := 0
	for _, n := range r.ByType {
		name = max(name, ansi.StringWidth(n.Name))
	}
	beside, shown := 2+name+(1+len(backtest.Outcomes()))*column <= p.width, maxShow
	if beside {
		fmt.Fprintln(p.w, p.st.Dim.Render("  "+terminal.Pad("", name)+headings()))
	} else {
		shown = few
	}
	for _, n := range r.ByType[:min(len(r.ByType), shown)] {
		if beside {
			fmt.Fprintln(p.w, "  "+terminal.Pad(n.Name, name)+numbers(n.Tally))
			continue
		}
		fmt.Fprintln(p.w, "  "+terminal.Cut(n.Name, p.width-2))
		p.say(4, p.st.Dim, tallied(n.Tally))
	}
	p.more(len(r.ByType)-shown, "type")
}

func headings() string {
	text := fmt.Sprintf("%*s", column, "all")
	for _, o := range backtest.Outcomes() {
		text += fmt.Sprintf("%*s", column, o)
	}
	return text
}

func numbers(t backtest.Tally) string {
	text := fmt.Sprintf("%*d", column, t.All)
	for _, o := range backtest.Outcomes() {
		text += fmt.Sprintf("%*s", column, orDot(t.Of(o)))
	}
	return text
}

// orDot leaves what there is none of out of the way of the eye.
func orDot(n int) string {
	if n == 0 {
		return "."
	}
	return fmt.Sprint(n)
}

// more says that something is not shown.
func (p *printer) more(n int, what string) {
	if n > 0 {
		p.say(2, p.st.Dim, "and "+several(n, "more "+what)+": --json has all of them")
	}
}
