package call

import (
	"context"
	"time"
)

// Call is an API call as the account received it.
type Call struct {
	Seq       int    // 1 for the account's first call
	Service   string // "ec2", "dynamodb", "iam", "sns", "events", "sts", "slack", "states"
	Operation string // "ReplaceNetworkAclAssociation"
	Caller    Caller
	Started   time.Time
	Ended     time.Time // zero until the call ends
	Mutating  bool      // the operation changes something if it succeeds
	Applied   bool      // the operation took effect, even if its answer was lost
	Behind    int       // number of the service's changes that the answer does not show; see [Stale]
	Err       string    // error code, "" if the caller got an answer
	Delayed   bool      // a fault of kind Delayed applied: the effect is later than the answer, or than the caller's giving up
	Late      string    // error code of a delayed request that failed when it was carried out, which its caller did not see
	Effect    *Effect   // what the call did; nil if it had no effect, or if effects are not recorded
	Input     any       // a copy of the SDK's input, or the webhook's body as *json.RawMessage
}

// Calls returns all calls so far, in the order in which they started.
func (e *Endpoint) Calls() []Call {
	e.Lock() // applies delayed requests that are due
	defer e.Unlock()
	e.trace.Lock()
	defer e.trace.Unlock()
	return append([]Call(nil), e.calls...)
}

// Operation describes an API operation apart from its effect.
type Operation struct {
	Name     string
	Mutating bool
	Needs    []string // required fields, which the SDK validates before it sends
	Reads    []string // further fields that the effect reads
}

// Invoke runs a call: it records the call, waits half of the latency, applies a fault or the
// effect at one instant, and waits the other half. It calls effect with the lock held. If
// effect returns an error, it must have changed nothing.
func Invoke[I, O any](ctx context.Context, s *Service, op Operation, in *I, effect func(in *I) (*O, error)) (*O, error) {
	if in == nil {
		in = new(I)
	}
	in = Clone(in) // the caller may modify its own input later
	call := s.begin(ctx, op, Clone(in))
	code := codeStopped // recorded if a fault panics
	defer func() { s.end(call.Seq, code) }()

	out, err := perform(ctx, &request[I, O]{s, op, call, in, effect})
	code = errorCode(err)
	if err != nil {
		return nil, s.wrap(op.Name, err)
	}
	return out, nil
}

// sleep waits for d, and returns the SDK's error if the context ends.
func (e *Endpoint) sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return canceled(err)
	}
	if d <= 0 {
		return nil
	}
	if err := e.opts.Clock.Sleep(ctx, d); err != nil {
		return canceled(err)
	}
	return nil
}

func (s *Service) begin(ctx context.Context, op Operation, input any) Call {
	s.trace.Lock()
	defer s.trace.Unlock()
	call := Call{
		Seq: len(s.calls) + 1, Service: s.Name, Operation: op.Name, Caller: CallerOf(ctx),
		Started: s.clock(), Mutating: op.Mutating, Input: input,
	}
	s.calls = append(s.calls, call)
	return call
}

func (e *Endpoint) end(seq int, code string) {
	e.trace.Lock()
	defer e.trace.Unlock()
	e.calls[seq-1].Ended = e.clock()
	e.calls[seq-1].Err = code
}
