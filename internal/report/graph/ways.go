package graph

import "slices"

// ways draws every way from a state that was reached to another that is shown, and notes on the node
// those that lead to states that are not.
func (out *Drawing) ways(d Definition, w Way, layers [][]string, nodes map[string]*Node) {
	at := map[string]int{}
	for i, layer := range layers {
		for _, name := range layer {
			at[name] = i
		}
	}
	left, right := 0, 0
	for _, layer := range layers {
		for _, name := range layer {
			from := nodes[name]
			for _, next := range d.States[name].Follows() {
				to, is := nodes[next]
				switch {
				case !is:
					from.Others = append(from.Others, next)
					continue
				case from.Outcome == NotReached:
					continue
				}
				e := Edge{Taken: w.Steps[Step{name, next}]}
				switch {
				case at[next] == at[name]+1:
					e.Points = below(from, to)
				case at[next] > at[name]:
					right++
					e.Points = past(from, to, beyond(layers[at[name]:at[next]+1], nodes, 1)+aside*float64(right), 1)
				default:
					left++
					e.Points = past(from, to, beyond(layers[at[next]:at[name]+1], nodes, -1)-aside*float64(left), -1)
				}
				out.Edges = append(out.Edges, e)
			}
		}
	}
}

// below leads from the lower edge of a node to the upper one of another.
func below(from, to *Node) []Point {
	start := Point{from.X + from.Width/2, from.Y + from.Height}
	end := Point{to.X + to.Width/2, to.Y}
	switch { // straight down, where the one is above the other
	case from.X <= end.X && end.X <= from.X+from.Width:
		start.X = end.X
	case to.X <= start.X && start.X <= to.X+to.Width:
		end.X = start.X
	}
	return []Point{start, end}
}

// past leads from one side of a node, by a line that is past all between, to the same side of another.
// The side is 1 for right and -1 for left.
func past(from, to *Node, line, side float64) []Point {
	edge := func(n *Node) Point { return Point{n.X + n.Width/2*(1+side), n.Y + min(n.Height, nodeHeight)/2} }
	a, b := edge(from), edge(to)
	return []Point{a, {line, a.Y}, {line, b.Y}, b}
}

// beyond is the outermost edge of the layers on a side.
func beyond(layers [][]string, nodes map[string]*Node, side float64) float64 {
	var edges []float64
	for _, layer := range layers {
		for _, name := range layer {
			n := nodes[name]
			edges = append(edges, side*(n.X+n.Width/2*(1+side)))
		}
	}
	return side * slices.Max(edges)
}

// fit moves everything so that it begins at 0, and sets the size.
func (out *Drawing) fit() {
	left, right, bottom := 0.0, out.Width, 0.0
	for _, e := range out.Edges {
		for _, p := range e.Points {
			left, right = min(left, p.X), max(right, p.X)
		}
	}
	for _, n := range out.Nodes {
		bottom = max(bottom, n.Y+n.Height)
	}
	all := Drawing{Width: right - left, Height: bottom}
	all.put(*out, -left, 0)
	*out = all
}

// put adds another drawing at a place.
func (out *Drawing) put(other Drawing, x, y float64) {
	for _, n := range other.Nodes {
		n.X, n.Y = n.X+x, n.Y+y
		out.Nodes = append(out.Nodes, n)
	}
	for _, e := range other.Edges {
		points := slices.Clone(e.Points)
		for i := range points {
			points[i].X, points[i].Y = points[i].X+x, points[i].Y+y
		}
		out.Edges = append(out.Edges, Edge{points, e.Taken})
	}
}
