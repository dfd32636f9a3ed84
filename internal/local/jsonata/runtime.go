package jsonata

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/dop251/goja"
)

// runtime is one JavaScript engine with JSONata, and the expressions that it has parsed.
type runtime struct {
	vm       *goja.Runtime
	compile  goja.Callable
	begin    goja.Callable
	evaluate goja.Callable
	parse    goja.Callable // JSON.parse
	lifted   goja.Callable // evaluates the lifted form, with the values of its plain paths
	wait     goja.Callable // evaluates with the unmodified reference, and returns a promise
	parsed   map[string]*parsed
	env      Env
	// spoilt is set when an evaluation was stopped, because the engine's state is then unknown.
	spoilt bool
	// stopped is set when the bridge stopped the evaluation, for too many steps or too deep nesting.
	stopped bool
}

// parsed is an expression in one runtime.
type parsed struct {
	value   *goja.Object
	orderly bool     // it can be evaluated without promises
	steps   []string // of a plain path, such as states, input, a; nil for other expressions
	// paths are the plain paths in it, indexed by their number in its lifted form.
	paths [][]string
	// constant is set if its value never changes; known is that value, once it was evaluated.
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

// load runs a form of the reference implementation, and returns its export.
func (rt *runtime) load(form *goja.Program) goja.Value {
	must(rt.vm.RunProgram(form))
	return rt.vm.Get("jsonata")
}

// must is only for the embedded scripts, which cannot fail: they are constants, and a test loads them.
func must(v goja.Value, err error) goja.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// expression returns the parsed form of a source text in this runtime, and parses it at first use.
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

// describe converts the bridge's description of an expression.
func (rt *runtime) describe(compiled *goja.Object) *parsed {
	p := &parsed{value: compiled, orderly: compiled.Get("orderly").ToBoolean(), constant: compiled.Get("constant").ToBoolean()}
	for field, into := range map[string]any{"steps": &p.steps, "paths": &p.paths} {
		if err := rt.vm.ExportTo(compiled.Get(field), into); err != nil {
			panic(err) // the bridge returns arrays of strings only
		}
	}
	return p
}

// run evaluates a parsed expression to JSON text or undefined, without promises.
func (rt *runtime) run(p *parsed) (goja.Value, error) {
	if values := rt.follow(p); values != nil {
		return rt.guard(func() (goja.Value, error) { return rt.lifted(goja.Undefined(), values...) })
	}
	return rt.guard(func() (goja.Value, error) { return rt.evaluate(goja.Undefined(), p.value) })
}

// follow returns the arguments of an expression's lifted form, or nil if one of its paths has no value.
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

// runOriginal evaluates a parsed expression with the unmodified reference.
func (rt *runtime) runOriginal(p *parsed) (goja.Value, error) {
	v, err := rt.guard(func() (goja.Value, error) { return rt.wait(goja.Undefined(), p.value) })
	if err != nil {
		return nil, err
	}
	promise := v.Export().(*goja.Promise)
	switch promise.State() {
	case goja.PromiseStateRejected:
		return nil, rt.fault(promise.Result())
	case goja.PromiseStatePending: // nothing in JSONata waits, so the evaluation was stopped
		rt.spoilt = true
		return nil, &Error{Message: tooLong}
	}
	return promise.Result(), nil
}

// guard calls into the engine and stops it after maxTime.
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
	return nil, &Error{Message: tooDeep} // the engine's own limit of the call depth
}

// fault converts a value thrown by JavaScript to an Error.
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

// Limits of an evaluation. The number of steps and their nesting give the same result on every machine; the engine's
// call depth protects the Go stack, and the time limits what happens inside one step.
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
