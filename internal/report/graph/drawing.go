package graph

import "slices"

// Drawing is a definition with places for everything, in pixels from its upper left corner.
type Drawing struct {
	Width, Height float64
	Nodes         []Node
	Edges         []Edge
}

// Node is a state.
type Node struct {
	Name, Type, Comment string
	Outcome             Outcome
	Visits              int
	Started             []string // the ARNs of the executions that it started
	X, Y, Width, Height float64
	// Box says that other nodes stand in it, or would: it is a Parallel or a Map state.
	Box bool
	// Others are the states that could have come next instead, where the drawing leaves them out.
	Others []string
}

// Edge leads from one state to another.
type Edge struct {
	Points []Point
	Taken  bool
}

// Point is a place.
type Point struct{ X, Y float64 }

// Sizes, in pixels.
const (
	nodeHeight = 30
	letter     = 6.5 // of a name, on average
	nodePad    = 20
	boxTop     = 30
	boxPad     = 14
	gap        = 14 // between the branches of a box
)

// Path places the states that were reached. Those that could have come next instead are Others.
func Path(d Definition, w Way) (Drawing, error) { return draw(d, w, false) }

// Beside places also the states that could have come next instead, of the outermost level. What lies
// further off the way is in Beyond.
func Beside(d Definition, w Way) (Drawing, error) { return draw(d, w, true) }

// Beyond are the states of the outermost level that not even Beside draws.
func Beyond(d Definition, w Way) (out []Node) {
	drawn := shown(d, w, true)
	for _, name := range d.order() {
		s := d.States[name]
		if !slices.Contains(drawn, name) {
			out = append(out, Node{Name: name, Type: s.Type, Comment: s.Comment})
		}
	}
	return out
}

// draw places one definition: beside says whether states that were not reached are shown.
func draw(d Definition, w Way, beside bool) (Drawing, error) {
	names := shown(d, w, beside)
	var g flat
	inner := map[string]Drawing{}
	for _, name := range names {
		n := w.node(d, name)
		if n.Box && n.Outcome != NotReached {
			box, err := drawWithin(d.States[name], w)
			if err != nil {
				return Drawing{}, err
			}
			inner[name] = box
			n.Width, n.Height = max(n.Width, box.Width+2*boxPad), box.Height+boxTop+boxPad
		}
		for _, to := range d.States[name].next() {
			switch {
			case !slices.Contains(names, to):
				n.Others = append(n.Others, to)
			case n.Outcome != NotReached:
				g.edges = append(g.edges, Step{name, to})
			}
		}
		g.nodes = append(g.nodes, n)
	}
	out, err := g.layout(w)
	if err != nil {
		return Drawing{}, err
	}
	for _, n := range slices.Clone(out.Nodes) {
		if box, is := inner[n.Name]; is {
			out.put(box, n.X+(n.Width-box.Width)/2, n.Y+boxTop)
		}
	}
	return out, nil
}

// node is a state, as large as its name.
func (w Way) node(d Definition, name string) Node {
	s := d.States[name]
	shown := float64(len(name))
	if w.Visits[name] > 1 {
		shown += float64(len(" x10"))
	}
	return Node{
		Name: name, Type: s.Type, Comment: s.Comment, Outcome: w.outcome(name), Visits: w.Visits[name], Started: w.Started[name],
		Width: letter*shown + nodePad, Height: nodeHeight, Box: len(s.within()) > 0,
	}
}

// drawWithin places the branches of a state side by side, as far as they were taken.
func drawWithin(s State, w Way) (Drawing, error) {
	var out Drawing
	for _, d := range s.within() {
		branch, err := draw(d, w, false)
		if err != nil {
			return out, err
		}
		if len(branch.Nodes) == 0 {
			continue
		}
		if out.Width > 0 {
			out.Width += gap
		}
		out.put(branch, out.Width, 0)
		out.Width, out.Height = out.Width+branch.Width, max(out.Height, branch.Height)
	}
	return out, nil
}

// put adds another drawing at a place.
func (d *Drawing) put(other Drawing, x, y float64) {
	for _, n := range other.Nodes {
		n.X, n.Y = n.X+x, n.Y+y
		d.Nodes = append(d.Nodes, n)
	}
	for _, e := range other.Edges {
		points := slices.Clone(e.Points)
		for i := range points {
			points[i].X, points[i].Y = points[i].X+x, points[i].Y+y
		}
		d.Edges = append(d.Edges, Edge{points, e.Taken})
	}
}

// shown are the states that were reached and, if that is wanted, those one step off.
func shown(d Definition, w Way, beside bool) (names []string) {
	for _, name := range d.order() {
		if w.outcome(name) != NotReached || beside && w.isBeside(d, name) {
			names = append(names, name)
		}
	}
	return names
}

// isBeside tells whether a state could have come next after one that was reached.
func (w Way) isBeside(d Definition, name string) bool {
	for from, s := range d.States {
		if w.outcome(from) != NotReached && slices.Contains(s.next(), name) {
			return true
		}
	}
	return false
}

func (w Way) outcome(name string) Outcome {
	if o, reached := w.Outcomes[name]; reached {
		return o
	}
	return NotReached
}
