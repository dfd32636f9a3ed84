package generate

import (
	"fmt"
	"maps"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// each begins the key of what is repeated: in a list, an object whose one key it is stands
// once for every measure beyond the cuts; "@each Uncut" does so another time, for those of instances,
// which alone can be in a network of another account, with names of states
// that begin with Uncut. "@each all" stands once for every measure of a function, the cuts among
// them, in a list and in an object, where "@each before" and "@each after" stand for those
// that a release takes back before the subnets and after them. In what is repeated,
// @{measure.name} and so on are the measure's.
//
// "@each function" and "@each optional", in a list, stand once for every function that a preflight
// asks: those of every deployment, and those that one may be without; @{function.name} and so on are
// the function's.
const each = "@each"

// all is what stands after it where the cuts are meant, too.
const all = "all"

// steps are the measures as the definitions repeat them.
type steps []step

// A step is a measure with the state that its undoing goes on to.
type step struct {
	measure.Info
	next string
}

// The states of a release between which measures are taken back.
const (
	subnets  = "Release"
	conclude = "ConcludeRelease"
)

func stepsOf(measures []measure.Info) steps {
	var out steps
	for _, m := range measures {
		out = append(out, step{Info: m})
	}
	before, after := out.of("before"), out.of("after")
	for i := range out {
		out[i].next = subnets
		following := before
		if out[i].AfterSubnets {
			out[i].next, following = conclude, after
		}
		for n, other := range following[:max(0, len(following)-1)] {
			if other.Name == out[i].Name {
				out[i].next = following[n+1].undo()
			}
		}
	}
	return out
}

// of gives all, or those before or after the subnets.
func (s steps) of(which string) (out steps) {
	for _, m := range s {
		if which == all || m.AfterSubnets == (which == "after") {
			out = append(out, m)
		}
	}
	return out
}

// first is the state that begins to take back those before or after the subnets.
func (s steps) first(which, otherwise string) string {
	if of := s.of(which); len(of) > 0 {
		return of[0].undo()
	}
	return otherwise
}

// cutter is the expression of the function that cuts a resource of some kind: the one in whose
// group the kind's cut is or, where that is in none, the other one.
func (s steps) cutter(kind, otherwise string) string {
	out := "'${" + otherwise + "}'"
	for _, m := range s {
		if m.Cut {
			out = kind + " = '" + string(m.Kind) + "' ? '${" + m.Group.FunctionID() + "Arn}' : " + out
		}
	}
	return out
}

func (s step) undo() string { return "Undo" + s.State() }

// pieces are the measure's own.
func (s step) pieces() map[string]string {
	return map[string]string{
		"measure.name": s.Name, "measure.state": s.State(), "measure.function": s.Group.FunctionID() + "Arn", "measure.does": s.Does, "measure.next": s.next,
	}
}

// with is the resolver for what is repeated for a measure.
func (r resolver) with(s step) resolver {
	texts := maps.Clone(r.texts)
	maps.Copy(texts, s.pieces())
	return resolver{texts: texts, steps: r.steps}
}

// repeated is what a list's item stands for, if it is to be repeated.
func (r resolver) repeated(item any) ([]any, bool, error) {
	object, isObject := item.(yaml.MapSlice)
	if !isObject || len(object) != 1 {
		return nil, false, nil
	}
	prefix, isEach := strings.CutPrefix(fmt.Sprint(object[0].Key), each)
	if !isEach {
		return nil, false, nil
	}
	prefix = strings.TrimSpace(prefix)
	if prefix == "function" || prefix == "optional" {
		out, err := r.functions(prefix == "optional", object[0].Value)
		return out, true, err
	}
	var out []any
	for _, s := range r.steps {
		of := r.with(s)
		switch {
		case prefix == all:
		case s.Cut, prefix != "" && s.Kind != quarantine.KindInstance:
			continue
		default:
			of.texts["measure.state"] = prefix + s.State()
		}
		v, err := of.value(object[0].Value)
		if err != nil {
			return nil, true, err
		}
		out = append(out, v)
	}
	return out, true, nil
}

// functions are what stands once for every function, of those that there may not be or of the others.
func (r resolver) functions(optional bool, repeated any) (out []any, err error) {
	for _, f := range preflight.All() {
		if optional != (f.Instead != "") {
			continue
		}
		of := resolver{texts: maps.Clone(r.texts), steps: r.steps}
		maps.Copy(of.texts, map[string]string{
			"function.name": f.Name, "function.state": f.State(), "function.arn": f.ARN(), "function.instead": f.InsteadARN(),
		})
		v, err := of.value(repeated)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// fields are what a field stands for: itself, or the fields of a repeated object.
func (r resolver) fields(f yaml.MapItem) (yaml.MapSlice, error) {
	which, isEach := strings.CutPrefix(fmt.Sprint(f.Key), each+" ")
	if !isEach {
		key, err := r.text(fmt.Sprint(f.Key))
		if err != nil {
			return nil, err
		}
		value, err := r.value(f.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		return yaml.MapSlice{{Key: key, Value: value}}, nil
	}
	var out yaml.MapSlice
	for _, s := range r.steps.of(which) {
		v, err := r.with(s).value(f.Value)
		if err != nil {
			return nil, err
		}
		object, isObject := v.(yaml.MapSlice)
		if !isObject {
			return nil, fmt.Errorf("%v is no object", f.Key)
		}
		out = append(out, object...)
	}
	return out, nil
}
