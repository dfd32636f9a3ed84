package triage

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// maxPolicy is the largest policy that is accepted, in bytes.
const maxPolicy = 64 << 10

// document reads YAML by its syntax tree, not into structs: a decoder stops at the
// first fault, and ParsePolicy reports all of them at once.
type document struct{ faults Faults }

func (d *document) fault(line int, format string, args ...any) {
	d.faults = append(d.faults, Fault{Line: line, Text: fmt.Sprintf(format, args...)})
}

// root returns the policy's top-level mapping, or nil after adding a fault.
func (d *document) root(src []byte) ast.Node {
	if len(src) > maxPolicy {
		d.fault(1, "the policy is larger than %d bytes", maxPolicy)
		return nil
	}
	file, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		line, text := 1, "no YAML that can be read"
		if bad, ok := errors.AsType[*yaml.SyntaxError](err); ok {
			line, text = bad.Token.Position.Line, "no YAML: "+bad.Message
		}
		d.fault(line, "%s", text)
		return nil
	}
	switch {
	case len(file.Docs) == 0 || len(file.Docs) == 1 && file.Docs[0].Body == nil:
		d.fault(1, "the policy is empty: write version: 1 at least, which is the default policy; quarantine policy prints that")
		return nil
	case len(file.Docs) > 1:
		d.fault(1, "there should be one document with a policy, but there are %d", len(file.Docs))
		return nil
	}
	return file.Docs[0].Body
}

// mapping is a YAML mapping with checked keys.
type mapping struct {
	d      *document
	path   string
	line   int
	values map[string]ast.Node
}

// mapping reads a node, and adds a fault for every key that is not in known.
func (d *document) mapping(path string, node ast.Node, known ...string) mapping {
	m := mapping{d: d, path: path, line: lineOf(node), values: map[string]ast.Node{}}
	for _, e := range d.entries(path, node) {
		key := e.Key.GetToken().Value
		switch _, twice := m.values[key]; {
		case twice:
			d.fault(lineOf(e.Key), "%s is there twice", m.at(key))
		case known != nil && !slices.Contains(known, key):
			d.fault(lineOf(e.Key), "unknown key %s; known here: %s", m.at(key), strings.Join(known, ", "))
		default:
			m.values[key] = e.Value
		}
	}
	return m
}

func (d *document) entries(path string, node ast.Node) []*ast.MappingValueNode {
	switch node := node.(type) {
	case *ast.MappingNode:
		return node.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{node}
	}
	d.wrong(path, node, "a mapping of keys to values")
	return nil
}

func (d *document) wrong(path string, node ast.Node, want string) {
	if path == "" {
		path = "the policy"
	}
	d.fault(lineOf(node), "%s should be %s, but is %s", path, want, kindOf(node))
}

func (m mapping) at(key string) string {
	if m.path == "" {
		return key
	}
	return m.path + "." + key
}

// lineOf is the line in the file on which a node begins.
func lineOf(node ast.Node) int {
	if node == nil || node.GetToken() == nil {
		return 1
	}
	return node.GetToken().Position.Line
}

// kindOf is a node's kind, as error messages name it.
func kindOf(node ast.Node) string {
	switch node := node.(type) {
	case nil, *ast.NullNode:
		return "empty"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.StringNode:
		return fmt.Sprintf("the text %.60q", node.Value)
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "a YAML anchor, alias or tag, which policies don't use"
	case ast.ScalarNode:
		return fmt.Sprintf("%.60q without quotes", node.GetToken().Value)
	default:
		return "something else"
	}
}
