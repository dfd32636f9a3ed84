package simaws

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
func (a *Account) Inject(f Fault) (remove func()) {
	if f.Kind < Throttle || f.Kind > Interfere {
		panic(fmt.Sprintf("simaws: fault of unknown kind %d", f.Kind))
	}
	if (f.Kind == Code) != (f.Code != "") || (f.Kind == Interfere) != (f.Do != nil) {
		panic("simaws: Code belongs to a fault of kind Code, and Do to one of kind Interfere")
	}
	armed := &armedFault{Fault: f}
	a.trace.Lock()
	defer a.trace.Unlock()
	a.faults = append(a.faults, armed)
	return func() { a.disarm(armed) }
}

func (a *Account) disarm(f *armedFault) {
	a.trace.Lock()
	defer a.trace.Unlock()
	for i, other := range a.faults {
		if other == f {
			a.faults = append(a.faults[:i:i], a.faults[i+1:]...)
			return
		}
	}
}

// meetFault gives the fault that strikes the call, and counts it.
func (a *Account) meetFault(c Call) Fault {
	a.trace.Lock()
	faults := append([]*armedFault(nil), a.faults...)
	a.trace.Unlock()
	for _, f := range faults {
		if f.matches(c) && a.strike(f) {
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

func (a *Account) strike(f *armedFault) bool {
	a.trace.Lock()
	defer a.trace.Unlock()
	switch {
	case !f.Until.IsZero() && !a.now().Before(f.Until):
		return false
	case f.skipped < f.Skip:
		f.skipped++
		return false
	case f.Times > 0 && f.struck >= f.Times:
		return false
	case f.For > 0 && f.struck > 0 && a.now().Sub(f.first) >= f.For:
		return false
	}
	if f.struck++; f.struck == 1 {
		f.first = a.now()
	}
	return true
}

// before is what a fault does to a request that arrives.
func (a *Account) before(f Fault, c Call) error {
	service := services[c.Service]
	switch f.Kind {
	case Throttle:
		return service.throttled(a, c)
	case ServerError:
		return service.broken()
	case Deny:
		return service.denied(a, c)
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
