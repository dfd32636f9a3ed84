package call

import (
	"fmt"
	"time"
)

// Fault says which calls fail, and how.
type Fault struct {
	Service   string          // "" matches any
	Operation string          // "" matches any
	Match     func(Call) bool // nil matches any; called without locks
	Skip      int             // number of matching calls that pass first
	Times     int             // number of calls to which the fault then applies; 0 is no limit
	Until     time.Time       // the fault ends at this time; zero is never
	For       time.Duration   // the fault ends this long after its first use; zero is never
	Kind      Kind            // required
	Code      string          // for kind Code: "NetworkAclLimitExceeded"
	Message   string          // for kind Code
	Do        func(c Call)    // for kind Interfere; called without locks
	Delay     time.Duration   // for kind Delayed; 0 is until ApplyDelayed
	Answer    bool            // for kind Delayed: the caller gets an answer
	Behind    int             // for kind Stale; required
}

type armedFault struct {
	Fault
	skipped, struck int
	first           time.Time // time of the first use
}

// Inject arms a fault. If several faults match a call, the one injected first applies. A
// fault that lacks what its kind needs is a mistake in the test: Inject panics.
func (e *Endpoint) Inject(f Fault) (remove func()) {
	f.check()
	armed := &armedFault{Fault: f}
	e.trace.Lock()
	defer e.trace.Unlock()
	e.faults = append(e.faults, armed)
	return func() { e.disarm(armed) }
}

func (f Fault) check() {
	if f.Kind < Throttle || f.Kind > Stale {
		panic(fmt.Sprintf("account: fault of unknown kind %d", f.Kind))
	}
	for _, needs := range []struct {
		kind  Kind
		given bool
		what  string
	}{
		{Code, f.Code != "", "Code belongs to a fault of kind Code"},
		{Interfere, f.Do != nil, "Do belongs to a fault of kind Interfere"},
		{Stale, f.Behind > 0, "Behind belongs to a fault of kind Stale"},
	} {
		if (f.Kind == needs.kind) != needs.given {
			panic("account: " + needs.what)
		}
	}
	if f.Kind != Delayed && (f.Delay != 0 || f.Answer) {
		panic("account: Delay and Answer belong to a fault of kind Delayed")
	}
}

func (e *Endpoint) disarm(f *armedFault) {
	e.trace.Lock()
	defer e.trace.Unlock()
	for i, other := range e.faults {
		if other == f {
			e.faults = append(e.faults[:i:i], e.faults[i+1:]...)
			return
		}
	}
}

// meetFault returns the fault that applies to the call, and counts the use.
func (s *Service) meetFault(c Call) Fault {
	s.trace.Lock()
	faults := append([]*armedFault(nil), s.faults...)
	s.trace.Unlock()
	for _, f := range faults {
		if f.matches(c) && s.concerns(f.Fault, c) && s.strike(f) {
			return f.Fault
		}
	}
	return Fault{}
}

func (f Fault) matches(c Call) bool {
	return (f.Service == "" || f.Service == c.Service) &&
		(f.Operation == "" || f.Operation == c.Operation) &&
		(f.Match == nil || f.Match(c))
}

func (e *Endpoint) strike(f *armedFault) bool {
	e.trace.Lock()
	defer e.trace.Unlock()
	switch {
	case !f.Until.IsZero() && !e.clock().Before(f.Until):
		return false
	case f.skipped < f.Skip:
		f.skipped++
		return false
	case f.Times > 0 && f.struck >= f.Times:
		return false
	case f.For > 0 && f.struck > 0 && e.clock().Sub(f.first) >= f.For:
		return false
	}
	if f.struck++; f.struck == 1 {
		f.first = e.clock()
	}
	return true
}

// Denies tells whether a fault of kind [Deny] is armed for every call of that operation. It counts no use.
func (e *Endpoint) Denies(service, operation string) bool {
	e.trace.Lock()
	defer e.trace.Unlock()
	for _, f := range e.faults {
		if f.Kind == Deny && f.Match == nil && (f.Service == "" || f.Service == service) && (f.Operation == "" || f.Operation == operation) {
			return true
		}
	}
	return false
}
