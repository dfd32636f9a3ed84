package search

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// Kinds maps the names in Fault.Kind to the account's kinds of fault.
var Kinds = map[string]account.Kind{
	"throttled": account.Throttle, "error-500": account.ServerError, "denied": account.Deny, "lost-before": account.TimeoutBefore,
	"lost-after": account.TimeoutAfter, "stopped-before": account.StopBefore, "stopped-after": account.StopAfter,
	lateAnswered: account.Delayed, lateLost: account.Delayed, stale: account.Stale,
}

// A late write is accepted, and carried out when the fault's Late is over: after the answer, or
// without one.
const (
	lateAnswered = "late-answered"
	lateLost     = "late-lost"
)

// A stale read shows EC2 as it was before the fault's Behind changes.
const stale = "stale"

func (s Scenario) checkFaults() error {
	for _, f := range s.Faults {
		switch kind := Kinds[f.Kind]; {
		case kind == 0:
			return fmt.Errorf("there is no fault of kind %q", f.Kind)
		case (kind == account.Delayed) != (f.Late > 0):
			return fmt.Errorf("late belongs to the kinds %s and %s, and these need it", lateAnswered, lateLost)
		case (kind == account.Stale) != (f.Behind > 0):
			return fmt.Errorf("behind belongs to the kind %s, and that needs it", stale)
		}
	}
	return nil
}

// arm injects a fault. Kinds that stop a process apply to functions only: the state
// machine is not a process, and a person who decides tries again.
func (g *game) arm(f Fault) {
	kind := Kinds[f.Kind]
	stops := kind == account.StopBefore || kind == account.StopAfter
	mend := g.session.Account.Inject(account.Fault{
		Kind: kind, Service: f.Service, Operation: f.Operation, Skip: f.Skip, Times: f.Times, For: milliseconds(f.For),
		Delay: milliseconds(f.Late), Answer: f.Kind == lateAnswered, Behind: f.Behind,
		Match: func(c account.Call) bool {
			return (f.Function == "" || c.Caller.Function == f.Function) && (!stops || c.Caller.Function != "")
		},
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mend = append(g.mend, mend)
}
