package show

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// sideBySide sets the outcomes of two policies beside each other.
func (p *printer) sideBySide(c backtest.Compared, one, other string) {
	p.heading("What would have become of them, by policy")
	column := max(8, (p.width-12)/3)
	column = min(column, 24)
	fmt.Fprintf(p.w, "  %-8s%*s%*s\n", "", column, terminal.Cut(clean(one), column-2), column, terminal.Cut(clean(other), column-2))
	for _, o := range backtest.Outcomes() {
		a, b := c.Total.Of(o), c.Against.Total.Of(o)
		change := ""
		if a != b {
			change = fmt.Sprintf("%9s", fmt.Sprintf("%+d", b-a))
		}
		fmt.Fprintf(p.w, "  %s%*d%*d%s\n", p.look(o).Render(terminal.Pad(string(o), 8)), column, a, column, b, change)
	}
	fmt.Fprintf(p.w, "  %-8s%*d%*d\n", "all", column, c.Total.All, column, c.Against.Total.All)
	p.observed(clean(one), c.Result)
	p.observed(clean(other), c.Against)
	p.apart(c.Result)
}

// differences lists each verdict that differs.
func (p *printer) differences(c backtest.Compared, one, other string) {
	if len(c.Differences) == 0 {
		p.heading("No verdict differs")
		return
	}
	p.heading(several(len(c.Differences), "difference") + ": another verdict, or something else comes of it")
	for _, d := range c.Differences[:min(len(c.Differences), maxShow)] {
		about := ""
		if d.Resource != nil {
			about = " on " + d.Resource.ID
		}
		archived := ""
		if d.Finding.Archived {
			archived = ", archived"
		}
		p.say(2, p.st.Title, d.Finding.At.UTC().Format("2006-01-02 15:04 UTC")+"  "+d.Finding.Type+about+archived)
		p.said(one, d.One)
		p.said(other, d.Other)
	}
	p.more(len(c.Differences)-maxShow, "difference")
}

func (p *printer) said(policy string, s backtest.Said) {
	observed := ""
	if s.Observed {
		observed = ", observed only"
	}
	p.say(4, p.look(s.Outcome), fmt.Sprintf("%s: %s (score %d%s), %s", clean(policy), s.Outcome, s.Score, observed, clean(s.Why)))
}
