package infra_test

import (
	"go/ast"
	"go/types"
	"reflect"
	"strings"
)

// parseAs fills a struct from the environment, by the tags of its fields.
const parseAs = "github.com/caarlos0/env/v11.ParseAs"

// instance notes which types a generic function is used with.
func (r *reached) instance(u *unit, n *ast.Ident, f *types.Func) {
	i, ok := u.info.Instances[n]
	if !ok {
		return
	}
	if f.FullName() == parseAs {
		r.configs = append(r.configs, i.TypeArgs.At(0))
		return
	}
	for at := range i.TypeArgs.Len() {
		p := f.Origin().Signature().TypeParams().At(at)
		r.flows[p] = append(r.flows[p], i.TypeArgs.At(at))
	}
}

// readConfigs notes every variable of every struct that env.ParseAs fills.
func (r *reached) readConfigs() {
	seen := map[types.Type]bool{}
	var read func(types.Type)
	read = func(t types.Type) {
		if seen[t] {
			return
		}
		seen[t] = true
		if p, ok := t.(*types.TypeParam); ok {
			for _, actual := range r.flows[p] {
				read(actual)
			}
			return
		}
		r.fields(t, "")
	}
	for _, t := range r.configs {
		read(t)
	}
}

// fields notes the variables of a struct: https://github.com/caarlos0/env#readme
func (r *reached) fields(t types.Type, prefix string) {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		r.Unclear = append(r.Unclear, "env fills "+t.String()+", which is no struct")
		return
	}
	for i := range s.NumFields() {
		tag := reflect.StructTag(s.Tag(i))
		name, _, _ := strings.Cut(tag.Get("env"), ",")
		inner, nested := s.Field(i).Type().Underlying().(*types.Struct)
		switch {
		case name != "":
			r.Environment[prefix+name] = true
		case nested:
			r.fields(inner, prefix+tag.Get("envPrefix"))
		default:
			r.Unclear = append(r.Unclear, "the field "+s.Field(i).Name()+" of "+t.String()+" names no variable")
		}
	}
}
