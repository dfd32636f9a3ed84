package search

import (
	"github.com/ec2-quarantine/quarantine/internal/lab/simaws"
)

// Kinds are the ways in which a call goes wrong, by the names that a Fault has.
var Kinds = map[string]simaws.Kind{
	"throttled": simaws.Throttle, "error-500": simaws.ServerError, "denied": simaws.Deny, "lost-before": simaws.TimeoutBefore,
	"lost-after": simaws.TimeoutAfter, "stopped-before": simaws.StopBefore, "stopped-after": simaws.StopAfter,
}

// arm has a fault begin. Only a function is a process that can stop: the state
// machine is not, and whoever decides tries again.
func (g *game) arm(f Fault) {
	kind := Kinds[f.Kind]
	stops := kind == simaws.StopBefore || kind == simaws.StopAfter
	mend := g.session.Account.Inject(simaws.Fault{
		Kind: kind, Service: f.Service, Operation: f.Operation, Skip: f.Skip, Times: f.Times, For: milliseconds(f.For),
		Match: func(c simaws.Call) bool {
			return (f.Function == "" || c.Caller.Function == f.Function) && (!stops || c.Caller.Function != "")
		},
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mend = append(g.mend, mend)
}
