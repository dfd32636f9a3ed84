package simaws

import (
	"context"
	"time"
)

// Call is one API call as the account saw it.
type Call struct {
	Seq       int    // 1 for the account's first call
	Service   string // "ec2", "dynamodb", "sns", "sts", "slack"
	Operation string // "ReplaceNetworkAclAssociation"
	Caller    Caller
	Started   time.Time
	Ended     time.Time // zero while the call is under way
	Mutating  bool      // the operation changes something when it succeeds
	Applied   bool      // the operation took effect, whether or not its answer arrived
	Err       string    // error code, "" if the caller got an answer
	Effect    *Effect   // what it did; nil if it did not, or if Options.Record is not set
	Input     any       // a copy of the SDK's input, or the webhook's body as *json.RawMessage
}

// Calls gives every call so far, in the order in which they were made.
func (a *Account) Calls() []Call {
	a.trace.Lock()
	defer a.trace.Unlock()
	return append([]Call(nil), a.calls...)
}

// operation is what is known of an API operation besides its effect.
type operation struct {
	service  *service
	name     string
	mutating bool
	needs    []string // fields without which the SDK refuses to send
	reads    []string // further fields that the effect looks at
}

// invoke is the way of every call: it is recorded, takes half of its latency,
// meets a fault or has its effect at one instant, and takes the other half.
func invoke[I, O any](ctx context.Context, a *Account, op operation, in *I, effect func(in *I) (*O, error)) (*O, error) {
	if in == nil {
		in = new(I)
	}
	in = clone(in) // what the caller does with its own afterwards is not ours
	call := a.begin(ctx, op, clone(in))
	code := codeStopped // what stands on record if a fault panics
	defer func() { a.end(call.Seq, code) }()

	out, err := perform(ctx, a, op, call, in, effect)
	code = errorCode(err)
	if err != nil {
		return nil, op.service.wrap(op.name, err)
	}
	return out, nil
}

func perform[I, O any](ctx context.Context, a *Account, op operation, call Call, in *I, effect func(in *I) (*O, error)) (*O, error) {
	if err := checkFields(op, in); err != nil {
		return nil, err
	}
	latency := a.opts.Latency(op.service.name, op.name)
	if err := a.sleep(ctx, latency/2); err != nil {
		return nil, err
	}
	out, err := (*O)(nil), a.admit(call)
	if err == nil {
		out, err = arrive(a, call, in, effect)
	}
	if lost := a.sleep(ctx, latency-latency/2); lost != nil {
		return nil, lost
	}
	return out, err
}

// arrive is what becomes of a request that is not throttled.
func arrive[I, O any](a *Account, call Call, in *I, effect func(in *I) (*O, error)) (*O, error) {
	fault := a.meetFault(call)
	if err := a.before(fault, call); err != nil {
		return nil, err
	}
	out, err := apply(a, call.Seq, in, effect)
	if lost := after(fault, call); lost != nil {
		return nil, lost
	}
	return out, err
}

func apply[I, O any](a *Account, seq int, in *I, effect func(in *I) (*O, error)) (*O, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	out, err := effect(in)
	if err == nil {
		out = clone(out)
		a.tookEffect(seq, in, out)
	}
	return out, err
}

// sleep passes time, and fails as the SDK does when the context ends.
func (a *Account) sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return canceled(err)
	}
	if d <= 0 {
		return nil
	}
	if err := a.opts.Clock.Sleep(ctx, d); err != nil {
		return canceled(err)
	}
	return nil
}

func (a *Account) begin(ctx context.Context, op operation, input any) Call {
	a.trace.Lock()
	defer a.trace.Unlock()
	call := Call{
		Seq: len(a.calls) + 1, Service: op.service.name, Operation: op.name, Caller: callerOf(ctx),
		Started: a.now(), Mutating: op.mutating, Input: input,
	}
	a.calls = append(a.calls, call)
	return call
}

func (a *Account) end(seq int, code string) {
	a.trace.Lock()
	defer a.trace.Unlock()
	a.calls[seq-1].Ended = a.now()
	a.calls[seq-1].Err = code
}
