package call

import (
	"context"
	"fmt"

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
	// Code answers with the fault's Code and Message; nothing happened. A
	// transaction of DynamoDB's is cancelled with a Code that is a cancellation
	// reason's, "TransactionConflict", as the reason of each of its actions.
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
		return s.coded(f, c)
	case TimeoutBefore:
		return canceled(context.DeadlineExceeded)
	case StopBefore:
		panic(Stopped{Call: c})
	case Interfere:
		f.Do(c)
	}
	return nil
}

func (s *Service) coded(f Fault, c Call) error {
	if s.Coded != nil {
		if err := s.Coded(c, f.Code, f.Message); err != nil {
			return err
		}
	}
	return &smithy.GenericAPIError{Code: f.Code, Message: f.Message, Fault: smithy.FaultClient}
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
