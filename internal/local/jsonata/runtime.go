package jsonata

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"
)

// runtime is one JavaScript engine with JSONata in it and the expressions that it has parsed.
type runtime struct {
	vm       *goja.Runtime
	compile  goja.Callable
	begin    goja.Callable
	evaluate goja.Callable
	parse    goja.Callable // JSON.parse
	lifted   goja.Callable // evaluates with the values of an expression's plain paths
	wait     goja.Callable // evaluates by the reference as it is, and gives a promise
	parsed   map[string]*parsed
	env      Env
	// spoilt is set when an evaluation was cut off, and what it left behind in the engine is not known.
	spoilt bool
	// stopped is set when it was the bridge that cut it off, for taking too many steps or nesting too deep.
	stopped bool
}

// parsed is an expression in one runtime.
type parsed struct {
	value   *goja.Object
	orderly bool     // it can be evaluated without waiting
	steps   []string // of a plain path, such as states, input, a; nil for anything else
	// paths are the plain paths in it, by the numbers that they have in its lifted form.
	paths [][]string
	// constant says that it has the same value every time, and value is that once it was evaluated.
	constant bool
	known    json.RawMessage
}

func newRuntime() *runtime {
	rt := &runtime{vm: goja.New(), parsed: map[string]*parsed{}}
	rt.vm.SetMaxCallStackSize(maxCalls)
	rt.vm.SetTimeSource(func() time.Time { return rt.env.now() })
	rt.vm.SetRandSource(func() float64 { return rt.env.random() })
	connect, _ := goja.AssertFunction(must(rt.vm.RunProgram(joint())))
	api := must(connect(goja.Undefined(), rt.load(library()), rt.host())).ToObject(rt.vm)
	rt.parse, _ = goja.AssertFunction(rt.vm.Get("JSON").ToObject(rt.vm).Get("parse"))
	rt.compile, _ = goja.AssertFunction(api.Get("compile"))
	rt.begin, _ = goja.AssertFunction(api.Get("begin"))
	rt.evaluate, _ = goja.AssertFunction(api.Get("evaluate"))
	rt.lifted, _ = goja.AssertFunction(api.Get("evaluateLifted"))
	rt.wait, _ = goja.AssertFunction(api.Get("evaluateOriginal"))
	return rt
}

// load gives what a form of the reference implementation exports.
func (rt *runtime) load(form *goja.Program) goja.Value {
	must(rt.vm.RunProgram(form))
	return rt.vm.Get("jsonata")
}

// must is for the embedded scripts alone: they are constants, and a test loads them.
func must(v goja.Value, err error) goja.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// expression gives the parsed form of a source text in this runtime, parsing it at first use.
func (rt *runtime) expression(source string) (*parsed, error) {
	if p, ok := rt.parsed[source]; ok {
		return p, nil
	}
	v, err := rt.guard(func() (goja.Value, error) { return rt.compile(goja.Undefined(), rt.vm.ToValue(source)) })
	if err != nil {
		return nil, err
	}
	if len(rt.parsed) >= maxKept {
		clear(rt.parsed)
	}
	p := rt.describe(v.ToObject(rt.vm))
	rt.parsed[source] = p
	return p, nil
}

// describe reads what the bridge says of an expression.
func (rt *runtime) describe(compiled *goja.Object) *parsed {
	p := &parsed{value: compiled, orderly: compiled.Get("orderly").ToBoolean(), constant: compiled.Get("constant").ToBoolean()}
	for field, into := range map[string]any{"steps": &p.steps, "paths": &p.paths} {
		if err := rt.vm.ExportTo(compiled.Get(field), into); err != nil {
			panic(err) // the bridge makes arrays of strings
		}
	}
	return p
}

// run evaluates a parsed expression to JSON text or undefined, without waiting.
func (rt *runtime) run(p *parsed) (goja.Value, error) {
	if values := rt.follow(p); values != nil {
		return rt.guard(func() (goja.Value, error) { return rt.lifted(goja.Undefined(), values...) })
	}
	return rt.guard(func() (goja.Value, error) { return rt.evaluate(goja.Undefined(), p.value) })
}

// follow gives the arguments for the lifted form of an expression, or nil if one of its paths leads to nothing.
func (rt *runtime) follow(p *parsed) []goja.Value {
	if len(p.paths) == 0 {
		return nil
	}
	values := []goja.Value{p.value}
	for _, steps := range p.paths {
		text, ok := rt.env.walk(steps)
		if !ok {
			return nil
		}
		v, err := rt.value(text)
		if err != nil {
			return nil
		}
		values = append(values, v)
	}
	return values
}

// runOriginal evaluates a parsed expression by the reference as it is.
func (rt *runtime) runOriginal(p *parsed) (goja.Value, error) {
	v, err := rt.guard(func() (goja.Value, error) { return rt.wait(goja.Undefined(), p.value) })
	if err != nil {
		return nil, err
	}
	promise := v.Export().(*goja.Promise)
	switch promise.State() {
	case goja.PromiseStateRejected:
		return nil, rt.fault(promise.Result())
	case goja.PromiseStatePending: // nothing in JSONata waits, so it was cut off
		rt.spoilt = true
		return nil, &Error{Message: tooLong}
	}
	return promise.Result(), nil
}

// guard calls into the engine and cuts it off when it takes too long.
func (rt *runtime) guard(call func() (goja.Value, error)) (goja.Value, error) {
	timer := time.AfterFunc(maxTime, func() { rt.vm.Interrupt(tooLong) })
	v, err := call()
	if !timer.Stop() {
		rt.spoilt = true
	}
	if err == nil {
		return v, nil
	}
	if thrown, ok := errors.AsType[*goja.Exception](err); ok {
		return nil, rt.fault(thrown.Value())
	}
	rt.spoilt = true
	if interrupted, ok := errors.AsType[*goja.InterruptedError](err); ok {
		return nil, &Error{Message: fmt.Sprint(interrupted.Value())}
	}
	return nil, &Error{Message: tooDeep} // the engine's own call depth
}

// fault turns what JavaScript threw into an Error.
func (rt *runtime) fault(thrown goja.Value) error {
	object, ok := thrown.(*goja.Object)
	if !ok {
		return &Error{Message: thrown.String()}
	}
	e := &Error{Message: text(object.Get("message")), Code: text(object.Get("code"))}
	if e.Message == "" {
		e.Message = object.String()
	}
	return e
}

func text(v goja.Value) string {
	if v == nil || goja.IsUndefined(v) || goja.IsNull(v) {
		return ""
	}
	return v.String()
}

// An evaluation is bounded by its steps and their nesting first, since a count gives the same answer on every
// machine; the engine's call depth protects the Go stack, and the time is for what happens inside one step.
const (
	maxSteps   = 30_000
	maxNesting = 1_000
	maxCalls   = 5_000
	maxTime    = 30 * time.Second
	maxRange   = 100_000
	maxIdle    = 8     // runtimes kept for the next evaluation
	maxKept    = 2_048 // parsed expressions kept by a runtime

	tooMuch = "the expression needs more steps than an evaluation may take"
	tooDeep = "the expression recurses deeper than an evaluation may go"
	tooLong = "the expression takes longer than an evaluation may last"
	notJSON = "returned an unsupported result type: a function is not JSON"
)
