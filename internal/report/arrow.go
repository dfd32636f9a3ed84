package report

import "math"

// arrow adds a way between the instance, at (x1, y1), and its other end.
func (s *sketch) arrow(w Way, x1, y1, x2, y2, stopX, stopY float64) {
	p := w.At[s.moment]
	if w.From != s.host {
		x1, y1, x2, y2 = x2, y2, x1, y1
	}
	a := arrow{X1: x1, Y1: y1, X2: x2, Y2: y2, StopX: stopX, StopY: stopY, Pass: p.Pass, What: w.What, Word: p.Word, Reason: p.Reason}
	a.Heads = [][3][2]float64{head(x1, y1, x2, y2)}
	if w.Both {
		a.Heads = append(a.Heads, head(x2, y2, x1, y1))
	}
	s.Arrows = append(s.Arrows, a)
}

// label places the words of the last arrow.
func (s *sketch) label(x, y float64) {
	a := &s.Arrows[len(s.Arrows)-1]
	a.LabelX, a.LabelY = x, y
}

// head is the triangle at the end of a line.
func head(x1, y1, x2, y2 float64) [3][2]float64 {
	const length, half = 9, 4.5
	dx, dy := x2-x1, y2-y1
	if n := math.Hypot(dx, dy); n > 0 {
		dx, dy = dx/n, dy/n
	}
	return [3][2]float64{
		{x2, y2},
		{x2 - dx*length - dy*half, y2 - dy*length + dx*half},
		{x2 - dx*length + dy*half, y2 - dy*length - dx*half},
	}
}
