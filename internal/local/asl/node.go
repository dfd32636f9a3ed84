package asl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// maxDepth limits the nesting of a definition, so that no definition exhausts the stack.
const maxDepth = 200

// node is a JSON value that keeps the order of its members, unlike a Go map.
type node struct {
	value   any // nil, bool, string, json.Number; for objects and arrays see below
	object  bool
	array   bool
	members []member
	items   []*node
}

type member struct {
	name string
	node *node
}

// decode reads one JSON value. Unlike encoding/json, it refuses a duplicate member and anything after the value.
func decode(data []byte) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	n, err := decodeValue(d, 0)
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the JSON ends early")
	}
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something after the end of the JSON value")
	}
	return n, nil
}

func decodeValue(d *json.Decoder, depth int) (*node, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	switch token {
	case json.Delim('{'):
		return decodeObject(d, depth)
	case json.Delim('['):
		return decodeArray(d, depth)
	}
	return &node{value: token}, nil
}

func decodeObject(d *json.Decoder, depth int) (*node, error) {
	n := &node{object: true}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		name := token.(string) // the decoder returns only strings here
		if seen[name] {
			return nil, fmt.Errorf("the member %q is given twice in one object", name)
		}
		seen[name] = true
		value, err := decodeValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		n.members = append(n.members, member{name, value})
	}
	_, err := d.Token()
	return n, err
}

func decodeArray(d *json.Decoder, depth int) (*node, error) {
	n := &node{array: true}
	for d.More() {
		value, err := decodeValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		n.items = append(n.items, value)
	}
	_, err := d.Token()
	return n, err
}

// kind is the node's type, for messages.
func (n *node) kind() string {
	switch {
	case n.object:
		return "an object"
	case n.array:
		return "an array"
	case n.value == nil:
		return "null"
	}
	switch n.value.(type) {
	case bool:
		return "a boolean"
	case string:
		return "a string"
	}
	return "a number"
}

// expression tells whether the node is a JSONata expression.
func (n *node) expression() bool {
	s, ok := n.value.(string)
	return ok && isExpression(s)
}

// scalar returns the JSON text of a node that is neither object nor array.
func (n *node) scalar() json.RawMessage {
	return encode(n.value)
}

// encode writes compact JSON and does not escape <, > and &, like Step Functions.
func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // all types that are passed here can be encoded
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
