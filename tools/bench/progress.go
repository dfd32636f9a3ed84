package main

import (
	"fmt"
	"io"
)

// progressReport reports the progress of a long run, a line for each tenth.
type progressReport struct {
	w         io.Writer
	name      string
	done, all int
}

func newProgress(w io.Writer, name string, all int) *progressReport {
	fmt.Fprintf(w, "bench: %s of %d findings\n", name, all)
	return &progressReport{w: w, name: name, all: all}
}

func (b *progressReport) step() {
	if b.done++; b.done%max(1, b.all/10) == 0 {
		fmt.Fprintf(b.w, "bench: %s: %d of %d findings have ended\n", b.name, b.done, b.all)
	}
}
