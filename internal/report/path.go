package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/outcome"
	"github.com/ec2-quarantine/quarantine/internal/report/graph"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

// path is the way of executions through their definition: those that took the same are drawn once.
type path struct {
	Of []execution
	// Drawing has the states that were reached, Beside those one step off as well, and Beyond is the rest.
	Drawing, Beside svg
	Beyond          []graph.Node
	Steps           string // the same in words
	// Unknown are states that this version's definition does not have.
	Unknown []string
	// First says that it is the one that is shown unfolded.
	First bool
}

// execution is one, as it is named beside a drawing.
type execution struct {
	Anchor, Number, Label, Machine, Name string
	Status, Look, Error, Took            string
}

// svg is a graph as it is written.
type svg struct {
	Width, Height float64
	Nodes         []node
	Edges         []graphEdge
}

// Outer and OuterHeight are with room for what stands at corners.
func (s svg) Outer() float64 { return s.Width + 20 }

// OuterHeight is the height with that room.
func (s svg) OuterHeight() float64 { return s.Height + 20 }

type node struct {
	graph.Node
	Look, Tip, Link string
	Middle, Right   float64
	Instead         string
}

type graphEdge struct {
	D     string
	Taken bool
	Head  [3][2]float64
}

// paths draws what each execution did, those that did most first.
func paths(r Report) (out []path, err error) {
	of := map[string]int{}
	for i, x := range r.Executions {
		one := r.execution(i)
		way := graph.WayOf(x)
		key := x.Machine + string(x.Status) + fmt.Sprint(way.Outcomes, way.Steps)
		if at, drawn := of[key]; drawn {
			out[at].Of = append(out[at].Of, one)
			continue
		}
		p, err := r.path(x, way)
		if err != nil {
			return nil, err
		}
		of[key] = len(out)
		p.Of = []execution{one}
		out = append(out, p)
	}
	if len(out) > 0 {
		most := slices.MaxFunc(out, func(a, b path) int { return cmp.Compare(len(a.Drawing.Nodes), len(b.Drawing.Nodes)) })
		out[slices.IndexFunc(out, func(p path) bool { return p.Of[0] == most.Of[0] })].First = true
	}
	return out, nil
}

// path draws the way of one execution.
func (r Report) path(x history.Execution, way graph.Way) (p path, err error) {
	d, err := definitionOf(x)
	if err != nil {
		return p, err
	}
	drawing, err := graph.Path(d, way)
	if err != nil {
		return p, err
	}
	beside, err := graph.Beside(d, way)
	if err != nil {
		return p, err
	}
	p.Drawing, p.Beside, p.Beyond = r.svg(drawing), r.svg(beside), graph.Beyond(d, way)
	p.Steps = strings.Join(outcome.Loops(x.Path), " > ")
	for _, name := range x.Path {
		if d.Has([]string{name}) == 0 && !slices.Contains(p.Unknown, name) {
			p.Unknown = append(p.Unknown, name)
		}
	}
	return p, nil
}

func (r Report) execution(i int) execution {
	x := r.Executions[i]
	e := execution{
		Anchor: anchor(i), Number: r.numbers[x.Name], Label: r.label(i), Machine: x.Machine, Name: x.Name,
		Status: strings.ToLower(string(x.Status)), Look: looks[x.Status], Took: "not ended",
	}
	if x.Error != "" {
		e.Error = x.Error + ": " + x.Cause
	}
	if !x.Ended().IsZero() {
		e.Took = seconds(x.Ended().Sub(x.Started()))
	}
	return e
}

// definitions are those that are deployed.
var definitions = sync.OnceValues(func() (all []graph.Definition, err error) {
	for _, text := range [][]byte{statemachine.Quarantine, statemachine.Approval, statemachine.Release, statemachine.Watch} {
		d, err := graph.Parse(text)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
})

// definitionOf is the definition that has most of the states that the execution was in: names of state
// machines are the deployment's.
func definitionOf(x history.Execution) (best graph.Definition, err error) {
	all, err := definitions()
	most := -1
	for _, d := range all {
		if n := d.Has(x.Path); n > most {
			best, most = d, n
		}
	}
	return best, err
}

// svg gives the drawing its colours, tips and links.
func (r Report) svg(d graph.Drawing) svg {
	out := svg{Width: d.Width, Height: d.Height}
	for _, n := range d.Nodes {
		one := node{
			Node: n, Middle: n.X + n.Width/2, Right: n.X + n.Width, Instead: strings.Join(n.Others, ", "),
			Look: strings.ReplaceAll(string(n.Outcome), " ", "-"), Tip: n.Name + ": " + string(n.Outcome),
		}
		if n.Visits > 1 {
			one.Tip += fmt.Sprintf(", %d times", n.Visits)
		}
		if n.Comment != "" {
			one.Tip += ". " + n.Comment
		}
		for _, arn := range n.Started {
			if at := r.at(arn); at >= 0 {
				one.Link = "#" + anchor(at)
			}
		}
		out.Nodes = append(out.Nodes, one)
	}
	for _, e := range d.Edges {
		out.Edges = append(out.Edges, graphEdge{D: curve(e.Points), Taken: e.Taken, Head: headOf(e.Points)})
	}
	return out
}

func headOf(points []graph.Point) [3][2]float64 {
	last, before := points[len(points)-1], points[max(0, len(points)-2)]
	return head(before.X, before.Y, last.X, last.Y)
}

// curve is a smooth line through the points: straight to the middle of each piece, and bent at its corners.
func curve(points []graph.Point) string {
	var b strings.Builder
	fmt.Fprintf(&b, "M%.1f %.1f", points[0].X, points[0].Y)
	for i := 1; i < len(points)-1; i++ {
		middle := graph.Point{X: (points[i].X + points[i+1].X) / 2, Y: (points[i].Y + points[i+1].Y) / 2}
		fmt.Fprintf(&b, " Q%.1f %.1f %.1f %.1f", points[i].X, points[i].Y, middle.X, middle.Y)
	}
	last := points[len(points)-1]
	fmt.Fprintf(&b, " L%.1f %.1f", last.X, last.Y)
	return b.String()
}
