package quarantine

import "sync"

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
