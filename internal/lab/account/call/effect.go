package call

// Effect is what a call did at the instant at which it took effect, for those
// who check a run afterwards. It is kept if [Options.Record] is set.
type Effect struct {
	// Order is the effect's place among all effects and changes by others, from 1.
	Order int
	// Items are those that a call to DynamoDB has written, in the order of the
	// request, each as it stands from then on, in DynamoDB's JSON; of an item that
	// was deleted the key is there, and nothing else.
	Items []map[string]any
	// Answer is the SDK's output, whether or not it arrived; see [Printed].
	Answer any
}

// Effects is how many effects and changes by others there have been so far.
func (e *Endpoint) Effects() int {
	e.Lock()
	defer e.Unlock()
	return e.effects
}

// Running gives the order of the effect that takes place, and the Seq of its
// call, which is 0 of a change by others. The caller holds the lock.
func (e *Endpoint) Running() (order, call int) { return e.effects + 1, e.running }

// Wrote notes an item that the running effect has written. The caller holds
// the lock.
func (e *Endpoint) Wrote(item func() map[string]any) {
	if e.opts.Record {
		e.items = append(e.items, item())
	}
}

// tookEffect notes what a call did. The caller holds the lock.
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

// Change begins a change that no call makes: others make it, or who sets the
// account up. What it gives ends the change.
func (s *Service) Change() (end func()) {
	s.Lock()
	s.remember()()
	return s.Unlock
}

// CountChange gives a change by others a place in the order of effects. The
// caller holds the lock.
func (e *Endpoint) CountChange() { e.effects++ }
