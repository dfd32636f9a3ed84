package estate

import (
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
)

// Fault is one of the account's.
type Fault = account.Fault

// What goes wrong; see the account's kinds of fault.
const (
	Throttle     = account.Throttle
	ServerError  = account.ServerError
	Deny         = account.Deny
	Code         = account.Code
	TimeoutAfter = account.TimeoutAfter
)

// Call is a call by a handler.
type Call struct {
	account.Call
	Text string // "ReplaceNetworkAclAssociation subnet-a acl-q1", "UpdateItem LOCK i-web"
}

// Calls are those of the handlers from the one with that index on.
func (e *Estate) Calls(from int) (out []Call) {
	for _, c := range e.Account.Calls() {
		if c.Caller.Function != "" {
			out = append(out, Call{c, e.text(c)})
		}
	}
	return out[from:]
}

// Texts are those of the calls from the one with that index on.
func (e *Estate) Texts(from int) (out []string) {
	for _, c := range e.Calls(from) {
		out = append(out, c.Text)
	}
	return out
}

// Worked is how many calls took effect whose text begins so.
func (e *Estate) Worked(on string) (n int) {
	for _, c := range e.Calls(0) {
		if c.Applied && strings.HasPrefix(c.Text, on) {
			n++
		}
	}
	return n
}

// Inject has a fault strike the handlers' calls whose text begins so: once,
// unless the fault says how often. "" is any call.
func (e *Estate) Inject(on string, f Fault) (mend func()) {
	if f.Times == 0 {
		f.Times = 1
	}
	f.Match = func(c account.Call) bool {
		return c.Caller.Function != "" && (on == "" || strings.HasPrefix(e.text(c), on))
	}
	return e.Account.Inject(f)
}

// Before has somebody do something as such a call arrives, after so many that
// are left alone.
func (e *Estate) Before(on string, skip int, do func()) (mend func()) {
	return e.Inject(on, Fault{Kind: account.Interfere, Skip: skip, Do: func(account.Call) { do() }})
}

// Always has somebody do something as any such call arrives.
func Always(do func()) Fault {
	return Fault{Kind: account.Interfere, Times: 1 << 30, Do: func(account.Call) { do() }}
}

// Begins tells whether the call's text begins so.
func (c Call) Begins(on string) bool { return strings.HasPrefix(c.Text, on) }

// EndAfter ends the process of a function when its call with that number has had
// its effect: see [Survive].
func (e *Estate) EndAfter(function string, call int) (mend func()) {
	return e.Account.Inject(Fault{
		Kind: account.StopAfter, Skip: call - 1, Times: 1,
		Match: func(c account.Call) bool { return c.Caller.Function == function },
	})
}

// Survive outlives a process that ends in fn.
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
