package call

import (
	"context"
	"time"
)

// Call is one API call as the account saw it.
type Call struct {
	Seq       int    // 1 for the account's first call
	Service   string // "ec2", "dynamodb", "sns", "sts", "slack", "states"
	Operation string // "ReplaceNetworkAclAssociation"
	Caller    Caller
	Started   time.Time
	Ended     time.Time // zero while the call is under way
	Mutating  bool      // the operation changes something when it succeeds
	Applied   bool      // the operation took effect, whether or not its answer arrived
	Behind    int       // how many of its service's changes the answer does not show; see [Stale]
	Err       string    // error code, "" if the caller got an answer
	Effect    *Effect   // what it did; nil if it did not, or if effects are not recorded
	Input     any       // a copy of the SDK's input, or the webhook's body as *json.RawMessage
}

// Calls gives every call so far, in the order in which they were made.
func (e *Endpoint) Calls() []Call {
	e.Lock() // for what is due
	defer e.Unlock()
	e.trace.Lock()
	defer e.trace.Unlock()
	return append([]Call(nil), e.calls...)
}

// Operation is what is known of an API operation besides its effect.
type Operation struct {
	Name     string
	Mutating bool
	Needs    []string // fields without which the SDK refuses to send
	Reads    []string // further fields that the effect looks at
}

// Invoke is the way of every call: it is recorded, takes half of its latency,
// meets a fault or has its effect at one instant, and takes the other half. The
// effect is called with the lock held; where it fails, it has changed nothing.
func Invoke[I, O any](ctx context.Context, s *Service, op Operation, in *I, effect func(in *I) (*O, error)) (*O, error) {
	if in == nil {
		in = new(I)
	}
	in = Clone(in) // what the caller does with its own afterwards is not ours
	call := s.begin(ctx, op, Clone(in))
	code := codeStopped // what stands on record if a fault panics
	defer func() { s.end(call.Seq, code) }()

	out, err := perform(ctx, &request[I, O]{s, op, call, in, effect})
	code = errorCode(err)
	if err != nil {
		return nil, s.wrap(op.Name, err)
	}
	return out, nil
}

// sleep passes time, and fails as the SDK does when the context ends.
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
