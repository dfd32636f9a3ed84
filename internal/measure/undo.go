package measure

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Undo takes the measure back on everything that the incident holds: what stood
// before is put back where nobody else holds the thing and nobody has changed it since. It
// can be repeated at any point, also after the incident is released.
//
// Failures: NotReleased, where a person has to decide first; LockLost; and what the ports say.
func (e *Engine) Undo(ctx context.Context, in quarantine.Incident, owner string) (Result, error) {
	out := Result{Measure: e.name(), Status: Done, Things: []quarantine.Hold{}}
	c := quarantine.Claim{Incident: in.ID, Resource: in.Resource, Owner: owner}
	var failed []error
	for _, h := range in.HoldsOf(e.name()) {
		u := undoing{Engine: e, hold: h, claim: c, out: &out}
		work := u.undo
		if h.Outcome != "" {
			work = u.lookAgain
		}
		if err := work(ctx); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", h.Thing, err))
			continue
		}
		out.Things = append(out.Things, u.hold)
	}
	return out, quarantine.TransientFirst(failed...)
}

// undoing is the work on one thing.
type undoing struct {
	*Engine
	hold   quarantine.Hold
	claim  quarantine.Claim
	out    *Result
	opened bool // something may have been put back
}

func (u *undoing) undo(ctx context.Context) error {
	h, err := u.Ledger.LetGo(ctx, u.hold, u.claim)
	if err != nil {
		return err
	}
	if settled, err := u.others(ctx, h); settled || err != nil {
		return err
	}
	until := u.until()
	if h, err = u.Ledger.Take(ctx, u.hold, u.claim.Incident, u.Writer, until); err != nil {
		return err
	}
	if settled, err := u.others(ctx, h); settled || err != nil {
		return err
	}
	if h.Writer != u.Writer {
		u.out.waits(u.seconds(h.LeaseUntil))
		return nil
	}
	u.hold = h
	leased, cancel := u.leased(ctx, until)
	defer cancel()
	err = u.putBack(leased)
	switch {
	case err == nil:
		return nil
	case quarantine.Is(err, quarantine.LockLost): // the lease ran out, or somebody came: the next attempt looks anew
		u.out.waits(1)
		return nil
	case !answered(err): // a call may be carried out yet: the lease is kept
		return err
	}
	return errors.Join(err, u.leave(ctx, u.hold.Doubt, u.hold.DoubtAt))
}

// others settles a thing that is not the incident's to put back.
func (u *undoing) others(ctx context.Context, h quarantine.Hold) (bool, error) {
	switch {
	case len(h.Holders) > 0:
		h.Outcome, h.Note = quarantine.StillHeld, ""
	case h.Releasing != u.claim.Incident:
		h.Outcome, h.Note = quarantine.AlreadyReleased, ""
	default:
		return false, nil
	}
	u.hold = h
	return true, u.Ledger.Leave(ctx, h, u.claim.Incident)
}

// leave gives the lease back, with what is in doubt. If it is another writer's, that is well.
func (u *undoing) leave(ctx context.Context, doubt string, at time.Time) error {
	err := u.Ledger.Doubt(context.WithoutCancel(ctx), u.hold, u.Writer, doubt, at)
	if quarantine.Is(err, quarantine.LockLost) {
		return nil
	}
	return err
}

func (u *undoing) putBack(ctx context.Context) error {
	if u.hold.Untouched() {
		return u.end(ctx, quarantine.Unchanged, "")
	}
	now, err := u.Measure.Look(ctx, u.hold)
	switch {
	case isGone(err):
		return u.twice(ctx, isGoneNow, func() error { return u.end(ctx, quarantine.Gone, u.hold.Thing+" does not exist any more") })
	case err != nil:
		return err
	case now.UnderWay && !now.Turns:
		return u.wait(ctx, "")
	}
	back, drifted, unknown := u.judge(now)
	if len(unknown) > 0 {
		return quarantine.Failf(quarantine.NotReleased, "what stood there before is not known: %s. Put it right by hand, and release again", strings.Join(unknown, ", "))
	}
	if len(drifted) > 0 {
		return u.twice(ctx, strings.Join(drifted, ", "), func() error { return u.finish(ctx, now, back, drifted) })
	}
	return u.finish(ctx, now, back, nil)
}

