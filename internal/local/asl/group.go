package asl

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
)

// group holds the lines inside a Parallel or Map state. The first one that fails stops the others.
type group struct {
	parent *frame
	ctx    context.Context
	cancel context.CancelCauseFunc

	mutex   sync.Mutex
	results []json.RawMessage
	failing *frame
	fail    *failure
}

func (f *frame) group(ctx context.Context, size int) *group {
	g := &group{parent: f, results: make([]json.RawMessage, size)}
	g.ctx, g.cancel = f.x.clock.WithCancel(ctx)
	f.children = make([]*frame, size)
	return g
}

// run runs one line of the group to its end.
func (g *group) run(i int, p *program, input json.RawMessage) {
	child := g.parent.children[i]
	output, err := child.runProgram(g.ctx, p, input)
	if err != nil {
		g.lost(child, err)
		return
	}
	g.results[i] = output
}

// lost records the first failure and stops the other lines.
func (g *group) lost(child *frame, err error) {
	fail, ok := errors.AsType[*failure](err)
	if !ok {
		return
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.fail == nil {
		g.failing, g.fail = child, fail
		g.cancel(errStopped)
	}
}

// join is called when all lines have returned. It returns their outputs as an array or, if one failed, writes the
// events of the aborted lines and returns the failure. last is the latest event of the lines that succeeded.
func (g *group) join(ctx context.Context, last int64) (json.RawMessage, error) {
	defer g.cancel(nil)
	f := g.parent
	if ctx.Err() != nil {
		return nil, errStopped
	}
	if g.fail != nil {
		f.prev, f.last = g.failing.prev, g.failing.prev
		f.abortChildren(f.prev, g.failing)
		return nil, g.fail
	}
	f.children = nil
	f.prev = last
	return joinArray(g.results), nil
}

func joinArray(items []json.RawMessage) json.RawMessage {
	out := []byte{'['}
	for i, item := range items {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, item...)
	}
	return append(out, ']')
}
