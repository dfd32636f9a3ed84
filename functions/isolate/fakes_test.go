package isolate

import (
	"context"
	"strings"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// world is what the handler reaches through its ports: an account and a ledger
// in memory. It records every call, and has faults happen to some.
//
// It also watches over what must hold at any moment, and fails the test if it
// does not: only subnets of instances that were asked for change (I2), the
// original is on record before it is replaced (I3), and nothing is marked as
// contained that was not read since it was last changed (I5).
type world struct {
	mu        sync.Mutex
	instances map[string]quarantine.Instance
	vpcs      []*vpc
	asked     map[string]bool // subnets of instances that were asked for
	changes   map[string]int  // by subnet, associations so far: every id is a new one
	records   map[string]quarantine.Quarantine
	locks     map[string]lock
	marked    map[string]quarantine.Containment // by incident
	events    map[string]quarantine.Event       // by incident, kind and id
	counted   map[string][]string               // instances, by VPC or for the account
	cutting   map[string][]string               // subnets that are counted, by instance
	measured  []quarantine.Measurement

	calls  []call
	faults []*fault
	round  int
	broken []string
}

// call is one call of a port: the method, and the subnet, VPC, ACL, incident
// or instance that it is about.
type call struct {
	name, about string
	// round counts sequential round trips: calls made side by side share one.
	round  int
	worked bool // it took effect, whatever was answered
}

func (c call) String() string { return c.name + " " + c.about }

// fault happens to the calls whose text begins with on, after the first skip
// of them, as often as times says.
type fault struct {
	on          string
	skip, times int
	// before runs just before the call: it is what somebody else does then.
	before func()
	// err is the answer: instead of the call taking effect or, if worked, after it.
	err    error
	worked bool
}

// inject has a fault happen once, unless it says how often.
func (w *world) inject(f fault) {
	if f.times == 0 {
		f.times = 1
	}
	w.faults = append(w.faults, &f)
}

// do makes one call of a port.
func (w *world) do(ctx context.Context, name, about string, effect func() error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := call{name: name, about: about}
	f := w.next(c)
	if f.before != nil {
		w.mu.Unlock()
		f.before()
		w.mu.Lock()
	}
	var err error
	if cut := ctx.Err(); cut != nil {
		err = quarantine.Failf(quarantine.Unavailable, "%s was cut short: %w", c, cut)
	}
	if err == nil && (f.err == nil || f.worked) {
		err = effect()
		c.worked = err == nil
	}
	if f.err != nil {
		err = f.err
	}
	w.round++
	c.round = w.round
	w.calls = append(w.calls, c)
	return err
}

// next is the fault that happens to the call.
func (w *world) next(c call) fault {
	for _, f := range w.faults {
		if f.times == 0 || !strings.HasPrefix(c.String(), f.on) {
			continue
		}
		if f.skip > 0 {
			f.skip--
			continue
		}
		f.times--
		return *f
	}
	return fault{}
}

// inTurn runs functions one after the other, in the same order every time, and
// counts rounds as if they ran side by side.
func (w *world) inTurn(fns ...func()) {
	start := w.round
	end := start
	for _, fn := range fns {
		w.round = start
		fn()
		end = max(end, w.round)
	}
	w.round = end
}
