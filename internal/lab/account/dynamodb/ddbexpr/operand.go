package ddbexpr

import (
	"encoding/base64"
	"strconv"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// operand has a value in an item, or nil if the value is missing.
type operand interface {
	value(Item) types.AttributeValue
}

func (p Path) value(item Item) types.AttributeValue { return p.find(item) }

// literal is a value from the request.
type literal struct{ v types.AttributeValue }

func (l literal) value(Item) types.AttributeValue { return l.v }

// size is size(operand): the length of a string in characters, of a binary in bytes, or the
// number of members of a collection.
type size struct{ of operand }

func (s size) value(item Item) types.AttributeValue {
	n := 0
	switch v := s.of.value(item).(type) {
	case *types.AttributeValueMemberS:
		n = utf8.RuneCountInString(v.Value)
	case *types.AttributeValueMemberB:
		n = len(v.Value)
	case *types.AttributeValueMemberM:
		n = len(v.Value)
	case *types.AttributeValueMemberL, *types.AttributeValueMemberSS, *types.AttributeValueMemberNS, *types.AttributeValueMemberBS:
		n = len(elements(v))
	default:
		return nil
	}
	return &types.AttributeValueMemberN{Value: strconv.Itoa(n)}
}

// operand parses one side of a comparison.
func (p *parser) operand() operand {
	if p.atFunction() {
		name := p.next().text
		if name != "size" {
			p.stop(p.misplaced(name))
		}
		p.expect("(")
		o := p.operand()
		p.expect(")")
		p.typed("size", o, "S", "B", "SS", "NS", "BS", "M", "L")
		return size{of: o}
	}
	return p.simple()
}

// simple parses a path or a value.
func (p *parser) simple() operand {
	t := p.peek()
	if t.kind != valueToken {
		return p.path()
	}
	v, err := p.scope.value(t.text)
	p.stop(err)
	p.at++
	return literal{v}
}

// typed rejects a literal of a type that the operator or function does not accept. An
// attribute's type is only known once there is an item.
func (p *parser) typed(operator string, o operand, allowed ...string) {
	l, ok := o.(literal)
	if !ok {
		return
	}
	kind := TypeOf(l.v)
	for _, a := range allowed {
		if kind == a {
			return
		}
	}
	p.stop(errorf("Incorrect operand type for operator or function; operator or function: %s, operand type: %s", operator, kind))
}

// distinct rejects an operand that is compared with itself.
func (p *parser) distinct(operator string, first operand, others ...operand) {
	path, ok := first.(Path)
	if !ok {
		return
	}
	for _, o := range others {
		if other, ok := o.(Path); ok && path.equal(other) {
			p.stop(errorf("The first operand must be distinct from the remaining operands for this operator or function; operator: %s, first operand: %s", operator, path))
		}
	}
}

var conditionFunctions = map[string]bool{
	"attribute_exists": true, "attribute_not_exists": true, "attribute_type": true,
	"begins_with": true, "contains": true, "size": true,
}

var updateFunctions = map[string]bool{"if_not_exists": true, "list_append": true}

// misplaced is the error for a function that is not allowed here.
func (p *parser) misplaced(name string) error {
	switch {
	case conditionFunctions[name]:
		return errorf("The function is not allowed to be used this way in an expression; function: %s", name)
	case updateFunctions[name]:
		return errorf("The function is not allowed in this expression; function: %s", name)
	default:
		return errorf("Invalid function name; function: %s", name)
	}
}

// show formats a value for an error message.
func show(v types.AttributeValue) string {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	case *types.AttributeValueMemberB:
		return base64.StdEncoding.EncodeToString(v.Value)
	default:
		return TypeOf(v)
	}
}
