// Package template reads CloudFormation and SAM templates into plain maps, for
// checks on them. The short forms of functions become the long ones, so that
// !Ref X is {"Ref": "X"}, and nothing is evaluated.
package template

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Template is a template as it is written.
type Template struct {
	// Body is the document: maps are map[string]any, lists []any, scalars
	// string, bool, int, float64 or nil.
	Body map[string]any

	scalars []Scalar
}

// Scalar is a text, number or truth value, and where it stands.
type Scalar struct {
	Path  []string // keys, and indexes of lists, from the root
	Line  int      // from 1
	Value any
	// Comment is what is written, with its #, beside the scalar and right above
	// it, and so at its key or its list.
	Comment string
}

// Within says that one of the keys above the scalar is the given one.
func (s Scalar) Within(key string) bool { return slices.Contains(s.Path, key) }

// Parse reads a template. YAML's anchors and merge keys are refused: not every
// tool that deploys takes them. The error says the line.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
func Parse(src []byte) (*Template, error) {
	var document yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(src))
	if err := d.Decode(&document); err != nil {
		return nil, fmt.Errorf("no YAML: %w", err)
	}
	if err := d.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, errors.New("a template is one document, and here are more")
	}
	t := &Template{}
	root := document.Content[0]
	body, err := t.value(nil, root, "")
	if err != nil {
		return nil, err
	}
	var ok bool
	if t.Body, ok = body.(map[string]any); !ok {
		return nil, fmt.Errorf("line %d: a template is a mapping", root.Line)
	}
	return t, nil
}

// Scalars gives every scalar in the order of the document.
func (t *Template) Scalars() []Scalar { return t.scalars }
