package jsonata

import (
	"strings"
	"sync"

	"github.com/dop251/goja"
)

// The scripts are compiled at first use, so that a program that evaluates nothing pays nothing.
var (
	original = sync.OnceValue(func() *goja.Program { return goja.MustCompile("jsonata.min.js", reference, false) })
	library  = sync.OnceValue(func() *goja.Program {
		return goja.MustCompile("jsonata.min.js without waiting", straightforward(reference), false)
	})
	joint = sync.OnceValue(func() *goja.Program { return goja.MustCompile("bridge.js", bridge, true) })
)

var (
	poolMutex sync.Mutex
	idle      []*runtime
)

// acquire gives a runtime that nobody else uses until release. A JavaScript runtime is not safe for
// concurrent use, and making one costs some 15 ms, so they are kept.
func acquire() *runtime {
	poolMutex.Lock()
	if n := len(idle); n > 0 {
		rt := idle[n-1]
		idle = idle[:n-1]
		poolMutex.Unlock()
		return rt
	}
	poolMutex.Unlock()
	return newRuntime()
}

func release(rt *runtime) {
	if rt.spoilt {
		return
	}
	rt.env = Env{}
	poolMutex.Lock()
	defer poolMutex.Unlock()
	if len(idle) < maxIdle {
		idle = append(idle, rt)
	}
}

// straightforward is the reference implementation without its waiting. Nothing in JSONata waits for anything, but
// the reference is written with async functions, and their promises cost two thirds of an evaluation. Without the
// words async and await, the same functions do the same things one after another.
//
// What is evaluated side by side there (the items of an array or object constructor) is evaluated in order here.
// That shows only where items have effects on each other, or where several of them fail: so an expression that
// assigns variables or draws random numbers, and every one that fails, is evaluated by the reference as it is.
var straightforward = strings.NewReplacer("async function", "function", "async(", "(", "await ", "", "Promise.all(", "(").Replace
