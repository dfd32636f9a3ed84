package graph

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Definition is a state machine, or a branch of a Parallel state or the processor of a Map state.
type Definition struct {
	StartAt string
	States  map[string]State

	placed Layout // of a whole one
}

// State is a state as far as it is drawn.
type State struct {
	Type, Comment string
	Next, Default string
	Choices       []struct{ Next string }
	Catch         []struct{ Next string }
	Branches      []Definition
	ItemProcessor *Definition
}

// Parse reads a definition. One of another version has no layout, and cannot be drawn.
func Parse(text []byte) (Definition, error) {
	var d Definition
	if err := json.Unmarshal(text, &d); err != nil {
		return d, fmt.Errorf("the definition cannot be read: %w", err)
	}
	var err error
	d.placed, err = layoutOf(Hash(text))
	return d, err
}

// Follows are the states that can follow, each once, in the order in which they stand in the definition.
func (s State) Follows() (names []string) {
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	add(s.Next)
	for _, c := range s.Choices {
		add(c.Next)
	}
	add(s.Default)
	for _, c := range s.Catch {
		add(c.Next)
	}
	return names
}

// Within are the definitions that a state runs inside itself.
func (s State) Within() []Definition {
	if s.ItemProcessor != nil {
		return []Definition{*s.ItemProcessor}
	}
	return s.Branches
}

// Order has the states' names, those that are reached first at the front: the same definition is
// always drawn alike.
func (d Definition) Order() (names []string) {
	if _, known := d.States[d.StartAt]; known {
		names = append(names, d.StartAt)
	}
	for i := 0; i < len(names); i++ {
		for _, next := range d.States[names[i]].Follows() {
			if _, known := d.States[next]; known && !slices.Contains(names, next) {
				names = append(names, next)
			}
		}
	}
	return names
}

// Has counts how many of the names are states of the definition, at any depth.
func (d Definition) Has(names []string) (n int) {
	for _, name := range names {
		if _, found := d.find(name); found {
			n++
		}
	}
	return n
}

func (d Definition) find(name string) (State, bool) {
	if s, found := d.States[name]; found {
		return s, true
	}
	for _, s := range d.States {
		for _, inner := range s.Within() {
			if found, is := inner.find(name); is {
				return found, true
			}
		}
	}
	return State{}, false
}
