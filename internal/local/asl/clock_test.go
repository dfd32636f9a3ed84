package asl_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

var errStop = errors.New("stop")

func TestWallClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, start := asl.WallClock(), time.Now()
		want(t, c.Now(), start)
		want(t, c.Sleep(t.Context(), time.Second), nil)
		want(t, time.Since(start), time.Second)

		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(errStop) })
		want(t, errors.Is(c.Sleep(ctx, time.Hour), errStop), true)
		want(t, time.Since(start), 2*time.Second)
		want(t, errors.Is(c.Sleep(ctx, 0), errStop), true)

		timed, done := c.WithTimeout(t.Context(), time.Second)
		defer done()
		never := make(chan struct{})
		want(t, errors.Is(c.Await(timed, never), context.DeadlineExceeded), true)
		want(t, time.Since(start), 3*time.Second)

		answered := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(answered) })
		want(t, c.Await(t.Context(), answered), nil)
		want(t, time.Since(start), 4*time.Second)
		want(t, c.Await(ctx, answered), nil) // done takes precedence over ctx

		c.RunSideBySide(func() { time.Sleep(time.Second) }, func() { time.Sleep(3 * time.Second) })
		want(t, time.Since(start), 7*time.Second)
	})
}
