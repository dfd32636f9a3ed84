package quarantine

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Clock is all that a function waits on, and all that it runs side by side
// with: a simulation gives it another one, with virtual time and goroutines that
// take turns.
type Clock interface {
	// Now is the time, in any time zone.
	Now() time.Time
	// Sleep waits for d, or returns ctx's cause if ctx is done earlier.
	Sleep(ctx context.Context, d time.Duration) error
	// RunSideBySide runs functions at once, and returns when all have.
	RunSideBySide(fns ...func())
}

// SystemClock is real time and goroutines.
type SystemClock struct{}

var _ Clock = SystemClock{}

// Now is the computer's time.
func (SystemClock) Now() time.Time { return time.Now() }

// Sleep waits for d, or returns ctx's cause if ctx is done earlier.
func (SystemClock) Sleep(ctx context.Context, d time.Duration) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// RunSideBySide runs each function in a goroutine, and returns when all have.
func (SystemClock) RunSideBySide(fns ...func()) {
	var wg sync.WaitGroup
	for _, fn := range fns {
		wg.Go(fn)
	}
	wg.Wait()
}

// JoinErrors runs functions side by side, and joins their errors in the order of
// the functions.
func JoinErrors(clock Clock, fns ...func() error) error {
	errs := make([]error, len(fns))
	run := make([]func(), len(fns))
	for i, fn := range fns {
		run[i] = func() { errs[i] = fn() }
	}
	clock.RunSideBySide(run...)
	return errors.Join(errs...)
}
