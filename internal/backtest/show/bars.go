package show

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// maxRows is how many bars are read at a glance.
const maxRows = 31

// days draws a bar for each day, week or month.
func (p *printer) days(r backtest.Result) {
	all, each := periods(r.ByDay, maxRows)
	if len(all) == 0 {
		return
	}
	title := "By " + each + " (UTC)"
	if each == "week" {
		title = "By week (from its Monday, UTC)"
	}
	p.heading(title)
	p.legend()
	name, tail := len(all[0].Name), len(p.ofAll(backtest.Named{Tally: backtest.Tally{All: highest(all), Cut: highest(all)}}))
	room := max(p.width-2-name-2-2-tail, 4)
	for _, n := range all {
		drawn := p.bar(n.Tally, highest(all), room)
		fmt.Fprintf(p.w, "  %s  %s  %s\n", n.Name, drawn, p.ofAll(n))
	}
}

// legend says what the glyphs stand for, in as many lines as it takes.
func (p *printer) legend() {
	line := " "
	for _, o := range backtest.Outcomes() {
		item := " " + p.look(o).Render(glyphs[o]) + " " + string(o)
		if ansi.StringWidth(line+item) > p.width {
			fmt.Fprintln(p.w, strings.TrimRight(line, " "))
			line = " "
		}
		line += item + " "
	}
	fmt.Fprintln(p.w, strings.TrimRight(line, " "))
}

func (p *printer) ofAll(n backtest.Named) string { return fmt.Sprintf("%d of %d cut", n.Cut, n.All) }

// bar is as long as its share of the longest; each outcome takes its share of that.
func (p *printer) bar(t backtest.Tally, longest, room int) string {
	var out strings.Builder
	drawn, sum := 0, 0
	for _, o := range backtest.Outcomes() {
		sum += t.Of(o)
		end := (2*sum*room + longest) / (2 * max(longest, 1)) // rounded
		if t.Of(o) > 0 && end == drawn && drawn < room {
			end++ // what is there is seen
		}
		if end > drawn {
			out.WriteString(p.look(o).Render(strings.Repeat(glyphs[o], end-drawn)))
			drawn = end
		}
	}
	return terminal.Pad(out.String(), room)
}
