package asl

import (
	"context"
	"sync"
	"time"
)

// Clock does all the blocking and all the concurrency of executions, so that another clock can run them on
// virtual time, one goroutine at a time. The contexts it returns derive from the given ones by package context,
// so that cancellation reaches them at once.
type Clock interface {
	// Now returns this clock's time. It does not block.
	Now() time.Time
	// Sleep waits for d. It returns ctx's cause if ctx is done earlier.
	Sleep(ctx context.Context, d time.Duration) error
	// WithTimeout returns a context that is done after d on this clock, with the cause context.DeadlineExceeded.
	WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc)
	// WithCancel returns a context that is done when it is cancelled, with the given cause.
	WithCancel(ctx context.Context) (context.Context, context.CancelCauseFunc)
	// RunSideBySide runs fns concurrently and returns when all have returned.
	RunSideBySide(fns ...func())
	// Await waits until done is closed. It returns ctx's cause if ctx is done earlier.
	Await(ctx context.Context, done <-chan struct{}) error
}

// WallClock is the real clock: goroutines and timers.
func WallClock() Clock { return wallClock{} }

type wallClock struct{}

func (wallClock) Now() time.Time { return time.Now() }

func (wallClock) Sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (wallClock) WithTimeout(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d)
}

func (wallClock) WithCancel(ctx context.Context) (context.Context, context.CancelCauseFunc) {
	return context.WithCancelCause(ctx)
}

func (wallClock) RunSideBySide(fns ...func()) {
	var all sync.WaitGroup
	for _, fn := range fns {
		all.Go(fn)
	}
	all.Wait()
}

func (wallClock) Await(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	default: // done takes precedence over a context that is done
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
