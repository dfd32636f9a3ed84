package estate

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// Fault is the account's Fault.
type Fault = account.Fault

// Kinds of fault; see the account's constants.
const (
	Throttle     = account.Throttle
	ServerError  = account.ServerError
	Deny         = account.Deny
	Code         = account.Code
	TimeoutAfter = account.TimeoutAfter
)

// Call is a call that a handler made.
type Call struct {
	account.Call
	Text string // "ReplaceNetworkAclAssociation subnet-a acl-q1", "UpdateItem LOCK i-web"
}

// Calls returns the handlers' calls from index from on.
func (e *Estate) Calls(from int) (out []Call) {
	for _, c := range e.Account.Calls() {
		if c.Caller.Function != "" {
			out = append(out, Call{c, e.text(c)})
		}
	}
	return out[from:]
}

// Texts returns the texts of the handlers' calls from index from on.
func (e *Estate) Texts(from int) (out []string) {
	for _, c := range e.Calls(from) {
		out = append(out, c.Text)
	}
	return out
}

// Worked is the number of calls that took effect and whose text begins with on.
func (e *Estate) Worked(on string) (n int) {
	for _, c := range e.Calls(0) {
		if c.Applied && strings.HasPrefix(c.Text, on) {
			n++
		}
	}
	return n
}

// Inject applies a fault to the handlers' calls whose text begins with on ("" matches
// every call): once, unless f.Times says otherwise.
func (e *Estate) Inject(on string, f Fault) (mend func()) {
	if f.Times == 0 {
		f.Times = 1
	}
	f.Match = func(c account.Call) bool {
		return c.Caller.Function != "" && (on == "" || strings.HasPrefix(e.text(c), on))
	}
	return e.Account.Inject(f)
}

// Before runs do when a call whose text begins with on arrives, after skipping as many
// of them as skip says.
func (e *Estate) Before(on string, skip int, do func()) (mend func()) {
	return e.Inject(on, Fault{Kind: account.Interfere, Skip: skip, Do: func(account.Call) { do() }})
}

// Always runs do whenever a matching call arrives.
func Always(do func()) Fault {
	return Fault{Kind: account.Interfere, Times: 1 << 30, Do: func(account.Call) { do() }}
}

// Begins reports whether the call's text begins with on.
func (c Call) Begins(on string) bool { return strings.HasPrefix(c.Text, on) }

// EndAfter ends the process of a function right after its n-th call (n is call, from 1)
// took effect: see [Survive].
func (e *Estate) EndAfter(function string, call int) (mend func()) {
	return e.Account.Inject(Fault{
		Kind: account.StopAfter, Skip: call - 1, Times: 1,
		Match: func(c account.Call) bool { return c.Caller.Function == function },
	})
}

// Survive runs fn and returns even if the simulated process ends in it.
func Survive(fn func()) {
	defer func() {
		if p := recover(); p != nil {
			if _, ended := p.(account.Stopped); !ended {
				panic(p)
			}
		}
	}()
	fn()
}

// Stale has a function's reads whose text begins with on show EC2 as it was so many changes
// before: times of them, after skip. The changes count from now on.
func (e *Estate) Stale(function, on string, behind, skip, times int) (mend func()) {
	return e.Account.Inject(Fault{
		Kind: account.Stale, Service: "ec2", Behind: behind, Skip: skip, Times: times,
		Match: func(c account.Call) bool { return c.Caller.Function == function && strings.HasPrefix(e.text(c), on) },
	})
}
