package graph

import (
	"errors"
	"slices"
)

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

// Path places the states that were reached. Those that could have come next instead are Others.
func Path(d Definition, w Way) (Drawing, error) { return draw(d, w, false) }

// Beside places also the states that could have come next instead, of the outermost level. What lies
// further off the way is in Beyond.
func Beside(d Definition, w Way) (Drawing, error) { return draw(d, w, true) }

// Beyond are the states of the outermost level that not even Beside draws.
func Beyond(d Definition, w Way) (out []Node) {
	drawn := shown(d, w, true)
	for _, name := range d.Order() {
		s := d.States[name]
		if !slices.Contains(drawn, name) {
			out = append(out, Node{Name: name, Type: s.Type, Comment: s.Comment})
		}
	}
	return out
}

// draw places what is shown of a definition as its layout has it.
func draw(d Definition, w Way, beside bool) (Drawing, error) {
	if len(d.placed.Nodes) == 0 {
		return Drawing{}, errors.New("no layout is of this definition: go run ./tools/graphlayout makes them anew")
	}
	return level(d, w, d.placed, shown(d, w, beside)), nil
}

// shown are the states that were reached and, if that is wanted, those one step off.
func shown(d Definition, w Way, beside bool) (names []string) {
	for _, name := range d.Order() {
		if w.outcome(name) != NotReached || beside && w.isBeside(d, name) {
			names = append(names, name)
		}
	}
	return names
}

// isBeside tells whether a state could have come next after one that was reached.
func (w Way) isBeside(d Definition, name string) bool {
	for from, s := range d.States {
		if w.outcome(from) != NotReached && slices.Contains(s.Follows(), name) {
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
