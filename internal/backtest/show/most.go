package show

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
)

// mostCut lists the resources that would have been cut most, and why.
func (p *printer) mostCut(r backtest.Result) {
	most := r.MostCut()
	if len(most) == 0 {
		return
	}
	p.heading(fmt.Sprintf("Cut most: %d of %s", len(most), several(r.Resources, "resource")))
	for _, of := range most {
		p.named(r, of)
		p.say(4, p.st.Plain, tallied(of.Tally)+"; cut last on "+of.Last.UTC().Format("2006-01-02 15:04 UTC"))
		p.say(4, p.st.Dim, "for "+cutFor(of.Types))
		p.say(4, p.st.Dim, reasons(of))
		if of.Now != nil {
			p.say(4, p.st.Warn, "now: "+clean(of.Now.String()))
		}
	}
	p.more(r.Resources-len(most), "resource")
}

// named writes which resource it is about.
func (p *printer) named(r backtest.Result, of backtest.OfResource) {
	name := of.Resource.ID
	if of.Name != "" {
		name += " (" + clean(of.Name) + ")"
	}
	if len(r.Accounts) > 1 {
		name += ", account " + of.Resource.AccountID
	}
	p.say(2, p.st.Title, name)
}

// held lists what the brake would have asked about where the verdict alone cuts, and why.
func (p *printer) held(r backtest.Result) {
	if r.Held == 0 {
		return
	}
	p.heading("Held by the brake: " + several(r.Held, "cut"))
	for _, of := range r.MostHeld() {
		p.named(r, of)
		p.say(4, p.st.Plain, fmt.Sprintf("%d held, the last because: %s", of.Held, clean(of.HeldBy)))
	}
}

// maxTypes is how many types are named of a resource.
const maxTypes = 3

// cutFor names the types that it would have been cut for.
func cutFor(types []backtest.Named) string {
	var parts []string
	for _, t := range types {
		if t.Cut == 0 {
			break // the most cut come first
		}
		times := ""
		if t.Cut > 1 {
			times = fmt.Sprintf(" (%d times)", t.Cut)
		}
		parts = append(parts, t.Name+times)
	}
	if more := len(parts) - maxTypes; more > 0 {
		parts = append(parts[:maxTypes], several(more, "other type"))
	}
	return strings.Join(parts, ", ")
}

// reasons are those of the last cut, with their points.
func reasons(of backtest.OfResource) string {
	var parts []string
	for _, r := range of.Verdict.Reasons {
		points := ""
		if r.Points != 0 {
			points = fmt.Sprintf(" (%+d)", r.Points)
		}
		parts = append(parts, clean(r.Text)+points)
	}
	return "because " + strings.Join(parts, "; ")
}
