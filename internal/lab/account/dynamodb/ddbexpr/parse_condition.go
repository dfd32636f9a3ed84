package ddbexpr

import (
	"slices"
	"strings"
)

// Condition is a condition, a key condition or a filter.
type Condition struct {
	kind  string
	root  test
	paths []Path
}

// Condition parses src. kind is the request's name of the expression: "ConditionExpression",
// "FilterExpression" or "KeyConditionExpression".
func (s *Scope) Condition(kind, src string) (*Condition, error) {
	return run(s, kind, src, func(p *parser) *Condition {
		root := p.anyOf()
		return &Condition{kind: kind, root: root, paths: p.paths}
	})
}

// Matches reports whether the condition is true of the item; nil stands for an item that does
// not exist.
func (c *Condition) Matches(item Item) bool { return c.root.matches(item) }

// Mentions returns the top-level attributes that the condition reads.
func (c *Condition) Mentions() []string {
	var names []string
	for _, p := range c.paths {
		names = append(names, p.Name())
	}
	return names
}

// The rules of the grammar, those that bind loosest first:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html

func (p *parser) anyOf() test {
	t := p.allOf()
	for p.keyword("OR") {
		t = either{t, p.allOf()}
	}
	return t
}

func (p *parser) allOf() test {
	t := p.unary()
	for p.keyword("AND") {
		t = both{t, p.unary()}
	}
	return t
}

func (p *parser) unary() test {
	if p.keyword("NOT") {
		return negation{p.unary()}
	}
	if !p.accept("(") {
		return p.predicate()
	}
	t := p.anyOf()
	p.expect(")")
	if _, twice := t.(group); twice {
		p.stop(errorf("The expression has redundant parentheses;"))
	}
	return group{t}
}

func (p *parser) predicate() test {
	if p.atFunction() && p.peek().text != "size" {
		return p.function()
	}
	a := p.operand()
	switch {
	case p.keyword("BETWEEN"):
		return p.between(a)
	case p.keyword("IN"):
		return p.among(a)
	}
	t := p.peek()
	if t.kind != punctToken || !slices.Contains([]string{"=", "<>", "<", "<=", ">", ">="}, t.text) {
		if _, isSize := a.(size); isSize {
			p.stop(p.misplaced("size"))
		}
		p.unexpected()
	}
	p.at++
	b := p.operand()
	p.distinct(t.text, a, b)
	if t.text != "=" && t.text != "<>" {
		p.typed(t.text, a, "S", "N", "B")
		p.typed(t.text, b, "S", "N", "B")
	}
	return comparison{t.text, a, b}
}

func (p *parser) between(v operand) test {
	low := p.operand()
	if !p.keyword("AND") {
		p.unexpected()
	}
	high := p.operand()
	for _, o := range []operand{v, low, high} {
		p.typed("BETWEEN", o, "S", "N", "B")
	}
	p.distinct("BETWEEN", v, low, high)
	from, okLow := low.(literal)
	to, okHigh := high.(literal)
	if okLow && okHigh {
		p.bounds(from, to)
	}
	return between{v, low, high}
}

func (p *parser) bounds(from, to literal) {
	order, same := Compare(from.v, to.v)
	switch {
	case !same:
		p.stop(errorf("The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {%s:%s}, upper bound operand: AttributeValue: {%s:%s}",
			TypeOf(from.v), show(from.v), TypeOf(to.v), show(to.v)))
	case order > 0:
		p.stop(errorf("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {%s:%s}, upper bound operand: AttributeValue: {%s:%s}",
			TypeOf(from.v), show(from.v), TypeOf(to.v), show(to.v)))
	}
}

// maxChoices is the maximum number of operands of IN.
const maxChoices = 100

func (p *parser) among(v operand) test {
	p.expect("(")
	choices := list(p, p.operand)
	p.expect(")")
	if len(choices) > maxChoices {
		p.stop(errorf("Incorrect number of operands for operator or function; operator or function: IN, number of operands: %d", len(choices)+1))
	}
	p.distinct("IN", v, choices...)
	return among{v, choices}
}

func (p *parser) function() test {
	name := p.next().text
	if !conditionFunctions[name] {
		p.stop(p.misplaced(name))
	}
	p.expect("(")
	args := list(p, p.operand)
	p.expect(")")
	want := 2
	if strings.HasSuffix(name, "exists") {
		want = 1
	}
	if len(args) != want {
		p.stop(errorf("Incorrect number of operands for operator or function; operator or function: %s, number of operands: %d", name, len(args)))
	}
	return p.call(name, args)
}

func (p *parser) call(name string, args []operand) test {
	switch name {
	case "attribute_exists", "attribute_not_exists":
		return exists{p.mustPath(name, args[0]), name == "attribute_exists"}
	case "attribute_type":
		p.mustPath(name, args[0])
		p.mustType(args[1])
		return hasType{args[0], args[1]}
	case "begins_with":
		p.typed(name, args[0], "S", "B")
		p.typed(name, args[1], "S", "B")
		p.distinct(name, args[0], args[1])
		return beginsWith{args[0], args[1]}
	default:
		p.distinct(name, args[0], args[1])
		return contains{args[0], args[1]}
	}
}

func (p *parser) mustPath(function string, o operand) Path {
	path, ok := o.(Path)
	if !ok {
		p.stop(errorf("Operator or function requires a document path; operator or function: %s", function))
	}
	return path
}

func (p *parser) mustType(o operand) {
	l, ok := o.(literal)
	if !ok {
		p.stop(errorf("Incorrect operand type for operator or function; operator or function: attribute_type, operand type: path"))
	}
	p.typed("attribute_type", o, "S")
	known := []string{"S", "SS", "N", "NS", "B", "BS", "BOOL", "NULL", "L", "M"}
	if !slices.Contains(known, show(l.v)) {
		p.stop(errorf("Invalid attribute type name found; type: %s, valid types: {%s}", show(l.v), strings.Join(known, ",")))
	}
}
