package drill_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/drill"
)

// nic is an interface with a security group that tracks connections.
type nic struct {
	w       *world
	timeout time.Duration
	shut    bool

	governs   bool          // a new timeout is that of flows which are tracked already, too
	untracked bool          // what is open to all is not tracked
	passes    bool          // nothing filters
	router    time.Duration // after which something on the way forgets an idle connection
	denied    bool          // the interface may not be changed
	stays     bool          // the rule cannot be put back
}

func (n *nic) Dial(context.Context) (drill.Flow, error) {
	if n.shut && !n.passes {
		return nil, errors.New("i/o timeout")
	}
	return &flow{n: n, last: n.w.now, timeout: n.timeout}, nil
}

func (n *nic) Shorten(context.Context) error {
	if n.denied {
		return errors.New("not authorised")
	}
	n.timeout = drill.ShortestTimeout * time.Second
	return nil
}

func (n *nic) Shut(context.Context) error { n.shut = true; return nil }

func (n *nic) Reopen(context.Context) error {
	if n.stays {
		return errors.New("the rule cannot be put back")
	}
	n.shut = false
	return nil
}

type flow struct {
	n       *nic
	last    time.Time
	timeout time.Duration
}

func (f *flow) Touch() error { f.last = f.n.w.now; return nil }

func (f *flow) Close() error { return nil }

func (f *flow) Answered() bool {
	idle, timeout := f.n.w.now.Sub(f.last), f.timeout
	if f.n.governs {
		timeout = f.n.timeout
	}
	switch {
	case f.n.router > 0 && idle > f.n.router:
		return false
	case !f.n.shut || f.n.passes:
		return true
	}
	return !f.n.untracked && idle <= timeout
}

func TestWhetherTrackedFlowsEndIsToldOnlyWhereItCanBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		nic              nic
		answer, notKnown string
	}{
		"the new timeout is theirs":        {nic{governs: true}, "yes: one that was open before has ended", ""},
		"they keep their own":              {nic{}, "no: one that was open before goes on", ""},
		"they are not tracked":             {nic{untracked: true, governs: true}, "", "it was not tracked"},
		"nothing filters":                  {nic{passes: true}, "", "nothing filters here"},
		"a router forgets idle ones":       {nic{router: time.Minute}, "", "something between here and the instance"},
		"the interface may not be changed": {nic{denied: true}, "", "not authorised"},
	} {
		n := c.nic
		n.w, n.timeout = &world{t: t, now: noon}, 5*24*time.Hour
		m, err := drill.TrackedFlows(t.Context(), &n, clock{n.w})
		if err != nil || (m.Answer == "") != (c.answer == "") || !strings.HasPrefix(m.Answer, c.answer) || !strings.Contains(m.NotKnown, c.notKnown) || (m.Answer == "") == (m.NotKnown == "") {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
		if n.shut {
			t.Errorf("%s: the rule is not put back", name)
		}
	}
}

func TestARuleThatIsNotPutBackIsAnError(t *testing.T) {
	t.Parallel()
	n := &nic{w: &world{t: t, now: noon}, timeout: time.Hour, stays: true}
	if _, err := drill.TrackedFlows(t.Context(), n, clock{n.w}); err == nil || !strings.Contains(err.Error(), "cannot be put back") {
		t.Errorf("got %v", err)
	}
}
