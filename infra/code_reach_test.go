package infra_test

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// reached is what can happen from the start of a program on. It takes in more
// than can really happen, and never less, as far as it follows:
//
//   - a function that is named is called, whoever calls it in the end;
//   - a call through an interface reaches that method of every type of ours
//     that the program has and that fits;
//   - whoever hands a value to somebody else's code lets that call the methods
//     which the parameter's interface has, or every exported one if it has none.
//
// It does not follow a value that is put into somebody else's variable, nor
// code of somebody else that calls AWS without being handed a client.
type reached struct {
	p       *program
	without []string // full names of functions that are not gone into
	named   []types.Type
	bodies  map[*types.Func]body
	seen    map[*types.Func]bool
	path    []string // the functions that led to what is looked at

	// Actions are the calls of AWS, by what IAM calls them, each with one way that leads to it.
	Actions map[string]string
	// Items are the kinds of the ledger's items that keys are made for: texts
	// like "INCIDENT#" that stand in the code of a function.
	Items map[string]bool
	// Environment are the variables that are read.
	Environment map[string]bool
	// Unclear are things that stand in no way in which this code can read them.
	Unclear []string

	configs []types.Type // what env.ParseAs fills
	flows   map[*types.TypeParam][]types.Type
}

type body struct {
	u    *unit
	node ast.Node
}

// reach follows the code from a main on.
func (p *program) reach(main *unit, without ...string) *reached {
	r := &reached{
		p: p, without: without, bodies: map[*types.Func]body{}, seen: map[*types.Func]bool{},
		Actions: map[string]string{}, Items: map[string]bool{}, Environment: map[string]bool{}, flows: map[*types.TypeParam][]types.Type{},
	}
	var starts []body
	for _, u := range p.closure(main) {
		starts = append(starts, r.declare(u)...)
	}
	for _, s := range starts {
		r.path = []string{"the start of " + s.u.pkg.Path()}
		r.walk(s.u, s.node)
	}
	r.path = nil
	r.visit(main.pkg.Scope().Lookup("main").(*types.Func))
	r.readConfigs()
	return r
}

// closure is the package with all of ours that it imports.
func (p *program) closure(main *unit) []*unit {
	in := map[*types.Package]bool{}
	var add func(*types.Package)
	add = func(pkg *types.Package) {
		if in[pkg] || p.units[pkg] == nil {
			return
		}
		in[pkg] = true
		for _, i := range pkg.Imports() {
			add(i)
		}
	}
	add(main.pkg)
	var out []*unit
	for pkg := range in {
		out = append(out, p.units[pkg])
	}
	slices.SortFunc(out, func(a, b *unit) int { return cmpPath(a.pkg, b.pkg) })
	return out
}

// declare notes a package's functions and types, and gives what runs when it starts.
func (r *reached) declare(u *unit) (starts []body) {
	for _, name := range u.pkg.Scope().Names() {
		if n, ok := u.pkg.Scope().Lookup(name).(*types.TypeName); ok && !types.IsInterface(n.Type()) && !n.IsAlias() {
			r.named = append(r.named, n.Type())
		}
	}
	for _, f := range u.files {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if f, ok := u.info.Defs[d.Name].(*types.Func); ok && d.Body != nil {
					r.bodies[f] = body{u, d.Body}
				}
				if d.Recv == nil && d.Name.Name == "init" {
					starts = append(starts, body{u, d.Body})
				}
			case *ast.GenDecl:
				starts = append(starts, values(u, d)...)
			}
		}
	}
	return starts
}

// values are what variables start with. What is assigned to _ is a check by the compiler.
func values(u *unit, d *ast.GenDecl) (out []body) {
	if d.Tok != token.VAR {
		return nil
	}
	for _, s := range d.Specs {
		v := s.(*ast.ValueSpec)
		if v.Names[0].Name == "_" {
			continue
		}
		for _, e := range v.Values {
			out = append(out, body{u, e})
		}
	}
	return out
}

// visit notes that f is called.
func (r *reached) visit(f *types.Func) {
	f = f.Origin()
	if action, ok := operation(f); ok && action != transaction && r.Actions[action] == "" {
		r.Actions[action] = r.way()
	}
	if r.seen[f] || slices.Contains(r.without, f.FullName()) {
		return
	}
	r.seen[f] = true
	if recv := f.Signature().Recv(); recv != nil && types.IsInterface(recv.Type()) {
		for _, m := range r.implementations(f, recv.Type()) {
			r.visit(m)
		}
	}
	if b, ok := r.bodies[f]; ok {
		r.path = append(r.path, f.FullName())
		r.walk(b.u, b.node)
		r.path = r.path[:len(r.path)-1]
	}
}

// implementations are the methods of ours that a call of an interface's method can reach.
func (r *reached) implementations(m *types.Func, of types.Type) []*types.Func {
	i, ok := of.Underlying().(*types.Interface)
	if !ok {
		return nil
	}
	var out []*types.Func
	for _, t := range r.named {
		pointer := types.NewPointer(t)
		if !types.Implements(pointer, i) {
			continue
		}
		o, _, _ := types.LookupFieldOrMethod(pointer, true, m.Pkg(), m.Name())
		if f, ok := o.(*types.Func); ok {
			out = append(out, f)
		}
	}
	return out
}

// walk looks at a piece of code.
func (r *reached) walk(u *unit, n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			switch used := u.info.Uses[n].(type) {
			case *types.Func:
				r.instance(u, n, used)
				r.visit(used)
			case *types.Const:
				r.item(used.Val().ExactString())
			}
		case *ast.BasicLit:
			r.item(n.Value)
		case *ast.CallExpr:
			r.call(u, n)
		case *ast.CompositeLit:
			r.literal(u, n)
		}
		return true
	})
}

// item notes a kind of item, where a text is what the keys of one begin with.
func (r *reached) item(literal string) {
	if kind := strings.Trim(literal, `"`); kind != "" && kindOfItem.FindString(kind) == kind {
		r.Items[kind] = true
	}
}

// way tells how the code came here.
func (r *reached) way() string {
	return strings.ReplaceAll(strings.Join(r.path, " > "), module+"/", "")
}
