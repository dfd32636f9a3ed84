package release_test

import (
	"context"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// call is one call of a port: the method, and the subnet, VPC, ACL, incident
// or instance that it is about.
type call struct {
	name, about string
	worked      bool // it took effect, whatever was answered
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
	if w.turns != nil {
		w.turns.wait(ctx)
	}
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
	if count, ends := ctx.Value(endKey{}).(func()); ends {
		count()
		if ctx.Err() != nil {
			err = quarantine.Failf(quarantine.Unavailable, "the answer to %s is lost: %w", c, context.Cause(ctx))
		}
	}
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

// since gives the texts of the calls from the one with that index on.
func (w *world) since(first int) (out []string) {
	for _, c := range w.calls[first:] {
		out = append(out, c.String())
	}
	return out
}

// changed is how many calls took effect since then that change something in EC2.
func (w *world) changed(first int) int {
	n := 0
	for _, c := range w.calls[first:] {
		switch c.name {
		case "CreateNetworkACL", "ReplaceAssociation", "TagNetworkACL", "DeleteNetworkACL", "UntagNetworkACL":
			if c.worked {
				n++
			}
		}
	}
	return n
}
