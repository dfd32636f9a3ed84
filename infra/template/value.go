package template

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// value is a node without its syntax; above is the comment on what holds it:
// its key, or its list.
func (t *Template) value(path []string, n *yaml.Node, above string) (any, error) {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return nil, fmt.Errorf("line %d: anchors have no place in a template", n.Line)
	case strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!"):
		return t.function(path, n, above)
	case n.Kind == yaml.MappingNode:
		return t.mapping(path, n)
	case n.Kind == yaml.SequenceNode:
		return t.list(path, n, above+comment(n))
	}
	return t.scalar(path, n, above)
}

func (t *Template) mapping(path []string, n *yaml.Node) (any, error) {
	out := map[string]any{}
	for pair := range slices.Chunk(n.Content, 2) {
		key := pair[0]
		if key.Kind != yaml.ScalarNode || key.Tag == "!!merge" {
			return nil, fmt.Errorf("line %d: only plain keys have a place in a template", key.Line)
		}
		if _, twice := out[key.Value]; twice {
			return nil, fmt.Errorf("line %d: %s stands there twice", key.Line, key.Value)
		}
		v, err := t.value(below(path, key.Value), pair[1], comment(key))
		if err != nil {
			return nil, err
		}
		out[key.Value] = v
	}
	return out, nil
}

func (t *Template) list(path []string, n *yaml.Node, above string) (any, error) {
	out := []any{}
	for i, e := range n.Content {
		v, err := t.value(below(path, strconv.Itoa(i)), e, above)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// function makes the long form of a short one:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func (t *Template) function(path []string, n *yaml.Node, above string) (any, error) {
	name := strings.TrimPrefix(n.Tag, "!")
	if name != "Ref" && name != "Condition" {
		name = "Fn::" + name
	}
	argument := *n
	argument.Tag = ""
	if n.Kind == yaml.ScalarNode {
		argument.Tag = "!!str"
	}
	v, err := t.value(below(path, name), &argument, above)
	if err != nil {
		return nil, err
	}
	text, ok := v.(string)
	if v == "" || name == "Ref" && !ok {
		return nil, fmt.Errorf("line %d: %s is of nothing that it could be of", n.Line, n.Tag)
	}
	if ok && name == "Fn::GetAtt" {
		resource, attribute, _ := strings.Cut(text, ".")
		v = []any{resource, attribute}
	}
	return map[string]any{name: v}, nil
}

func (t *Template) scalar(path []string, n *yaml.Node, above string) (any, error) {
	var v any = n.Value
	if n.Tag != "!!timestamp" { // a policy's Version is a text
		if err := n.Decode(&v); err != nil {
			return nil, fmt.Errorf("line %d: %w", n.Line, err)
		}
	}
	t.scalars = append(t.scalars, Scalar{Path: path, Line: n.Line, Value: v, Comment: above + comment(n)})
	return v, nil
}

// comment is what is written above a node and beside it.
func comment(n *yaml.Node) string {
	var out strings.Builder
	for _, c := range []string{n.HeadComment, n.LineComment} {
		if c != "" {
			out.WriteString(c + "\n")
		}
	}
	return out.String()
}

// below does not share memory with the paths of others.
func below(path []string, key string) []string { return append(slices.Clip(path), key) }
