package asl

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/local/jsonata"
)

// template is a JSON value of a definition, in which strings may be expressions.
type template struct {
	literal    json.RawMessage // set if the value contains no expression
	expression *jsonata.Expression
	field      string // the expression's location, in Step Functions' notation: Output/v, Arguments/ids[0]
	names      []string
	parts      []*template // an object's values in the order of names, or an array's items
	object     bool
}

// isExpression tells whether a string is a JSONata expression: all of it is between {% and %}.
// See https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html.
func isExpression(s string) bool {
	return len(s) >= 4 && strings.HasPrefix(s, "{%") && strings.HasSuffix(s, "%}")
}

func (p *parser) template(n *node, path, field string) *template {
	switch {
	case n.object:
		t := &template{object: true, field: field}
		for _, m := range n.members {
			t.names = append(t.names, m.name)
			t.parts = append(t.parts, p.template(m.node, path+"."+m.name, field+"/"+m.name))
		}
		return t.fold()
	case n.array:
		t := &template{field: field}
		for i, item := range n.items {
			index := "[" + strconv.Itoa(i) + "]"
			t.parts = append(t.parts, p.template(item, path+index, field+index))
		}
		return t.fold()
	}
	if s, ok := n.value.(string); ok {
		return p.stringTemplate(s, path, field)
	}
	return &template{literal: n.scalar(), field: field}
}

func (p *parser) stringTemplate(s, path, field string) *template {
	if !isExpression(s) {
		if strings.HasPrefix(s, "{%") || strings.HasSuffix(s, "%}") {
			p.fault(path, "an expression must begin with {%% and end with %%}, with nothing before or after")
		}
		return &template{literal: encode(s), field: field}
	}
	e, err := jsonata.Compile(strings.TrimSpace(s[2 : len(s)-2]))
	if err != nil {
		p.fault(path, "the JSONata expression does not parse: %v", err)
		return &template{literal: json.RawMessage("null"), field: field}
	}
	return &template{expression: e, field: field}
}

// fold turns a container without expressions into a literal, so that evaluating it copies nothing.
func (t *template) fold() *template {
	for _, part := range t.parts {
		if part.literal == nil {
			return t
		}
	}
	text := t.join(func(part *template) (json.RawMessage, error) { return part.literal, nil })
	return &template{literal: text.value, field: t.field}
}

type joined struct {
	value json.RawMessage
	err   error
}

// join writes the container, with each part's value from value.
func (t *template) join(value func(*template) (json.RawMessage, error)) joined {
	open, closing := byte('['), byte(']')
	if t.object {
		open, closing = '{', '}'
	}
	out := []byte{open}
	for i, part := range t.parts {
		if i > 0 {
			out = append(out, ',')
		}
		if t.object {
			out = append(append(out, encode(t.names[i])...), ':')
		}
		v, err := value(part)
		if err != nil {
			return joined{err: err}
		}
		out = append(out, v...)
	}
	return joined{value: append(out, closing)}
}
