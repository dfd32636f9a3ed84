package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-graphviz"

	"github.com/ec2-quarantine/quarantine/internal/report/graph"
)

// place finds the layer of every state and its place in that, at all depths.
func place(ctx context.Context, d graph.Definition, l graph.Layout) error {
	if err := layered(ctx, d, l); err != nil {
		return err
	}
	for _, name := range d.Order() {
		for _, inner := range d.States[name].Within() {
			if err := place(ctx, inner, l); err != nil {
				return err
			}
		}
	}
	return nil
}

// layered has Graphviz place the states of one level, as dot does it.
func layered(ctx context.Context, d graph.Definition, l graph.Layout) error {
	names := d.Order()
	var dot strings.Builder
	dot.WriteString("digraph { node [shape=box];\n")
	for i, name := range names {
		fmt.Fprintf(&dot, "n%d [label=%q];\n", i, name)
	}
	for i, name := range names {
		s := d.States[name]
		for _, to := range s.Follows() {
			weight := 1
			if to == s.Next {
				weight = 8 // the way on is kept straight
			}
			fmt.Fprintf(&dot, "n%d -> n%d [weight=%d];\n", i, slices.Index(names, to), weight)
		}
	}
	dot.WriteString("}\n")
	plain, err := rendered(ctx, dot.String())
	if err != nil {
		return err
	}
	return read(plain, names, l)
}

func rendered(ctx context.Context, dot string) (string, error) {
	engine, err := graphviz.New(ctx)
	if err != nil {
		return "", err
	}
	g, err := graphviz.ParseBytes([]byte(dot))
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = engine.Render(ctx, g, "plain", &out)
	return out.String(), errors.Join(err, g.Close(), engine.Close())
}

// node is a state with its middle, from the lower left corner.
type node struct {
	name string
	x, y float64
}

// read reads the nodes of Graphviz's plain output: https://graphviz.org/docs/outputs/plain/
func read(plain string, names []string, l graph.Layout) error {
	var nodes []node
	for line := range strings.Lines(plain) {
		if !strings.HasPrefix(line, "node ") {
			continue
		}
		var i int
		var n node
		if _, err := fmt.Sscanf(line, "node n%d %f %f", &i, &n.x, &n.y); err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
		n.name = names[i]
		nodes = append(nodes, n)
	}
	if len(nodes) != len(names) {
		return fmt.Errorf("graphviz places %d of %d states", len(nodes), len(names))
	}
	slices.SortFunc(nodes, func(a, b node) int { return cmp.Or(cmp.Compare(b.y, a.y), cmp.Compare(a.x, b.x)) })
	at := graph.Place{Layer: -1}
	for i, n := range nodes {
		at.Place++
		if i == 0 || n.y != nodes[i-1].y {
			at = graph.Place{Layer: at.Layer + 1}
		}
		l.Nodes[n.name] = at
	}
	return nil
}
