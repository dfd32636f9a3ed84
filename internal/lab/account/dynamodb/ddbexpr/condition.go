package ddbexpr

import (
	"bytes"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// test is a node of a condition's syntax tree.
type test interface {
	matches(Item) bool
}

type (
	both       struct{ a, b test }
	either     struct{ a, b test }
	negation   struct{ of test }
	group      struct{ of test } // in parentheses
	comparison struct {
		operator string
		a, b     operand
	}
	between struct{ v, low, high operand }
	among   struct {
		v       operand
		choices []operand
	}
	exists struct {
		path Path
		want bool
	}
	hasType    struct{ path, kind operand }
	beginsWith struct{ v, prefix operand }
	contains   struct{ v, part operand }
)

func (t both) matches(item Item) bool     { return t.a.matches(item) && t.b.matches(item) }
func (t either) matches(item Item) bool   { return t.a.matches(item) || t.b.matches(item) }
func (t negation) matches(item Item) bool { return !t.of.matches(item) }
func (t group) matches(item Item) bool    { return t.of.matches(item) }

// matches is false for a comparison with a missing attribute, except for <>: a missing value is
// not equal to any other.
func (t comparison) matches(item Item) bool {
	a, b := t.a.value(item), t.b.value(item)
	switch t.operator {
	case "=":
		return a != nil && b != nil && Equal(a, b)
	case "<>":
		return a == nil || b == nil || !Equal(a, b)
	}
	order, ok := Compare(a, b)
	if !ok {
		return false
	}
	switch t.operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	default:
		return order >= 0
	}
}

func (t between) matches(item Item) bool {
	v := t.v.value(item)
	low, ok := Compare(t.low.value(item), v)
	if !ok || low > 0 {
		return false
	}
	high, ok := Compare(v, t.high.value(item))
	return ok && high <= 0
}

func (t among) matches(item Item) bool {
	v := t.v.value(item)
	return v != nil && slices.ContainsFunc(t.choices, func(o operand) bool { return Equal(v, o.value(item)) })
}

func (t exists) matches(item Item) bool { return (t.path.find(item) != nil) == t.want }

func (t hasType) matches(item Item) bool {
	v, kind := t.path.value(item), t.kind.value(item)
	return v != nil && TypeOf(v) == show(kind)
}

func (t beginsWith) matches(item Item) bool {
	switch v := t.v.value(item).(type) {
	case *types.AttributeValueMemberS:
		prefix, ok := t.prefix.value(item).(*types.AttributeValueMemberS)
		return ok && strings.HasPrefix(v.Value, prefix.Value)
	case *types.AttributeValueMemberB:
		prefix, ok := t.prefix.value(item).(*types.AttributeValueMemberB)
		return ok && bytes.HasPrefix(v.Value, prefix.Value)
	default:
		return false
	}
}

func (t contains) matches(item Item) bool {
	part := t.part.value(item)
	switch v := t.v.value(item).(type) {
	case *types.AttributeValueMemberS:
		p, ok := part.(*types.AttributeValueMemberS)
		return ok && strings.Contains(v.Value, p.Value)
	case *types.AttributeValueMemberB:
		p, ok := part.(*types.AttributeValueMemberB)
		return ok && bytes.Contains(v.Value, p.Value)
	default:
		return part != nil && has(elements(v), part)
	}
}
