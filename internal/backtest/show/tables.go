package show

import (
	"fmt"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

const (
	column  = 9   // of a number, with its heading
	wide    = 100 // where a type has room beside the numbers
	maxShow = 20
	few     = 12 // of what takes two lines each
)

// types lists what became of each type.
func (p *printer) types(r backtest.Result) {
	if len(r.ByType) == 0 {
		return
	}
	p.heading("By type")
	shown := maxShow
	if p.width < wide {
		shown = few
	}
	name := 0
	for _, n := range r.ByType {
		name = max(name, ansi.StringWidth(n.Name))
	}
	name = min(name, p.width-2-6*column)
	if p.width >= wide {
		fmt.Fprintln(p.w, p.st.Dim.Render("  "+terminal.Pad("", name)+headings()))
	}
	for _, n := range r.ByType[:min(len(r.ByType), shown)] {
		if p.width < wide {
			fmt.Fprintln(p.w, "  "+terminal.Cut(n.Name, p.width-2))
			fmt.Fprintln(p.w, p.st.Dim.Render(wrap(tallied(n.Tally), 4, p.width)))
			continue
		}
		fmt.Fprintln(p.w, "  "+terminal.Pad(terminal.Cut(n.Name, name), name)+numbers(n.Tally))
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
