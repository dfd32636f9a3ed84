package search

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/simulate"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// person answers a question for all people of the scenario, concurrently.
func (g *game) person(ctx context.Context, q simulate.Asked) {
	g.mu.Lock()
	n := g.asked
	g.asked++
	g.mu.Unlock()
	if n >= len(g.People) {
		return
	}
	var all []func()
	for _, s := range g.People[n] {
		all = append(all, func() { s.say(q.As(ctx), q) })
	}
	q.Clock.RunSideBySide(all...)
}

// say decides after a delay. It tries again if the answer does not get through, until it
// is accepted or the question is closed.
func (s Saying) say(ctx context.Context, q simulate.Asked) {
	by := map[bool]string{true: "somebody who trusts it", false: "somebody who does not"}[s.Approve]
	word := quarantine.Decision{Approve: s.Approve, By: by, Via: "cli", Reason: "looked at it"}
	if s.Narrow && s.releases(ctx, q) {
		word.Approve, word.Narrow = false, true
	}
	wait := time.Duration(s.After) * time.Second
	for range 10 {
		if q.Clock.Sleep(ctx, wait) != nil {
			return
		}
		err := survive(func() error {
			_, err := q.Decider.Decide(ctx, q.Request, word)
			return err
		})
		if err == nil || over[quarantine.NameOf(err)] {
			return
		}
		wait = 5 * time.Minute
	}
}

// releases tells whether the question is about a release, as far as it can be read.
func (Saying) releases(ctx context.Context, q simulate.Asked) bool {
	var r quarantine.ApprovalRequest
	err := survive(func() (err error) {
		r, err = q.Ledger.Request(ctx, q.Request)
		return err
	})
	return err == nil && r.Purpose == quarantine.PurposeRelease
}

// over are the errors after which trying again makes no sense.
var over = map[string]bool{
	quarantine.RequestGone: true, quarantine.AlreadyDecided: true, quarantine.RequestTooLate: true, quarantine.TaskGone: true,
}

// survive turns the panic of a stopped process into an error.
func survive(do func() error) (err error) {
	defer func() {
		if stopped, ok := recover().(account.Stopped); ok {
			err = quarantine.Failf(quarantine.Unavailable, "%s", stopped)
		}
	}()
	return do()
}
