package call

import (
	"context"
	"fmt"

	"github.com/aws/smithy-go"
)

// Kind is the way in which a call fails.
type Kind int

// The kinds of fault.
const (
	// Throttle returns the service's own throttling error, without an effect.
	Throttle Kind = iota + 1
	// ServerError returns status 500, without an effect.
	ServerError
	// Deny returns IAM's error, which names the action, without an effect.
	Deny
	// Code returns the fault's Code and Message, without an effect. For a DynamoDB transaction and
	// a Code that is a cancellation reason, such as "TransactionConflict", the transaction is
	// canceled with that reason for each of its actions.
	Code
	// TimeoutBefore loses the request: no effect and no answer.
	TimeoutBefore
	// TimeoutAfter loses the answer: the request takes effect.
	TimeoutAfter
	// StopBefore ends the process before the request is sent: a panic with Stopped.
	StopBefore
	// StopAfter ends the process after the request took effect: a panic with Stopped.
	StopAfter
	// Interfere runs the fault's Do when the request arrives, and then continues the call: another
	// caller was quicker.
	Interfere
	// Delayed times the request out; it takes effect later: after Delay on the account's clock or,
	// if that is 0, at [Endpoint.ApplyDelayed]. With Answer, the caller instead gets at once the
	// answer that the request would have; if that is an error, there is no effect later. Delayed
	// applies to mutating operations and, with Answer, only to services that keep a state.
	Delayed
	// Stale answers a read with the state before the service's last Behind changes, by calls and by
	// others, or at the injection if there are fewer since then. EC2 is eventually consistent:
	// https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html
	// Stale applies to reads of EC2, and to DynamoDB's reads that are not strongly consistent.
	Stale
)

// Stopped is the value of the panic that ends a simulated process.
type Stopped struct {
	Call  Call
	After bool // the call had taken effect
}

func (s Stopped) String() string {
	when := "before"
	if s.After {
		when = "after"
	}
	return fmt.Sprintf("the process stopped %s call %d, %s %s", when, s.Call.Seq, s.Call.Service, s.Call.Operation)
}

// before applies a fault when a request arrives.
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

// after applies a fault to an answer.
func after(f Fault, c Call) error {
	switch f.Kind {
	case TimeoutAfter:
		return canceled(context.DeadlineExceeded)
	case StopAfter:
		panic(Stopped{Call: c, After: true})
	}
	return nil
}
