// Package ddbexpr implements DynamoDB's expressions over DynamoDB's values: conditions, key
// conditions, filters, updates and projections.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
package ddbexpr

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Item is an item, or a map in an item.
type Item = map[string]types.AttributeValue

// Error is the message of a ValidationException.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func errorf(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// TypeOf returns DynamoDB's name of a value's type: S, N, B, SS, NS, BS, M, L, BOOL or NULL; ""
// for nil.
func TypeOf(v types.AttributeValue) string {
	switch v.(type) {
	case *types.AttributeValueMemberS:
		return "S"
	case *types.AttributeValueMemberN:
		return "N"
	case *types.AttributeValueMemberB:
		return "B"
	case *types.AttributeValueMemberSS:
		return "SS"
	case *types.AttributeValueMemberNS:
		return "NS"
	case *types.AttributeValueMemberBS:
		return "BS"
	case *types.AttributeValueMemberM:
		return "M"
	case *types.AttributeValueMemberL:
		return "L"
	case *types.AttributeValueMemberBOOL:
		return "BOOL"
	case *types.AttributeValueMemberNULL:
		return "NULL"
	default:
		return ""
	}
}

// Compare orders two values of the same type S, N or B; ok is false for all others, which have
// no order.
func Compare(a, b types.AttributeValue) (order int, ok bool) {
	switch x := a.(type) {
	case *types.AttributeValueMemberS:
		if y, same := b.(*types.AttributeValueMemberS); same {
			return strings.Compare(x.Value, y.Value), true
		}
	case *types.AttributeValueMemberN:
		if y, same := b.(*types.AttributeValueMemberN); same {
			return compareNumbers(x.Value, y.Value)
		}
	case *types.AttributeValueMemberB:
		if y, same := b.(*types.AttributeValueMemberB); same {
			return bytes.Compare(x.Value, y.Value), true
		}
	}
	return 0, false
}

func compareNumbers(a, b string) (order int, ok bool) {
	x, errX := parseNumber(a)
	y, errY := parseNumber(b)
	if errX != nil || errY != nil {
		return 0, false
	}
	return x.cmp(y), true
}

// Equal reports whether two values have the same type and are equal; sets have no order.
func Equal(a, b types.AttributeValue) bool {
	if order, ok := Compare(a, b); ok {
		return order == 0
	}
	switch x := a.(type) {
	case *types.AttributeValueMemberBOOL:
		y, same := b.(*types.AttributeValueMemberBOOL)
		return same && x.Value == y.Value
	case *types.AttributeValueMemberNULL:
		_, same := b.(*types.AttributeValueMemberNULL)
		return same
	case *types.AttributeValueMemberL:
		y, same := b.(*types.AttributeValueMemberL)
		return same && slices.EqualFunc(x.Value, y.Value, Equal)
	case *types.AttributeValueMemberM:
		y, same := b.(*types.AttributeValueMemberM)
		return same && equalMaps(x.Value, y.Value)
	}
	return a != nil && TypeOf(a) == TypeOf(b) && equalSets(elements(a), elements(b))
}

func equalMaps(a, b Item) bool {
	for name, v := range a {
		if other, ok := b[name]; !ok || !Equal(v, other) {
			return false
		}
	}
	return len(a) == len(b)
}

func equalSets(a, b []types.AttributeValue) bool {
	for _, v := range a {
		if !has(b, v) {
			return false
		}
	}
	return len(a) == len(b)
}

func has(values []types.AttributeValue, v types.AttributeValue) bool {
	return slices.ContainsFunc(values, func(other types.AttributeValue) bool { return Equal(v, other) })
}

// elements returns the members of a set or a list as values.
func elements(v types.AttributeValue) []types.AttributeValue {
	var out []types.AttributeValue
	switch v := v.(type) {
	case *types.AttributeValueMemberL:
		return v.Value
	case *types.AttributeValueMemberSS:
		for _, s := range v.Value {
			out = append(out, &types.AttributeValueMemberS{Value: s})
		}
	case *types.AttributeValueMemberNS:
		for _, n := range v.Value {
			out = append(out, &types.AttributeValueMemberN{Value: n})
		}
	case *types.AttributeValueMemberBS:
		for _, b := range v.Value {
			out = append(out, &types.AttributeValueMemberB{Value: b})
		}
	}
	return out
}

// setOf makes a set of that type.
func setOf(kind string, members []types.AttributeValue) types.AttributeValue {
	var texts []string
	var blobs [][]byte
	for _, m := range members {
		switch m := m.(type) {
		case *types.AttributeValueMemberS:
			texts = append(texts, m.Value)
		case *types.AttributeValueMemberN:
			texts = append(texts, m.Value)
		case *types.AttributeValueMemberB:
			blobs = append(blobs, m.Value)
		}
	}
	switch kind {
	case "SS":
		return &types.AttributeValueMemberSS{Value: texts}
	case "NS":
		return &types.AttributeValueMemberNS{Value: texts}
	default:
		return &types.AttributeValueMemberBS{Value: blobs}
	}
}

func isSet(kind string) bool { return kind == "SS" || kind == "NS" || kind == "BS" }
