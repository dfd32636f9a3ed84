package ddbexpr

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// maxExpression is the maximum length of an expression in bytes:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
const maxExpression = 4096

// Scope holds a request's ExpressionAttributeNames and -Values, and records which of them its
// expressions use.
type Scope struct {
	names  map[string]string
	values Item
	used   map[string]bool
}

// NewScope validates the names and values. hasExpressions says whether the request has any
// expression; without one it may have neither names nor values.
func NewScope(names map[string]string, values Item, hasExpressions bool) (*Scope, error) {
	switch {
	case !hasExpressions && names != nil:
		return nil, errorf("ExpressionAttributeNames can only be specified when using expressions")
	case !hasExpressions && values != nil:
		return nil, errorf("ExpressionAttributeValues can only be specified when using expressions")
	case names != nil && len(names) == 0:
		return nil, errorf("ExpressionAttributeNames must not be empty")
	case values != nil && len(values) == 0:
		return nil, errorf("ExpressionAttributeValues must not be empty")
	}
	for name := range names {
		if !wellNamed(name, '#') {
			return nil, errorf("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", name)
		}
	}
	for name := range values {
		if !wellNamed(name, ':') {
			return nil, errorf("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", name)
		}
	}
	kept, err := Normalize(values)
	if err != nil {
		return nil, errorf("ExpressionAttributeValues contains invalid value: %v", err)
	}
	return &Scope{names: names, values: kept, used: map[string]bool{}}, nil
}

func wellNamed(name string, sigil byte) bool {
	return len(name) > 1 && name[0] == sigil && wordLen(name[1:]) == len(name)-1
}

// Unused rejects names and values that no expression uses. It must be called after all of a
// request's expressions are parsed.
func (s *Scope) Unused() error {
	if left := unused(s.names, s.used); left != "" {
		return errorf("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", left)
	}
	if left := unused(s.values, s.used); left != "" {
		return errorf("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", left)
	}
	return nil
}

func unused[V any](given map[string]V, used map[string]bool) string {
	var left []string
	for name := range given {
		if !used[name] {
			left = append(left, name)
		}
	}
	slices.Sort(left)
	return strings.Join(left, ", ")
}

func (s *Scope) name(placeholder string) (string, error) {
	name, ok := s.names[placeholder]
	if !ok {
		return "", errorf("An expression attribute name used in the document path is not defined; attribute name: %s", placeholder)
	}
	s.used[placeholder] = true
	return name, nil
}

func (s *Scope) value(placeholder string) (types.AttributeValue, error) {
	v, ok := s.values[placeholder]
	if !ok {
		return nil, errorf("An expression attribute value used in expression is not defined; attribute value: %s", placeholder)
	}
	s.used[placeholder] = true
	return v, nil
}

// bare validates a name that is written literally in an expression.
func (s *Scope) bare(word string) (string, error) {
	if reserved[strings.ToUpper(word)] {
		return "", errorf("Attribute name is a reserved keyword; reserved keyword: %s", word)
	}
	return word, nil
}
