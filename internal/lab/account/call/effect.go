package call

// Effect is what a call did when it took effect, for checks after a run. It is kept if
// [Options.Record] is set.
type Effect struct {
	// Order is the effect's position among all effects and changes by others, from 1.
	Order int
	// Items are the DynamoDB items that the call wrote, in the order of the request, each as it
	// was afterwards, in DynamoDB's JSON. For a deleted item it is the key alone.
	Items []map[string]any
	// Answer is the SDK's output, even if it did not arrive; see [Printed].
	Answer any
}

// Effects is the number of effects and changes by others so far.
func (e *Endpoint) Effects() int {
	e.Lock()
	defer e.Unlock()
	return e.effects
}

// Running returns the order of the effect in progress and the Seq of its call, which is 0 for
// a change by others. The caller holds the lock.
func (e *Endpoint) Running() (order, call int) { return e.effects + 1, e.running }

// Wrote records an item that the effect in progress wrote. The caller holds the lock.
func (e *Endpoint) Wrote(item func() map[string]any) {
	if e.opts.Record {
		e.items = append(e.items, item())
	}
}

// tookEffect records what a call did. The caller holds the lock.
func (e *Endpoint) tookEffect(seq int, out any) {
	e.effects++
	var effect *Effect
	if e.opts.Record {
		effect = &Effect{Order: e.effects, Answer: out, Items: e.items}
	}
	e.trace.Lock()
	defer e.trace.Unlock()
	e.calls[seq-1].Applied, e.calls[seq-1].Effect = true, effect
}

// Change begins a change without a call: by others, or by a test's setup. It takes the lock;
// end releases it.
func (s *Service) Change() (end func()) {
	s.Lock()
	s.remember()()
	return s.Unlock
}

// CountChange gives a change by others a position in the order of effects. The caller holds
// the lock.
func (e *Endpoint) CountChange() { e.effects++ }
