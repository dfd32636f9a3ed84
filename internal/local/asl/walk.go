package asl

// State is what a test needs of a state to walk a definition. Parse has checked it.
type State struct {
	Name    string
	Path    string // in the definition, such as States.Respond.Branches[0].States.Notify
	Parent  string // the Parallel or Map state around it; empty at the top
	Type    string
	Comment string
	// Resource is a Task state's.
	Resource string
	// Transitions are the states that can follow, of Next, Choices, Default and Catch, each once.
	Transitions []string
	// RetryErrors and CatchErrors are the ErrorEquals of each retrier and catcher, in order.
	RetryErrors, CatchErrors [][]string
	// Reachable says that a path leads here from StartAt of its own part of the definition, and to the state
	// around it.
	Reachable bool
}

// States gives every state, in the order of the definition, those inside Parallel and Map states after the
// state that holds them.
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

// transitions are the states that can follow, each once.
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
