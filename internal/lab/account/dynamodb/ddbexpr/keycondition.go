package ddbexpr

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// KeyRange checks that the condition is valid for a query: the hash key equals a value, and the
// range key has at most one test. It returns the values that the keys are compared with, by the
// key's name.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html
func (c *Condition) KeyRange(hash, rangeKey string) (map[string][]types.AttributeValue, error) {
	compared := map[string][]types.AttributeValue{}
	parts := conjuncts(c.root)
	if len(parts) > 2 {
		return nil, errorf("Conditions can be of length 1 or 2 only")
	}
	for _, part := range parts {
		name, values, err := c.keyTest(part, hash)
		if err != nil {
			return nil, err
		}
		if name != hash && (rangeKey == "" || name != rangeKey) {
			return nil, errorf("Query condition missed key schema element: %s", firstMissing(hash, rangeKey, compared))
		}
		if compared[name] != nil {
			return nil, errorf("%s must only contain one condition per key", c.kind)
		}
		compared[name] = values
	}
	if compared[hash] == nil {
		return nil, errorf("Query condition missed key schema element: %s", hash)
	}
	return compared, nil
}

func firstMissing(hash, rangeKey string, have map[string][]types.AttributeValue) string {
	if have[hash] == nil || rangeKey == "" {
		return hash
	}
	return rangeKey
}

func conjuncts(t test) []test {
	switch t := t.(type) {
	case both:
		return append(conjuncts(t.a), conjuncts(t.b)...)
	case group:
		return conjuncts(t.of)
	default:
		return []test{t}
	}
}

func (c *Condition) keyTest(t test, hash string) (name string, values []types.AttributeValue, err error) {
	var key operand
	var others []operand
	equality := false
	switch t := t.(type) {
	case comparison:
		if t.operator == "<>" {
			return "", nil, errorf("Unsupported operator on KeyCondition: operator: <>")
		}
		key, others, equality = t.a, []operand{t.b}, t.operator == "="
	case between:
		key, others = t.v, []operand{t.low, t.high}
	case beginsWith:
		key, others = t.v, []operand{t.prefix}
	default:
		return "", nil, errorf("Invalid operator used in %s: only AND, comparisons, BETWEEN and begins_with are allowed", c.kind)
	}
	path, ok := key.(Path)
	if !ok || len(path) != 1 {
		return "", nil, errorf("Invalid %s: a key must stand on the left of its condition, as a top-level attribute", c.kind)
	}
	if path.Name() == hash && !equality {
		return "", nil, errorf("Query key condition not supported")
	}
	for _, o := range others {
		l, ok := o.(literal)
		if !ok {
			return "", nil, errorf("Invalid %s: a key must be compared with an expression attribute value", c.kind)
		}
		values = append(values, l.v)
	}
	return path.Name(), slices.Clip(values), nil
}