// twice settles what one read cannot: it is looked at again, some time later.
func (u *undoing) twice(ctx context.Context, what string, settle func() error) error {
	if u.hold.Doubt == what && u.Clock.Now().Sub(u.hold.DoubtAt) >= apart {
		return settle()
	}
	return u.wait(ctx, what)
}

// wait gives the lease back, and has the thing looked at again.
func (u *undoing) wait(ctx context.Context, what string) error {
	u.out.waits(int(apart.Seconds()))
	at := u.Clock.Now()
	if what == u.hold.Doubt && what != "" {
		at = u.hold.DoubtAt
	}
	return u.Ledger.Doubt(ctx, u.hold, u.Writer, what, at)
}

// finish puts back what is as it was put, reads it back, and ends the hold. The ledger says
// once more, right before, that nobody holds the thing.
func (u *undoing) finish(ctx context.Context, now Look, back map[string]string, drifted []string) error {
	if len(back) > 0 {
		until := u.until()
		h, err := u.Ledger.Renew(ctx, u.hold, u.claim.Incident, u.Writer, until)
		if err != nil {
			return err
		}
		if len(h.Holders) > 0 || h.Releasing != u.claim.Incident {
			return u.yield(ctx, h)
		}
		if h.Writer != u.Writer {
			return quarantine.Failf(quarantine.LockLost, "the lease on %s is another execution's", u.hold.Thing)
		}
		leased, cancel := u.leased(context.WithoutCancel(ctx), until)
		defer cancel()
		if underWay, err := u.restore(leased, now, back); err != nil {
			return err
		} else if underWay {
			return u.wait(leased, "")
		}
	}
	if len(drifted) > 0 {
		return u.end(ctx, quarantine.Drifted, u.whose()+": "+strings.Join(drifted, ", "))
	}
	return u.end(ctx, quarantine.Restored, "")
}

// whose says who has changed a thing that does not stand as it was put: of what was never read back as
// put, it may have been this product, which came half-way.
func (u *undoing) whose() string {
	if u.hold.VerifiedAt.IsZero() {
		return "it was never read back as it was put, and is left as it stands"
	}
	return "somebody has changed it since"
}

// end ends the hold, unless somebody has become a holder meanwhile: then that holder closes
// it again.
func (u *undoing) end(ctx context.Context, outcome quarantine.ReleaseOutcome, note string) error {
	u.hold.Outcome, u.hold.Note = outcome, note
	err := u.Ledger.End(context.WithoutCancel(ctx), u.hold, u.claim.Incident, u.Writer)
	if !quarantine.Is(err, quarantine.LockLost) {
		return err
	}
	now, failed := u.Ledger.HoldOf(context.WithoutCancel(ctx), u.hold)
	if failed != nil {
		return failed
	}
	return u.yield(ctx, now)
}

// yield leaves the thing to those who came meanwhile. Every call was answered: the lease goes
// back at once, so that they need not wait.
func (u *undoing) yield(ctx context.Context, now quarantine.Hold) error {
	if err := u.leave(ctx, "", time.Time{}); err != nil {
		return err
	}
	if len(now.Holders) == 0 { // they have let go again: theirs to put back
		return quarantine.Failf(quarantine.LockLost, "%s has come and gone while %s was put back", now.Releasing, u.hold.Thing)
	}
	now.Outcome, now.Note = quarantine.StillHeld, ""
	if u.opened {
		now.Note = "another incident came while it was put back: it was open for a moment"
	}
	u.hold = now
	return u.Ledger.Leave(context.WithoutCancel(ctx), now, u.claim.Incident)
}
