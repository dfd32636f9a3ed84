package estate

import (
	"context"
	"sync"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// clock advances only in Sleep. Its times are not in UTC.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

// Pass advances the time of an estate that was made without a clock.
func (e *Estate) Pass(d time.Duration) { _ = e.clock.(*clock).Sleep(context.Background(), d) }

// InTurn runs functions one after another, always in the same order.
func InTurn(fns ...func()) {
	for _, fn := range fns {
		fn()
	}
}

// Meter keeps measurements. It is safe for concurrent use.
type Meter struct {
	mu  sync.Mutex
	all []quarantine.Measurement
}

func (m *Meter) measure(all ...quarantine.Measurement) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, all...)
}

// Taken returns the measurements since the last call of Taken.
func (m *Meter) Taken() []quarantine.Measurement {
	m.mu.Lock()
	defer m.mu.Unlock()
	taken := m.all
	m.all = nil
	return taken
}

// handlerClock is a handler's clock: the estate's time with the test's concurrency.
func (e *Estate) handlerClock() quarantine.Clock {
	return clocktest.Clock{Time: e.clock.Now, Wait: e.clock.Sleep, Concurrent: func(fns ...func()) { e.Concurrent(fns...) }}
}

// Now is the estate's current time.
func (e *Estate) Now() time.Time { return e.clock.Now() }
