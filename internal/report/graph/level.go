package graph

import (
	"cmp"
	"slices"
)

// Sizes, in pixels.
const (
	nodeHeight = 30
	letter     = 6.5 // of a name, on average
	nodePad    = 20
	boxTop     = 30 // of a box, for its title
	boxPad     = 14 // of a box, at its other edges
	across     = 14 // between the states of a layer, and the branches of a box
	down       = 28 // between layers
	aside      = 12 // between the ways that go past states, and from those
)

// level places the named states of one level: each layer's side by side in its middle, and ways that do
// not lead to the next layer past what stands between.
func level(d Definition, w Way, l Layout, names []string) Drawing {
	nodes, inner := map[string]*Node{}, map[string]Drawing{}
	for _, name := range names {
		n := w.node(d, name)
		if n.Box && n.Outcome != NotReached {
			box := branches(d.States[name], w, l)
			inner[name] = box
			n.Width, n.Height = max(n.Width, box.Width+2*boxPad), box.Height+boxTop+boxPad
		}
		nodes[name] = &n
	}
	layers := l.layers(names)
	out := Drawing{Width: arrange(layers, nodes)}
	out.ways(d, w, layers, nodes)
	for _, name := range names {
		out.Nodes = append(out.Nodes, *nodes[name])
	}
	for _, name := range names {
		if box, is := inner[name]; is {
			n := nodes[name]
			out.put(box, n.X+(n.Width-box.Width)/2, n.Y+boxTop)
		}
	}
	out.fit()
	return out
}

// node is a state, as large as its name.
func (w Way) node(d Definition, name string) Node {
	s := d.States[name]
	shown := len(name)
	if w.Visits[name] > 1 {
		shown += len(" x10")
	}
	return Node{
		Name: name, Type: s.Type, Comment: s.Comment, Outcome: w.outcome(name), Visits: w.Visits[name], Started: w.Started[name],
		Width: letter*float64(shown) + nodePad, Height: nodeHeight, Box: len(s.Within()) > 0,
	}
}

// branches places those of a state side by side, as far as they were taken.
func branches(s State, w Way, l Layout) (out Drawing) {
	for _, d := range s.Within() {
		branch := level(d, w, l, shown(d, w, false))
		if len(branch.Nodes) == 0 {
			continue
		}
		if out.Width > 0 {
			out.Width += across
		}
		out.put(branch, out.Width, 0)
		out.Width, out.Height = out.Width+branch.Width, max(out.Height, branch.Height)
	}
	return out
}

// layers are the names by layer, each from left to right; layers without any are left out.
func (l Layout) layers(names []string) (out [][]string) {
	sorted := slices.SortedStableFunc(slices.Values(names), func(a, b string) int {
		return cmp.Or(cmp.Compare(l.Nodes[a].Layer, l.Nodes[b].Layer), cmp.Compare(l.Nodes[a].Place, l.Nodes[b].Place))
	})
	for i, name := range sorted {
		if i == 0 || l.Nodes[name].Layer != l.Nodes[sorted[i-1]].Layer {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], name)
	}
	return out
}

// arrange gives the nodes their places, and returns how wide the widest layer is.
func arrange(layers [][]string, nodes map[string]*Node) (width float64) {
	wide := make([]float64, len(layers))
	for i, layer := range layers {
		for _, name := range layer {
			wide[i] += nodes[name].Width + across
		}
		wide[i] -= across
		width = max(width, wide[i])
	}
	y := 0.0
	for i, layer := range layers {
		x, tall := (width-wide[i])/2, 0.0
		for _, name := range layer {
			nodes[name].X, nodes[name].Y = x, y
			x += nodes[name].Width + across
			tall = max(tall, nodes[name].Height)
		}
		y += tall + down
	}
	return width
}
