package triage

import (
	"errors"
	"fmt"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Limits of conditions. Nested loops, ranges and variables are refused, so the work is
// bounded by the lengths of the condition and the finding; patterns have limits of their own.
const (
	maxCondition = 4096 // bytes
	maxNodes     = 500
	maxMemory    = 100_000 // in the units of expr's vm.VM
)

// functions are the functions that conditions can use. None reads a clock or a file.
var functions = []string{
	"all", "any", "none", "one", "count", "filter", "map", "len", "keys", "values",
	"lower", "upper", "trim", "int", "float", "string", "min", "max", "abs",
}

// environment is what conditions can read.
type environment struct {
	Finding findingView                                 `expr:"finding"`
	Tags    map[string]string                           `expr:"tags"`
	Score   int                                         `expr:"score"`
	Matches func(text string, p *pattern) (bool, error) `expr:"matches"` // see guard.bound
}

// findingView is the finding, by the names that conditions use. It has no times: a
// verdict must not depend on when it is made.
type findingView struct {
	ID          string   `expr:"id"`
	Type        string   `expr:"type"`
	Purpose     string   `expr:"purpose"`
	Title       string   `expr:"title"`
	Description string   `expr:"description"`
	Severity    float64  `expr:"severity"`
	Count       int      `expr:"count"`
	Account     string   `expr:"account"`
	Region      string   `expr:"region"`
	Resource    string   `expr:"resource"`
	Role        string   `expr:"role"`
	Action      string   `expr:"action"`
	Direction   string   `expr:"direction"`
	Side        string   `expr:"side"`
	Sample      bool     `expr:"sample"`
	Archived    bool     `expr:"archived"`
	Remote      []string `expr:"remote"`
	Threats     []string `expr:"threats"`
	Instance    string   `expr:"instance"`
	VPCs        []string `expr:"vpcs"`
	Subnets     []string `expr:"subnets"`
	PublicIPs   []string `expr:"publicIps"`
	AccessKey   string   `expr:"accessKey"`
	User        string   `expr:"user"`
	UserType    string   `expr:"userType"`
}

// environmentOf is the environment for a finding of at most one instance. Account
// and Region are the instance's.
func environmentOf(f quarantine.Finding, side guardduty.Side, score int) environment {
	v := findingView{
		ID: f.ID, Type: f.Type, Purpose: guardduty.Purpose(f.Type), Title: f.Title, Description: f.Description,
		Severity: f.Severity, Count: f.Count, Account: f.AccountID, Region: f.Region, Resource: f.ResourceType,
		Role: f.Role, Action: f.ActionType, Direction: f.Direction, Side: string(side),
		Sample: f.Sample, Archived: f.Archived, Remote: f.Remote, Threats: f.ThreatNames,
	}
	if k := f.Key; k != nil {
		v.AccessKey, v.User, v.UserType = k.ID, k.User, k.UserType
	}
	env := environment{Finding: v, Tags: map[string]string{}, Score: score, Matches: matcher()}
	for n, t := range f.Resources() {
		i := f.Instances[n]
		env.Finding.Account, env.Finding.Region, env.Finding.Instance = t.AccountID, t.Region, t.ID
		env.Finding.VPCs, env.Finding.Subnets, env.Finding.PublicIPs = i.VPCs(), i.Subnets(), i.PublicIPs()
		if i.Tags != nil {
			env.Tags = i.Tags
		}
	}
	return env
}

// compile compiles a condition. It checks the syntax, the names, that the result is
// a boolean, and that the condition cannot run long.
func compile(source string) (*vm.Program, error) {
	if len(source) > maxCondition {
		return nil, fmt.Errorf("longer than %d bytes", maxCondition)
	}
	guard := &guard{}
	options := []expr.Option{
		expr.Env(environment{}), expr.AsBool(), expr.WarnOnAny(), expr.MaxNodes(maxNodes),
		expr.DisableAllBuiltins(), expr.Patch(guard),
	}
	for _, name := range functions {
		options = append(options, expr.EnableBuiltin(name))
	}
	program, err := expr.Compile(source, options...)
	if guard.refused != nil { // what it refuses is not checked any further
		return nil, guard.refused.Bind(file.NewSource(source))
	}
	return program, err
}

// guard refuses the syntax that would let a condition run long, and bounds the patterns.
type guard struct{ refused *file.Error }

// Visit implements ast.Visitor.
func (g *guard) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.BinaryNode:
		switch n.Operator {
		case "..":
			g.refuse(n, "ranges (..) are not available in conditions")
		case operator:
			g.bound(node, n)
		}
	case *ast.VariableDeclaratorNode:
		g.refuse(n, "variables (let) are not available in conditions")
	case *ast.PredicateNode:
		inner := &loops{}
		ast.Walk(&n.Node, inner)
		if inner.found {
			g.refuse(n, "one loop inside another is not available in conditions")
		}
	}
}

func (g *guard) refuse(node ast.Node, text string) {
	if g.refused == nil {
		g.refused = &file.Error{Location: node.Location(), Message: text}
	}
}

// loops finds whether a syntax tree contains a predicate.
type loops struct{ found bool }

// Visit implements ast.Visitor.
func (l *loops) Visit(node *ast.Node) {
	if _, ok := (*node).(*ast.PredicateNode); ok {
		l.found = true
	}
}

// applies evaluates the condition.
func (o override) applies(env environment) (bool, error) {
	machine := vm.VM{MemoryBudget: maxMemory}
	result, err := machine.Run(o.condition, env)
	if err != nil {
		if at, ok := errors.AsType[*file.Error](err); ok {
			return false, errors.New(at.Message)
		}
		return false, err
	}
	applies, _ := result.(bool) // compile has checked the type
	return applies, nil
}
