// Package call handles every call to an in-memory account, whatever its service: a call is
// recorded, takes its latency, is subject to request limits and faults, and has its effect at
// one instant. The services plug into it.
package call

import (
	"context"
	"sync"
	"time"
)

// Clock is the account's clock.
type Clock interface {
	Now() time.Time
	// Sleep waits for d, or returns the context's error if that ends first.
	Sleep(ctx context.Context, d time.Duration) error
}

// Options describe an endpoint. All fields but Limits and Record are required.
type Options struct {
	AccountID, Region, Partition string
	Clock                        Clock
	Latency                      func(service, operation string) time.Duration
	Limits                       Limits // nil means no limits
	Record                       bool   // keep what each call did: see [Effect]
}

// Endpoint receives the calls to one account in one Region.
type Endpoint struct {
	opts Options

	// mu guards the fields below and the services' state. It is held during an effect and never
	// while time passes.
	mu       sync.Mutex
	ids      int
	effects  int
	running  int              // Seq of the call whose effect is in progress; 0 is none
	promised idRange          // IDs to use before new ones
	instant  time.Time        // time of the delayed effect in progress; zero is now
	items    []map[string]any // items that the effect in progress wrote
	delayed  []*delayed       // in the order of the requests

	// trace guards the record of calls, the faults and the request limits. It is separate from
	// mu so that a fault's Match may read the account.
	trace   sync.Mutex
	calls   []Call
	faults  []*armedFault
	buckets map[string]*bucket
}

// New makes an endpoint without calls.
func New(o Options) *Endpoint {
	return &Endpoint{opts: o, buckets: map[string]*bucket{}}
}

// AccountID is the account's 12 digits.
func (e *Endpoint) AccountID() string { return e.opts.AccountID }

// Region is the account's Region.
func (e *Endpoint) Region() string { return e.opts.Region }

// Records reports whether effects are recorded.
func (e *Endpoint) Records() bool { return e.opts.Record }

// Lock locks the services' state. It first applies the delayed requests that are due.
func (e *Endpoint) Lock() {
	e.mu.Lock()
	e.applyDue()
}

// Unlock ends Lock.
func (e *Endpoint) Unlock() { e.mu.Unlock() }

// Now is the time of the effect in progress. The caller holds the lock.
func (e *Endpoint) Now() time.Time {
	if !e.instant.IsZero() {
		return e.instant
	}
	return e.clock()
}

func (e *Endpoint) clock() time.Time { return e.opts.Clock.Now().UTC() }
