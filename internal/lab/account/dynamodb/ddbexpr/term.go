package ddbexpr

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// term is the right-hand side of an assignment, evaluated against the item before the update.
type term interface {
	eval(Item) (types.AttributeValue, error)
}

type (
	plain      struct{ operand }
	arithmetic struct {
		a, b     term
		operator string
	}
	fallback struct {
		path      Path
		otherwise term
	}
	concatenation struct{ a, b term }
)

func (t plain) eval(item Item) (types.AttributeValue, error) {
	v := t.value(item)
	if v == nil {
		return nil, errorf("The provided expression refers to an attribute that does not exist in the item")
	}
	return v, nil
}

func (t fallback) eval(item Item) (types.AttributeValue, error) {
	if v := t.path.find(item); v != nil {
		return v, nil
	}
	return t.otherwise.eval(item)
}

func (t arithmetic) eval(item Item) (types.AttributeValue, error) {
	a, b, err := evalBoth(t.a, t.b, item)
	if err != nil {
		return nil, err
	}
	return addNumbers(a, b, t.operator == "-")
}

func (t concatenation) eval(item Item) (types.AttributeValue, error) {
	a, b, err := evalBoth(t.a, t.b, item)
	if err != nil {
		return nil, err
	}
	x, okX := a.(*types.AttributeValueMemberL)
	y, okY := b.(*types.AttributeValueMemberL)
	if !okX || !okY {
		return nil, wrongType()
	}
	return &types.AttributeValueMemberL{Value: slices.Concat(x.Value, y.Value)}, nil
}

func evalBoth(a, b term, item Item) (x, y types.AttributeValue, err error) {
	if x, err = a.eval(item); err != nil {
		return nil, nil, err
	}
	y, err = b.eval(item)
	return x, y, err
}

func addNumbers(a, b types.AttributeValue, subtract bool) (types.AttributeValue, error) {
	x, okX := a.(*types.AttributeValueMemberN)
	y, okY := b.(*types.AttributeValueMemberN)
	if !okX || !okY {
		return nil, wrongType()
	}
	left, err := parseNumber(x.Value)
	if err != nil {
		return nil, err
	}
	right, err := parseNumber(y.Value)
	if err != nil {
		return nil, err
	}
	sum, err := left.combine(right, subtract)
	if err != nil {
		return nil, err
	}
	return &types.AttributeValueMemberN{Value: sum.String()}, nil
}

func wrongType() error {
	return errorf("An operand in the update expression has an incorrect data type")
}
