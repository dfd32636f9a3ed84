package quarantine

import (
	"context"
	"time"
)

// Sleeper waits, or returns the context's error if that ends first; a nil one
// waits in real time.
type Sleeper func(ctx context.Context, d time.Duration) error

// Sleep waits for d.
func (s Sleeper) Sleep(ctx context.Context, d time.Duration) error {
	if s != nil {
		return s(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
