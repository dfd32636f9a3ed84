package quarantine

import (
	"errors"
	"sync"
)

// Together runs the functions side by side, and returns when all have. It is
// the default of what handlers are given for that: a simulation gives them
// another one, which starts its goroutines under a clock of its own.
func Together(fns ...func()) {
	var wg sync.WaitGroup
	for _, fn := range fns {
		wg.Go(fn)
	}
	wg.Wait()
}

// Joined runs functions side by side, by Together or what stands in for it, and
// joins their errors in the order of the functions.
func Joined(together func(fns ...func()), fns ...func() error) error {
	errs := make([]error, len(fns))
	run := make([]func(), len(fns))
	for i, fn := range fns {
		run[i] = func() { errs[i] = fn() }
	}
	together(run...)
	return errors.Join(errs...)
}
