package show

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/backtest"
)

// A library that draws (go-analyze/charts) adds 2.7 MB to the binary and has no axis of whole numbers.
//
//go:embed plot.svg.tmpl
var plotText string

var plotTemplate = template.Must(template.New("plot").Parse(plotText))

// The picture's measures, in pixels.
const (
	plotWidth  = 1000.0
	plotLeft   = 64.0
	plotRight  = 976.0
	plotTop    = 104.0 // below title and legend
	panelName  = 26.0
	panelPlot  = 250.0
	panelBelow = 48.0 // for the days
	maxBars    = 130
	nameRoom   = 84.0 // of the name of a day
)

var colours = map[backtest.Outcome]string{
	backtest.Cut: "#c62828", backtest.Asked: "#f2a33a", backtest.Joined: "#7e6bc4", backtest.Told: "#3f7fbf", backtest.Ignored: "#c3cbd4",
}

// Plotted is a result in a plot, and what it is called.
type Plotted struct {
	Name   string // "" where there is one alone
	Result backtest.Result
}

type (
	plot struct {
		Title, Note                string
		Width, Height, Left, Right float64
		Legend                     []legendItem
		Panels                     []panel
	}
	legendItem struct {
		X, TextX     float64
		Colour, Name string
	}
	panel struct {
		Name, Total string
		NameY       float64
		Ticks       []tick
		Bars        []drawnBar
		Names       []dayName
	}
	tick struct {
		At, TextAt float64
		Name       string
		Zero       bool
	}
	drawnBar struct {
		Title  string
		Pieces []piece
	}
	piece struct {
		X, Y, Width, Height float64
		Colour              string
	}
	dayName struct {
		At, Y, TickY, TextAt float64
		Name                 string
	}
)

// TickX is where the names of the axis end.
func (p plot) TickX() float64 { return p.Left - 8 }

// Plot is a picture of a result by day, or of several over the same findings, as SVG.
func Plot(all ...Plotted) []byte {
	first := all[0].Result
	p := plot{
		Title: "What would have become of " + several(first.Total.All, "finding"), Width: plotWidth, Left: plotLeft, Right: plotRight,
		Note: "Estimates. No findings.",
	}
	p.legend()
	y, most, each := plotTop, 0, ""
	for _, a := range all {
		var bars []backtest.Named
		bars, each = periods(a.Result.ByDay, maxBars)
		most = max(most, highest(bars))
	}
	for _, a := range all {
		p.Panels = append(p.Panels, newPanel(a, y, most))
		y += panelPlot + panelBelow
		if a.Name != "" {
			y += panelName
		}
	}
	p.Height = y
	if first.Total.All > 0 {
		p.Note = fmt.Sprintf("Estimates: findings by %s (UTC), %s to %s; an incident is taken to stay open for %g hours", each,
			first.First.Format(time.DateOnly), first.Latest.Format(time.DateOnly), time.Duration(first.OpenFor).Hours())
	}
	var out bytes.Buffer
	if err := plotTemplate.Execute(&out, p); err != nil {
		panic(err) // the template is the program's own, and a test draws it
	}
	return out.Bytes()
}

func (p *plot) legend() {
	x := 24.0
	for _, o := range backtest.Outcomes() {
		p.Legend = append(p.Legend, legendItem{x, x + 18, colours[o], string(o)})
		x += 96
	}
}

// newPanel draws one result. All have the same scale.
func newPanel(a Plotted, top float64, most int) panel {
	out := panel{Name: a.Name, Total: tallied(a.Result.Total), NameY: top + 14}
	if a.Name != "" {
		top += panelName
	}
	step := tickStep(most)
	highest := max((most+step-1)/step*step, step)
	scale, zero := panelPlot/float64(highest), top+panelPlot
	for n := 0; n <= highest; n += step {
		at := zero - float64(n)*scale
		out.Ticks = append(out.Ticks, tick{at, at + 4, fmt.Sprint(n), n == 0})
	}
	bars, _ := periods(a.Result.ByDay, maxBars)
	if len(bars) == 0 {
		return out
	}
	room := (plotRight - plotLeft) / float64(len(bars))
	named := int(nameRoom/room) + 1
	for i, b := range bars {
		middle := plotLeft + (float64(i)+0.5)*room
		out.Bars = append(out.Bars, newBar(b, middle, min(room*0.78, 48), zero, scale))
		if i%named == 0 && plotRight-middle > nameRoom/2-20 {
			out.Names = append(out.Names, dayName{middle, zero, zero + 5, zero + 20, b.Name})
		}
	}
	return out
}

// newBar stacks the outcomes, the strongest lowest.
func newBar(n backtest.Named, middle, width, zero, scale float64) drawnBar {
	b := drawnBar{Title: n.Name + ": " + tallied(n.Tally)}
	at := zero
	for _, o := range backtest.Outcomes() {
		height := float64(n.Of(o)) * scale
		if height == 0 {
			continue
		}
		at -= height
		b.Pieces = append(b.Pieces, piece{middle - width/2, at, width, height, colours[o]})
	}
	return b
}

// tickStep is a round number of which about five reach most.
func tickStep(most int) int {
	for step := 1; ; step *= 10 {
		for _, times := range []int{1, 2, 5} {
			if most <= 5*step*times {
				return step * times
			}
		}
	}
}
