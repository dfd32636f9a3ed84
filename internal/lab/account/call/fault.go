package call

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/smithy-go"
)

// Kind is the way in which a call goes wrong.
type Kind int

// The kinds of fault.
const (
	// Throttle answers with the service's own throttling error; nothing happened.
	Throttle Kind = iota + 1
	// ServerError answers with status 500; nothing happened.
	ServerError
	// Deny answers as IAM does, naming the action; nothing happened.
	Deny
	// Code answers with the fault's Code and Message; nothing happened.
	Code
	// TimeoutBefore loses the request: nothing happened, and no answer comes.
	TimeoutBefore
	// TimeoutAfter loses the answer: what was asked for has happened.
	TimeoutAfter
	// StopBefore ends the process before the request has left it: a panic with Stopped.
	StopBefore
	// StopAfter ends the process when the request has had its effect: a panic with Stopped.
	StopAfter
	// Interfere runs the fault's Do as the request arrives, and then lets the
	// call go on: somebody else was quicker.
	Interfere
	// Delayed gives up on the request, which has its effect later: after Delay on
	// the account's clock, or, where that is 0, at [Endpoint.ApplyDelayed]. With
	// Answer, the caller gets the answer that the request would have had at once,
	// and thus its error, too, and then no effect. It strikes what changes
	// something, and with Answer only services that keep a state.
	Delayed
	// Stale answers a read as of before the service's last Behind changes, by
	// calls and by others, or as of the injection if there are fewer since. EC2 is
	// eventually consistent:
	// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
	// It strikes reads of EC2, and DynamoDB's that do not ask to be consistent.
	Stale
)

// Fault says which calls go wrong, and how.
type Fault struct {
	Service   string          // "" is any
	Operation string          // "" is any
	Match     func(Call) bool // nil is any; called without locks
	Skip      int             // let the first so many matching calls pass
	Times     int             // then strike so many; 0 is for ever
	Until     time.Time       // and not at or after this time; zero is for ever
	For       time.Duration   // and no longer than this after the first strike; zero is for ever
	Kind      Kind            // required
	Code      string          // of kind Code: "NetworkAclLimitExceeded"
	Message   string          // of kind Code
	Do        func(c Call)    // of kind Interfere; called without locks
	Delay     time.Duration   // of kind Delayed; 0 is until ApplyDelayed
	Answer    bool            // of kind Delayed: the caller gets an answer
	Behind    int             // of kind Stale, and required there
}

// Stopped is the value of the panic that ends the process in a test.
type Stopped struct {
	Call  Call
	After bool // the call had its effect
}

func (s Stopped) String() string {
	when := "before"
	if s.After {
		when = "after"
	}
	return fmt.Sprintf("the process stopped %s call %d, %s %s", when, s.Call.Seq, s.Call.Service, s.Call.Operation)
}

type armedFault struct {
	Fault
	skipped, struck int
	first           time.Time // when it struck first
}

// Inject arms a fault. Where several match, the one injected first strikes.
// A fault without what its kind needs is a mistake in the test, and panics.
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

// meetFault gives the fault that strikes the call, and counts it.
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

// before is what a fault does to a request that arrives.
func (s *Service) before(f Fault, c Call) error {
	switch f.Kind {
	case Throttle:
		return s.Throttled(c)
	case ServerError:
		return s.Broken()
	case Deny:
		return s.Denied(c)
	case Code:
		return &smithy.GenericAPIError{Code: f.Code, Message: f.Message, Fault: smithy.FaultClient}
	case TimeoutBefore:
		return canceled(context.DeadlineExceeded)
	case StopBefore:
		panic(Stopped{Call: c})
	case Interfere:
		f.Do(c)
	}
	return nil
}

// after is what a fault does to an answer that is on its way.
func after(f Fault, c Call) error {
	switch f.Kind {
	case TimeoutAfter:
		return canceled(context.DeadlineExceeded)
	case StopAfter:
		panic(Stopped{Call: c, After: true})
	}
	return nil
}
