package infra_test

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/types"
	"path"
	"strings"
)

const sdk = "github.com/aws/aws-sdk-go-v2/service/"

// prefixes are what IAM calls a service, where the SDK calls it otherwise:
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var prefixes = map[string]string{"eventbridge": "events", "sfn": "states", "elasticloadbalancingv2": "elasticloadbalancing"}

// operation tells whether a method has the form of an SDK client's for an
// operation of AWS, and gives the IAM action of that operation:
//
//	Name(context.Context, *service.NameInput, ...func(*service.Options)) (*service.NameOutput, error)
func operation(f *types.Func) (action string, ok bool) {
	s := f.Signature()
	if s.Recv() == nil || !s.Variadic() || s.Params().Len() != 3 || s.Results().Len() != 2 {
		return "", false
	}
	in, out := structOf(s.Params().At(1).Type()), structOf(s.Results().At(0).Type())
	if in == nil || out == nil || in.Pkg() == nil || in.Pkg() != out.Pkg() || !strings.HasPrefix(in.Pkg().Path(), sdk) {
		return "", false
	}
	if in.Name() != f.Name()+"Input" || out.Name() != f.Name()+"Output" {
		return "", false
	}
	service := path.Base(in.Pkg().Path())
	return cmp.Or(prefixes[service], service) + ":" + f.Name(), true
}

// structOf is the name of the type that a pointer points to.
func structOf(t types.Type) *types.TypeName {
	p, ok := t.(*types.Pointer)
	if !ok {
		return nil
	}
	n, ok := p.Elem().(*types.Named)
	if !ok {
		return nil
	}
	return n.Obj()
}

// call notes what a call of somebody else's code lets that call.
func (r *reached) call(u *unit, c *ast.CallExpr) {
	fun := u.info.Types[c.Fun]
	if fun.IsType() || fun.IsBuiltin() {
		return // a conversion, or append and the like
	}
	s, ok := fun.Type.Underlying().(*types.Signature)
	if !ok {
		return
	}
	f, _ := u.info.Uses[nameOf(c.Fun)].(*types.Func)
	if f != nil && f.Pkg() != nil && r.p.units[f.Pkg()] != nil {
		return // ours: what it does with its arguments is looked at there
	}
	if f != nil {
		r.getenv(u, f, c)
	}
	for i, a := range c.Args {
		r.handOver(parameter(s, i), u.info.Types[a].Type)
	}
}

// transaction is an operation that IAM has no action for: what it is made of is
// allowed or not. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
const transaction = "dynamodb:TransactWriteItems"

// part notes the action of a part of a transaction, which a literal of it names.
func (r *reached) part(t types.Type, field string) {
	if t.String() == sdk+"dynamodb/types.TransactWriteItem" && r.Actions["dynamodb:"+field+"Item"] == "" {
		r.Actions["dynamodb:"+field+"Item"] = r.way()
	}
}

// literal notes what a struct of somebody else's lets that call.
func (r *reached) literal(u *unit, l *ast.CompositeLit) {
	t := u.info.Types[l].Type
	n, named := types.Unalias(t).(*types.Named)
	s, isStruct := t.Underlying().(*types.Struct)
	if !named || !isStruct || r.p.units[n.Obj().Pkg()] != nil {
		return
	}
	for _, e := range l.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		for f := range s.Fields() {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == f.Name() {
				r.part(t, f.Name())
				r.handOver(f.Type(), u.info.Types[kv.Value].Type)
			}
		}
	}
}

// handOver notes what can be called of a value that somebody else gets as an interface.
func (r *reached) handOver(as, value types.Type) {
	i, ok := as.Underlying().(*types.Interface)
	if _, generic := as.(*types.TypeParam); !ok || generic || value == nil {
		return
	}
	for m := range i.Methods() {
		r.visit(m)
	}
	if i.NumMethods() > 0 {
		return
	}
	for s := range types.NewMethodSet(value).Methods() {
		if f := s.Obj().(*types.Func); f.Exported() && f.Pkg() != nil && r.p.units[f.Pkg()] != nil {
			r.visit(f)
		}
	}
}

// parameter is the type of the i-th argument, the last one's elements where it is variadic.
func parameter(s *types.Signature, i int) types.Type {
	last := s.Params().Len() - 1
	if s.Variadic() && i >= last {
		if elements, ok := s.Params().At(last).Type().(*types.Slice); ok {
			return elements.Elem()
		}
	}
	return s.Params().At(min(i, last)).Type()
}

// nameOf is the last name of what is called.
func nameOf(e ast.Expr) *ast.Ident {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.IndexExpr:
		return nameOf(e.X)
	}
	return nil
}

// getenv notes a variable that is read by its name.
func (r *reached) getenv(u *unit, f *types.Func, c *ast.CallExpr) {
	if name := f.FullName(); name != "os.Getenv" && name != "os.LookupEnv" {
		return
	}
	v := u.info.Types[c.Args[0]].Value
	if v == nil || v.Kind() != constant.String {
		r.Unclear = append(r.Unclear, r.way()+" reads a variable whose name is not written there")
		return
	}
	r.Environment[constant.StringVal(v)] = true
}

func cmpPath(a, b *types.Package) int { return cmp.Compare(a.Path(), b.Path()) }
