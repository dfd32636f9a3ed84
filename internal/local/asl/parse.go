package asl

import (
	"fmt"
	"unicode/utf8"
)

// Parse reads and checks a definition. The error is a *DefinitionError with every fault.
func Parse(definition []byte) (*Machine, error) {
	p := &parser{machine: &Machine{}, names: map[string]string{}}
	root, err := decode(definition)
	if err != nil {
		p.fault("", "not a JSON object: %v", err)
	} else {
		p.top(root)
	}
	if len(p.faults) > 0 {
		return nil, &DefinitionError{Faults: p.faults}
	}
	return p.machine, nil
}

type parser struct {
	machine *Machine
	faults  []Fault
	names   map[string]string // the path at which a state's name was first used
}

func (p *parser) fault(path, format string, args ...any) {
	p.faults = append(p.faults, Fault{Path: path, Message: fmt.Sprintf(format, args...)})
}

func (p *parser) top(root *node) {
	o := p.object(root, "")
	if o == nil {
		return
	}
	p.machine.comment = o.comment()
	if n := o.take("QueryLanguage"); n == nil {
		p.fault("QueryLanguage", "required: \"JSONata\"; without it Step Functions takes the definition as JSONPath")
	} else {
		p.queryLanguage(n, "QueryLanguage")
	}
	if n := o.take("Version"); n != nil && n.value != "1.0" {
		p.fault("Version", "must be \"1.0\"")
	}
	p.machine.timeout = o.integer("TimeoutSeconds", 0, 1, maxSeconds)
	p.machine.program = p.program(o, nil, nil)
	o.done()
}

func (p *parser) queryLanguage(n *node, path string) {
	if n.value != "JSONata" {
		p.fault(path, "must be \"JSONata\", the only query language that runs here")
	}
}

// program reads StartAt and States. outer holds the variables that enclosing programs assign.
func (p *parser) program(o *object, parent *state, outer map[string]bool) *program {
	g := &program{startAt: o.name("StartAt", true), states: map[string]*state{}}
	n := o.need("States", "an object of at least one state")
	if n == nil {
		return g
	}
	path := o.at("States")
	if !n.object || len(n.members) == 0 {
		p.fault(path, "must be an object of at least one state")
		return g
	}
	assigned := p.assignedIn(n, outer)
	var order []*state
	for _, m := range n.members {
		st := p.state(m.name, m.node, path+"."+m.name, parent, outer, assigned)
		g.states[m.name] = st
		order = append(order, st)
	}
	if g.startAt != "" && g.states[g.startAt] == nil {
		p.fault(o.at("StartAt"), "there is no state %q beside it in States", g.startAt)
	}
	for _, st := range order {
		p.targets(g, st)
	}
	g.mark(g.startAt)
	return g
}

// assignedIn returns the variables of the enclosing programs and those that the states of this one assign.
func (p *parser) assignedIn(states *node, outer map[string]bool) map[string]bool {
	all := map[string]bool{}
	for name := range outer {
		all[name] = true
	}
	for _, m := range states.members {
		collectAssigned(m.node, all)
	}
	return all
}

func collectAssigned(state *node, into map[string]bool) {
	for _, m := range state.members {
		switch m.name {
		case "Assign":
			for _, v := range m.node.members {
				into[v.name] = true
			}
		case "Choices", "Catch":
			for _, item := range m.node.items {
				collectAssigned(item, into)
			}
		}
	}
}

// targets checks that every transition of a state leads to a state of the same program.
func (p *parser) targets(g *program, st *state) {
	check := func(path, target string) {
		if target != "" && g.states[target] == nil {
			p.fault(path, "there is no state %q in this part of the definition", target)
		}
	}
	check(st.path+".Next", st.next)
	check(st.path+".Default", st.defaultState)
	for i, r := range st.choices {
		check(fmt.Sprintf("%s.Choices[%d].Next", st.path, i), r.next)
	}
	for i, c := range st.catch {
		check(fmt.Sprintf("%s.Catch[%d].Next", st.path, i), c.next)
	}
}

// mark marks every state that can be reached from a state of the program.
func (g *program) mark(name string) {
	st := g.states[name]
	if st == nil || st.reachable {
		return
	}
	st.reachable = true
	for _, next := range st.transitions() {
		g.mark(next)
	}
}

// stateName checks a state's name: at most 80 characters, and unique in the whole definition, see
// https://states-language.net/spec.html#states-fields.
func (p *parser) stateName(name, path string) {
	if name == "" || utf8.RuneCountInString(name) > 80 {
		p.fault(path, "a state's name has 1 to 80 characters")
	}
	if first, ok := p.names[name]; ok {
		p.fault(path, "the name %q is taken already by %s", name, first)
		return
	}
	p.names[name] = path
}
