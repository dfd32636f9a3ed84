// Package call is the way of every call to an account in memory, whatever its
// service: it is recorded, takes its latency, meets request limits and faults,
// and has its effect at one instant. The services plug into it.
package call

import (
	"context"
	"sync"
	"time"
)

// Clock is the time that the account lives in.
type Clock interface {
	Now() time.Time
	// Sleep waits for d, or returns the context's error if that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// Options describe an endpoint. All but Limits and Record are required.
type Options struct {
	AccountID, Region string
	Clock             Clock
	Latency           func(service, operation string) time.Duration
	Limits            Limits // nil is none
	Record            bool   // keep what each call did: see [Effect]
}

// Endpoint takes the calls to one account in one region.
type Endpoint struct {
	opts Options

	// mu guards everything below it, and what the services hold. It is held for
	// the instant of an effect and never while time passes.
	mu       sync.Mutex
	ids      int
	effects  int
	running  int              // Seq of the call whose effect takes place; 0 is none
	promised idRange          // ids that are to be given before others
	instant  time.Time        // of a delayed effect that takes place; zero is now
	items    []map[string]any // what the running effect has written
	delayed  []*delayed       // in the order in which they were asked for

	// trace guards the record of calls, the faults and the request limits, so
	// that a fault's Match may look at the account.
	trace   sync.Mutex
	calls   []Call
	faults  []*armedFault
	buckets map[string]*bucket
}

// New gives an endpoint that no call has reached.
func New(o Options) *Endpoint {
	return &Endpoint{opts: o, buckets: map[string]*bucket{}}
}

// AccountID is the account's 12 digits.
func (e *Endpoint) AccountID() string { return e.opts.AccountID }

// Region is the account's region.
func (e *Endpoint) Region() string { return e.opts.Region }

// Records tells whether what each call did is kept.
func (e *Endpoint) Records() bool { return e.opts.Record }

// Lock holds what all services hold, as of now: delayed requests that are due
// have had their effect.
func (e *Endpoint) Lock() {
	e.mu.Lock()
	e.applyDue()
}

// Unlock ends Lock.
func (e *Endpoint) Unlock() { e.mu.Unlock() }

// Now is the instant of what takes place. The caller holds the lock.
func (e *Endpoint) Now() time.Time {
	if !e.instant.IsZero() {
		return e.instant
	}
	return e.clock()
}

func (e *Endpoint) clock() time.Time { return e.opts.Clock.Now().UTC() }
