package call

import (
	"context"
	"errors"
	"slices"
	"time"
)

// delayed is a request whose effect comes later: after the caller gave up, or after the
// answer.
type delayed struct {
	due   time.Time // zero is at ApplyDelayed
	ids   idRange   // IDs that the answer has given out
	apply func() error
}

// delay postpones the request's effect.
func (r *request[I, O]) delay(f Fault) (*O, error) {
	r.Lock()
	defer r.Unlock()
	d := &delayed{apply: r.carryOut}
	if f.Delay > 0 {
		d.due = r.Now().Add(f.Delay)
	}
	if !f.Answer {
		r.postpone(d)
		return nil, canceled(context.DeadlineExceeded)
	}
	d.ids.after = r.ids
	out, err := r.try()
	d.ids.to = r.ids
	if err == nil {
		r.postpone(d)
	}
	return out, err
}

// postpone records that the call's effect comes later. The caller holds the lock.
func (r *request[I, O]) postpone(d *delayed) {
	r.delayed = append(r.delayed, d)
	r.trace.Lock()
	defer r.trace.Unlock()
	r.calls[r.call.Seq-1].Delayed = true
}

// carryOut has the postponed effect. The caller holds the lock.
func (r *request[I, O]) carryOut() error {
	_, err := r.takeEffect()
	if err != nil {
		r.trace.Lock()
		defer r.trace.Unlock()
		r.calls[r.call.Seq-1].Late = errorCode(err)
	}
	return err
}

// try returns the answer that the request would have, without an effect, except that the IDs
// in the answer are used up. The caller holds the lock.
func (r *request[I, O]) try() (*O, error) {
	was := r.State.show(r.State.copy())
	defer r.State.show(was)
	out, err := r.effect(r.in)
	r.items = nil
	if err != nil {
		return nil, err
	}
	return Clone(out), nil
}

// ApplyDelayed applies all delayed requests now, in the order in which they were made. It
// returns the errors of those that fail, since their callers do not see these.
func (e *Endpoint) ApplyDelayed() error {
	e.Lock()
	defer e.Unlock()
	var errs []error
	for _, d := range e.delayed {
		errs = append(errs, e.applyLate(d, e.clock()))
	}
	e.delayed = nil
	return errors.Join(errs...)
}

// applyDue applies each delayed request that is due, at its own due time. Every access to the
// account comes after it, so that applying late cannot be observed. The caller holds the
// lock.
func (e *Endpoint) applyDue() {
	if len(e.delayed) == 0 {
		return
	}
	now := e.clock()
	isDue := func(d *delayed) bool { return !d.due.IsZero() && !d.due.After(now) }
	var due []*delayed
	for _, d := range e.delayed {
		if isDue(d) {
			due = append(due, d)
		}
	}
	e.delayed = slices.DeleteFunc(e.delayed, isDue)
	slices.SortStableFunc(due, func(a, b *delayed) int { return a.due.Compare(b.due) })
	for _, d := range due {
		_ = e.applyLate(d, d.due) // the caller no longer waits for the answer
	}
}

// applyLate applies the request as of that time, with the IDs of its answer.
func (e *Endpoint) applyLate(d *delayed, at time.Time) error {
	e.instant, e.promised = at, d.ids
	defer func() { e.instant, e.promised = time.Time{}, idRange{} }()
	return d.apply()
}
