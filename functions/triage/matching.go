package triage

import (
	"fmt"
	"regexp"
	"regexp/syntax"

	"github.com/expr-lang/expr/ast"
)

// Limits of regular expressions. Matching takes time in proportion to the length of the
// text times the size of the pattern, and whoever causes a finding has a say in its texts.
const (
	// maxPattern is the largest pattern, in instructions of its compiled program: a{1000}
	// is a few bytes, and a thousand of them.
	maxPattern = 1000
	// maxMatching is the most work for one verdict, in instructions times bytes of text.
	// At 100 ns each, the slowest that was seen, it is half a second.
	maxMatching = 5_000_000
)

// pattern is a regular expression of a condition.
type pattern struct {
	*regexp.Regexp
	size int // instructions
}

// newPattern compiles a pattern whose size permits it.
func newPattern(source string) (*pattern, error) {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil, err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	if n := len(program.Inst); n > maxPattern {
		return nil, fmt.Errorf("the pattern compiles to %d instructions, and the limit is %d: repeat less", n, maxPattern)
	}
	compiled, err := regexp.Compile(source)
	return &pattern{compiled, len(program.Inst)}, err
}

// matcher is the operator matches for one verdict, with what is left of its work.
func matcher() func(string, *pattern) (bool, error) {
	left := maxMatching
	return func(text string, p *pattern) (bool, error) {
		work := (len(text) + 1) * p.size
		if work > left {
			return false, fmt.Errorf("the patterns of the policy need more work on this finding than the limit of %d (instructions times bytes)", maxMatching)
		}
		left -= work
		return p.MatchString(text), nil
	}
}

// operator is matches, which is no name that a condition can call.
const operator = "matches"

// bound replaces the operator by the one that is bounded. A pattern that is computed would
// be compiled for each finding, of whatever size.
func (g *guard) bound(node *ast.Node, n *ast.BinaryNode) {
	source, isText := n.Right.(*ast.StringNode)
	if !isText {
		g.refuse(n, "the pattern of matches should be text in quotes")
		return
	}
	p, err := newPattern(source.Value)
	if err != nil {
		g.refuse(n, err.Error())
		return
	}
	ast.Patch(node, &ast.CallNode{
		Callee:    &ast.IdentifierNode{Value: operator},
		Arguments: []ast.Node{n.Left, &ast.ConstantNode{Value: p}},
	})
}
