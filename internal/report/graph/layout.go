package graph

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/dop251/goja"
)

//go:embed dagre.min.js
var dagre string

// missing is what browsers have and the engine does not. The library copies arrays of names with it.
const missing = "globalThis.structuredClone = value => JSON.parse(JSON.stringify(value));\n"

// place lays a graph out: nodes are [width, height], edges [from, to]. It answers with the size, the
// centres of the nodes and the points of the edges.
const place = `(function (text) {
	const input = JSON.parse(text);
	const g = new dagre.Graph();
	g.setGraph({rankdir: "TB", nodesep: 12, ranksep: 28, edgesep: 8, marginx: 3, marginy: 8, ranker: "tight-tree"});
	g.setDefaultEdgeLabel(() => ({}));
	input.nodes.forEach((n, i) => g.setNode(String(i), {width: n[0], height: n[1]}));
	input.edges.forEach(e => g.setEdge(String(e[0]), String(e[1]), {weight: e[2]}));
	dagre.layout(g);
	return JSON.stringify({
		width: g.graph().width, height: g.graph().height,
		nodes: input.nodes.map((n, i) => [g.node(String(i)).x, g.node(String(i)).y]),
		edges: input.edges.map(e => g.edge(String(e[0]), String(e[1])).points.map(p => [p.x, p.y])),
	});
})`

// program is compiled once, when something is laid out at all.
var program = sync.OnceValues(func() (*goja.Program, error) {
	return goja.Compile("dagre", missing+dagre+"\n;"+place, false)
})

// flat is a graph of states of one level.
type flat struct {
	nodes []Node
	edges []Step
}

// placed is the answer of place.
type placed struct {
	Width, Height float64
	Nodes         [][2]float64
	Edges         [][][2]float64
}

// taken is how much more than another the way that was taken is kept straight.
const taken = 20

// layout gives every node its place.
func (g flat) layout(w Way) (Drawing, error) {
	if len(g.nodes) == 0 {
		return Drawing{}, nil
	}
	at := map[string]int{}
	input := struct {
		Nodes [][2]float64 `json:"nodes"`
		Edges [][3]int     `json:"edges"`
	}{Edges: [][3]int{}}
	for i, n := range g.nodes {
		at[n.Name] = i
		input.Nodes = append(input.Nodes, [2]float64{n.Width, n.Height})
	}
	for _, e := range g.edges {
		weight := 1
		if w.Steps[e] {
			weight = taken
		}
		input.Edges = append(input.Edges, [3]int{at[e.From], at[e.To], weight})
	}
	text, err := json.Marshal(input)
	if err != nil {
		return Drawing{}, err
	}
	p, err := run(string(text))
	if err != nil {
		return Drawing{}, fmt.Errorf("the graph cannot be laid out: %w", err)
	}
	return g.drawn(p, w), nil
}

// drawn puts nodes and edges where they were placed.
func (g flat) drawn(p placed, w Way) Drawing {
	out := Drawing{Width: p.Width, Height: p.Height}
	for i, n := range g.nodes {
		n.X, n.Y = p.Nodes[i][0]-n.Width/2, p.Nodes[i][1]-n.Height/2
		out.Nodes = append(out.Nodes, n)
	}
	for i, e := range g.edges {
		edge := Edge{Taken: w.Steps[e]}
		for _, at := range p.Edges[i] {
			edge.Points = append(edge.Points, Point{at[0], at[1]})
		}
		out.Edges = append(out.Edges, edge)
	}
	return out
}

// engine is the library, loaded. It does one layout at a time.
type engine func(input string) (string, error)

// engines are those that are loaded: loading takes longer than most layouts.
var engines sync.Pool

func load() (engine, error) {
	if loaded, is := engines.Get().(engine); is {
		return loaded, nil
	}
	p, err := program()
	if err != nil {
		return nil, err
	}
	vm := goja.New()
	f, err := vm.RunProgram(p)
	if err != nil {
		return nil, err
	}
	call, _ := goja.AssertFunction(f)
	return func(input string) (string, error) {
		answer, err := call(goja.Undefined(), vm.ToValue(input))
		if err != nil {
			return "", err
		}
		return answer.String(), nil
	}, nil
}

// run has the library lay the graph out.
func run(input string) (out placed, err error) {
	lay, err := load()
	if err != nil {
		return out, err
	}
	answer, err := lay(input)
	if err != nil {
		return out, err
	}
	engines.Put(lay)
	err = json.Unmarshal([]byte(answer), &out)
	return out, err
}
