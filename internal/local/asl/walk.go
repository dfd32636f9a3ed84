package asl

// State is a state of a definition, with what tests need to check the definition.
type State struct {
	Name    string
	Path    string // in the definition, such as States.Respond.Branches[0].States.Notify
	Parent  string // the enclosing Parallel or Map state; empty at the top level
	Type    string
	Comment string
	// Resource is the Resource of a Task state.
	Resource string
	// Transitions are the possible next states, from Next, Choices, Default and Catch, each once.
	Transitions []string
	// RetryErrors and CatchErrors are the ErrorEquals of each retrier and catcher, in order.
	RetryErrors, CatchErrors [][]string
	// Reachable is true if a path leads here from the program's StartAt, and the enclosing state is reachable.
	Reachable bool
}

// States returns every state in the order of the definition; the states inside Parallel and Map states come after
// the enclosing state.
func (m *Machine) States() []State {
	out := make([]State, 0, len(m.all))
	for _, st := range m.all {
		s := State{Name: st.name, Path: st.path, Type: st.typ, Comment: st.comment,
			Transitions: st.transitions(), Reachable: st.reached()}
		if st.parent != nil {
			s.Parent = st.parent.name
		}
		if st.resource != nil {
			s.Resource = st.resource.text
		}
		for _, r := range st.retry {
			s.RetryErrors = append(s.RetryErrors, append([]string(nil), r.errorEquals...))
		}
		for _, c := range st.catch {
			s.CatchErrors = append(s.CatchErrors, append([]string(nil), c.errorEquals...))
		}
		out = append(out, s)
	}
	return out
}

func (st *state) reached() bool {
	return st.reachable && (st.parent == nil || st.parent.reached())
}

// transitions are the possible next states, each once.
func (st *state) transitions() []string {
	var names []string
	seen := map[string]bool{"": true}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, r := range st.choices {
		add(r.next)
	}
	add(st.defaultState)
	add(st.next)
	for _, c := range st.catch {
		add(c.next)
	}
	return names
}
