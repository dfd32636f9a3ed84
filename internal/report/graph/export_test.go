package graph

// Placed is the definition with a layout of its own.
func (d Definition) Placed(l Layout) Definition {
	d.placed = l
	return d
}
