package search

import (
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// Kinds are the ways in which a call goes wrong, by the names that a Fault has.
var Kinds = map[string]account.Kind{
	"throttled": account.Throttle, "error-500": account.ServerError, "denied": account.Deny, "lost-before": account.TimeoutBefore,
	"lost-after": account.TimeoutAfter, "stopped-before": account.StopBefore, "stopped-after": account.StopAfter,
}

// arm has a fault begin. Only a function is a process that can stop: the state
// machine is not, and whoever decides tries again.
func (g *game) arm(f Fault) {
	kind := Kinds[f.Kind]
	stops := kind == account.StopBefore || kind == account.StopAfter
	mend := g.session.Account.Inject(account.Fault{
		Kind: kind, Service: f.Service, Operation: f.Operation, Skip: f.Skip, Times: f.Times, For: milliseconds(f.For),
		Match: func(c account.Call) bool {
			return (f.Function == "" || c.Caller.Function == f.Function) && (!stops || c.Caller.Function != "")
		},
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mend = append(g.mend, mend)
}
