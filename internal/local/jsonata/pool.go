package jsonata

import (
	"strings"
	"sync"

	"github.com/dop251/goja"
)

// The scripts are compiled at first use, so that a program without evaluations does not spend the time.
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

// acquire returns a runtime for exclusive use until release. A JavaScript runtime is not safe for concurrent use,
// and making one takes some 15 ms, so they are kept.
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

// straightforward converts the reference implementation to synchronous code. Nothing in JSONata waits for anything,
// but the reference uses async functions, and their promises take two thirds of an evaluation's time. Without the
// words async and await, the same functions run one after another.
//
// What the reference evaluates concurrently (the items of an array or object constructor) is evaluated in order
// here. The results differ only if items have effects on each other, or if several of them fail. So the unmodified
// reference evaluates every expression that assigns variables or draws random numbers, and every one that fails.
var straightforward = strings.NewReplacer("async function", "function", "async(", "(", "await ", "", "Promise.all(", "(").Replace
