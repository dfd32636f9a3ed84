package call

import (
	"context"
	"errors"
	"slices"
	"time"
)

// delayed is a request that nobody waits for any more, or whose answer came
// before its effect.
type delayed struct {
	due   time.Time // zero is when the test says so
	ids   idRange   // that the answer has promised
	apply func() error
}

// delay lets the request have its effect later.
func (r *request[I, O]) delay(f Fault) (*O, error) {
	r.Lock()
	defer r.Unlock()
	d := &delayed{apply: func() error { _, err := r.takeEffect(); return err }}
	if f.Delay > 0 {
		d.due = r.Now().Add(f.Delay)
	}
	if !f.Answer {
		r.delayed = append(r.delayed, d)
		return nil, canceled(context.DeadlineExceeded)
	}
	d.ids.after = r.ids
	out, err := r.try()
	d.ids.to = r.ids
	if err == nil {
		r.delayed = append(r.delayed, d)
	}
	return out, err
}

// try gives the answer that the request would have, and leaves no effect but
// that the ids in the answer are taken. The caller holds the lock.
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

// ApplyDelayed lets every request that was delayed have its effect now, in the
// order in which they were made, and gives the errors of those that have none:
// nobody else hears of them.
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

// applyDue lets delayed requests have their effect at the instants at which
// they are due. Nobody looks at the account without it, so nobody can tell that
// it happens no earlier. The caller holds the lock.
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
		_ = e.applyLate(d, d.due) // who asked does not wait for the answer
	}
}

// applyLate has the effect at the instant, with the ids that were promised.
func (e *Endpoint) applyLate(d *delayed, at time.Time) error {
	e.instant, e.promised = at, d.ids
	defer func() { e.instant, e.promised = time.Time{}, idRange{} }()
	return d.apply()
}
