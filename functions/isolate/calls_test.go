package isolate

import (
	"fmt"
	"strings"
)

// rounds gives the calls from the one with that index on, each after its round.
func (w *world) rounds(first int) []string {
	var out []string
	for _, c := range w.calls[first:] {
		out = append(out, fmt.Sprintf("%d %s", c.round, c))
	}
	return out
}

// only gives the calls of one name, each after its round.
func (w *world) only(name string) []string {
	var out []string
	for i, c := range w.calls {
		if c.name == name {
			out = append(out, w.rounds(i)[0])
		}
	}
	return out
}

// worked is how many calls took effect whose text begins so.
func (w *world) worked(prefix string) int {
	n := 0
	for _, c := range w.calls {
		if c.worked && strings.HasPrefix(c.String(), prefix) {
			n++
		}
	}
	return n
}

// made is how many calls were made whose name is that, whatever came of them.
func (w *world) made(name string) int {
	n := 0
	for _, c := range w.calls {
		if c.name == name {
			n++
		}
	}
	return n
}
