package guardduty

import (
	"fmt"
	"slices"
)

// reader reads a decoded event and keeps the first fault that it meets. After a
// fault, every read returns a zero value, so callers need not check.
type reader struct {
	fault *Malformed
	left  []string // what was left out, as Finding.LeftOut has it
	more  int      // how much more than that was left out
}

func (r *reader) fail(path, want, got string) {
	if r.fault == nil {
		r.fault = malformed(path, want, got)
	}
}

// leave notes what is not read, because nothing depends on it.
func (r *reader) leave(path, want, got string) {
	m := malformed(path, want, got)
	note := m.Field + " should be " + m.Want + ", but is " + m.Got
	switch {
	case slices.Contains(r.left, note):
	case len(r.left) >= maxNames:
		r.more++
	default:
		r.left = append(r.left, note)
	}
}

// leftOut returns the notes.
func (r *reader) leftOut() []string {
	if r.more == 0 {
		return r.left
	}
	return append(slices.Clone(r.left), fmt.Sprintf("and %d more", r.more))
}
