package call

// State is a service's state, which can be copied and replaced by a copy.
type State interface {
	copy() any
	show(state any) (was any)
}

// StateAt is the state that the pointer at place points to.
func StateAt[S any](place **S, copyOf func(*S) *S) State { return stateAt[S]{place, copyOf} }

type stateAt[S any] struct {
	place  **S
	copyOf func(*S) *S
}

func (s stateAt[S]) copy() any { return s.copyOf(*s.place) }

func (s stateAt[S]) show(state any) (was any) {
	was, *s.place = *s.place, state.(*S)
	return was
}
