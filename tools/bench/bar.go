package main

import (
	"fmt"
	"io"
)

// bar tells of long work, a line for each tenth.
type bar struct {
	w         io.Writer
	name      string
	done, all int
}

func newBar(w io.Writer, name string, all int) *bar {
	fmt.Fprintf(w, "bench: %s of %d findings\n", name, all)
	return &bar{w: w, name: name, all: all}
}

func (b *bar) step() {
	if b.done++; b.done%max(1, b.all/10) == 0 {
		fmt.Fprintf(b.w, "bench: %s: %d of %d findings have ended\n", b.name, b.done, b.all)
	}
}
