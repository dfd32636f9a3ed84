package state_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"github.com/ec2-quarantine/quarantine/statemachine"
)

func TestEachNamedStateIsInADefinition(t *testing.T) {
	t.Parallel()
	states := map[string]bool{}
	for _, definition := range [][]byte{statemachine.Quarantine, statemachine.Approval, statemachine.Release, statemachine.Watch} {
		collect(t, definition, states)
	}
	names := constants(t)
	if len(names) < 30 || len(states) < 60 {
		t.Errorf("only %d constants and %d states were found", len(names), len(states))
	}
	for constant, name := range names {
		if constant != name {
			t.Errorf("the constant %s names the state %s", constant, name)
		}
		if !states[name] {
			t.Errorf("no definition has a state %s", name)
		}
	}
}

// constants are the package's constants with their values.
func constants(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "state.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, is := n.(*ast.ValueSpec)
		if !is {
			return true
		}
		for i, name := range spec.Names {
			text, err := strconv.Unquote(spec.Values[i].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values[name.Name] = text
		}
		return false
	})
	return values
}

// collect adds the names of a machine's states, those of the machines inside it too.
func collect(t *testing.T, machine json.RawMessage, names map[string]bool) {
	t.Helper()
	var m struct{ States map[string]json.RawMessage }
	if err := json.Unmarshal(machine, &m); err != nil {
		t.Fatal(err)
	}
	for name, text := range m.States {
		names[name] = true
		var inside struct {
			Branches      []json.RawMessage
			ItemProcessor json.RawMessage
		}
		if err := json.Unmarshal(text, &inside); err != nil {
			t.Fatal(err)
		}
		for _, b := range inside.Branches {
			collect(t, b, names)
		}
		if inside.ItemProcessor != nil {
			collect(t, inside.ItemProcessor, names)
		}
	}
}
