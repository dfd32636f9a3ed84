package jsonata

import (
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
	parsed   map[string]goja.Value
	env      Env
	// spoilt is set when an evaluation was cut off, and what it left behind in the engine is not known.
	spoilt bool
}

func newRuntime() *runtime {
	rt := &runtime{vm: goja.New(), parsed: map[string]goja.Value{}}
	rt.vm.SetMaxCallStackSize(maxCalls)
	rt.vm.SetTimeSource(func() time.Time { return rt.env.now() })
	rt.vm.SetRandSource(func() float64 { return rt.env.random() })
	library, join := programs()
	must(rt.vm.RunProgram(library))
	connect, _ := goja.AssertFunction(must(rt.vm.RunProgram(join)))
	api := must(connect(goja.Undefined(), rt.vm.Get("jsonata"), rt.host())).ToObject(rt.vm)
	rt.compile, _ = goja.AssertFunction(api.Get("compile"))
	rt.begin, _ = goja.AssertFunction(api.Get("begin"))
	rt.evaluate, _ = goja.AssertFunction(api.Get("evaluate"))
	return rt
}

// must is for the embedded scripts alone: they are constants, and a test loads them.
func must(v goja.Value, err error) goja.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// expression gives the parsed form of a source text in this runtime, parsing it at first use.
func (rt *runtime) expression(source string) (goja.Value, error) {
	if v, ok := rt.parsed[source]; ok {
		return v, nil
	}
	v, err := rt.guard(func() (goja.Value, error) { return rt.compile(goja.Undefined(), rt.vm.ToValue(source)) })
	if err != nil {
		return nil, err
	}
	if len(rt.parsed) >= maxKept {
		clear(rt.parsed)
	}
	rt.parsed[source] = v
	return v, nil
}

// run evaluates a parsed expression to JSON text or undefined.
func (rt *runtime) run(expression goja.Value) (goja.Value, error) {
	v, err := rt.guard(func() (goja.Value, error) { return rt.evaluate(goja.Undefined(), expression) })
	if err != nil {
		return nil, err
	}
	promise, ok := v.Export().(*goja.Promise)
	switch {
	case !ok:
		return v, nil
	case promise.State() == goja.PromiseStateRejected:
		return nil, rt.fault(promise.Result())
	case promise.State() == goja.PromiseStatePending: // nothing in JSONata waits, so it was cut off
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
