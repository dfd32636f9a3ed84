package call

import "context"

// request is a call with its input and its effect.
type request[I, O any] struct {
	*Service
	op     Operation
	call   Call
	in     *I
	effect func(in *I) (*O, error)
}

func perform[I, O any](ctx context.Context, r *request[I, O]) (*O, error) {
	if err := r.checkFields(r.op, r.in); err != nil {
		return nil, err
	}
	latency := r.opts.Latency(r.Name, r.op.Name)
	if err := r.sleep(ctx, latency/2); err != nil {
		return nil, err
	}
	out, err := (*O)(nil), r.admit(r.call)
	if err == nil {
		out, err = r.arrive()
	}
	if lost := r.sleep(ctx, latency-latency/2); lost != nil {
		return nil, lost
	}
	return out, err
}

// arrive handles a request that is not throttled.
func (r *request[I, O]) arrive() (*O, error) {
	fault := r.meetFault(r.call)
	if err := r.before(fault, r.call); err != nil {
		return nil, err
	}
	if onlyAsks(r.in) {
		return nil, dryRunAnswer()
	}
	if fault.Kind == Delayed {
		return r.delay(fault)
	}
	out, err := r.apply(fault.Behind)
	if lost := after(fault, r.call); lost != nil {
		return nil, lost
	}
	return out, err
}

// apply runs the effect now; a stale read sees the state that many changes earlier.
func (r *request[I, O]) apply(behind int) (*O, error) {
	r.Lock()
	defer r.Unlock()
	back, behind := r.lookBack(behind)
	defer back()
	out, err := r.takeEffect()
	if err == nil && behind > 0 {
		r.isBehind(r.call.Seq, behind)
	}
	return out, err
}

// takeEffect runs the effect and records it. The caller holds the lock.
func (r *request[I, O]) takeEffect() (*O, error) {
	keep := func() {}
	if r.op.Mutating {
		keep = r.remember()
	}
	r.running, r.items = r.call.Seq, nil
	defer func() { r.running, r.items = 0, nil }()
	out, err := r.effect(r.in)
	if err != nil {
		return nil, err
	}
	keep()
	out = Clone(out)
	r.tookEffect(r.call.Seq, out)
	return out, nil
}
