// Package clocktest makes clocks for tests.
package clocktest

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Clock is a [quarantine.Clock] made of functions; where one is nil, it does
// what the system's clock does.
type Clock struct {
	Time       func() time.Time
	Wait       func(ctx context.Context, d time.Duration) error
	Concurrent func(fns ...func())
}

var _ quarantine.Clock = Clock{}

// At is a clock that stands still.
func At(t time.Time) Clock { return Clock{Time: func() time.Time { return t }} }

// Now is what Time says.
func (c Clock) Now() time.Time {
	if c.Time == nil {
		return quarantine.SystemClock{}.Now()
	}
	return c.Time()
}

// Sleep waits as Wait does.
func (c Clock) Sleep(ctx context.Context, d time.Duration) error {
	if c.Wait == nil {
		return quarantine.SystemClock{}.Sleep(ctx, d)
	}
	return c.Wait(ctx, d)
}

// RunSideBySide runs functions as Concurrent does.
func (c Clock) RunSideBySide(fns ...func()) {
	if c.Concurrent == nil {
		quarantine.SystemClock{}.RunSideBySide(fns...)
		return
	}
	c.Concurrent(fns...)
}
