package measure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

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
		if h.Outcome == "" {
			u := undoing{Engine: e, hold: h, claim: c, out: &out}
			if err := u.undo(ctx); err != nil {
				failed = append(failed, fmt.Errorf("%s: %w", h.Thing, err))
				continue
			}
			h = u.hold
		}
		out.Things = append(out.Things, h)
	}
	return out, quarantine.TransientFirst(failed...)
}

// undoing is the work on one thing.
type undoing struct {
	*Engine
	hold  quarantine.Hold
	claim quarantine.Claim
	out   *Result
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
	if err := u.putBack(leased); err != nil {
		return errors.Join(err, u.free(ctx, err))
	}
	return nil
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

// free gives the lease back after a failure, unless a call may be carried out yet.
func (u *undoing) free(ctx context.Context, failed error) error {
	if quarantine.Is(failed, quarantine.LockLost) || !answered(failed) {
		return nil
	}
	return u.Ledger.Doubt(context.WithoutCancel(ctx), u.hold, u.claim.Incident, u.Writer, u.hold.Doubt, u.hold.DoubtAt)
}

func (u *undoing) putBack(ctx context.Context) error {
	if u.hold.Untouched() {
		return u.end(ctx, quarantine.Unchanged, "")
	}
	now, err := u.Measure.Look(ctx, u.hold)
	switch {
	case isGone(err):
		return u.twice(ctx, "gone", func() error { return u.end(ctx, quarantine.Gone, u.hold.Thing+" does not exist any more") })
	case err != nil:
		return err
	case now.UnderWay:
		return u.wait(ctx, "")
	}
	back, drifted, unknown := u.judge(now)
	if len(unknown) > 0 {
		return quarantine.Failf(quarantine.NotReleased, "what stood there before is not known: %s. Put it right by hand, and release again", strings.Join(unknown, ", "))
	}
	if len(drifted) > 0 {
		return u.twice(ctx, strings.Join(drifted, ", "), func() error { return u.finish(ctx, back, drifted) })
	}
	return u.finish(ctx, back, nil)
}

// judge tells of each part that was put whether it goes back, to which value, or was changed
// by somebody else since, or whether nobody knows where to.
func (u *undoing) judge(now Look) (back map[string]string, drifted, unknown []string) {
	back = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(u.hold.Parts)) {
		p := u.hold.Parts[name]
		stands, isThere := now.Parts[name]
		switch {
		case len(p.Puts) == 0:
		case p.Before != nil && !p.Before.Unknown && p.Before.Absent == !isThere && p.Before.Text == stands:
		case !slices.Contains(p.Puts, stands):
			if !isThere {
				stands = "gone"
			}
			drifted = append(drifted, name+" is "+stands)
		case p.Before == nil || p.Before.Unknown:
			unknown = append(unknown, name+" is "+stands)
		default:
			back[name] = p.Before.Text
		}
	}
	return back, drifted, unknown
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
	return u.Ledger.Doubt(ctx, u.hold, u.claim.Incident, u.Writer, what, at)
}

// finish puts back what is as it was put, reads it back, and ends the hold. The ledger says
// once more, right before, that nobody holds the thing.
func (u *undoing) finish(ctx context.Context, back map[string]string, drifted []string) error {
	if len(back) > 0 {
		until := u.until()
		h, err := u.Ledger.Renew(ctx, u.hold, u.claim.Incident, u.Writer, until)
		if err != nil {
			return err
		}
		if settled, err := u.others(ctx, h); settled || err != nil {
			return err
		}
		leased, cancel := u.leased(context.WithoutCancel(ctx), until)
		defer cancel()
		if err := u.restore(leased, back); err != nil {
			return err
		}
	}
	if len(drifted) > 0 {
		return u.end(ctx, quarantine.Drifted, "somebody has changed it since: "+strings.Join(drifted, ", "))
	}
	return u.end(ctx, quarantine.Restored, "")
}

func (u *undoing) restore(ctx context.Context, back map[string]string) error {
	for _, part := range slices.Sorted(maps.Keys(back)) {
		if err := u.Measure.Put(ctx, u.hold, part, back[part]); err != nil {
			return err
		}
	}
	now, err := u.Measure.Look(ctx, u.hold)
	if err != nil {
		return err
	}
	return verified(now, back, nil)
}

// end ends the hold, unless somebody has become a holder meanwhile: then the thing stood open
// for a moment, and that holder closes it again.
func (u *undoing) end(ctx context.Context, outcome quarantine.ReleaseOutcome, note string) error {
	u.hold.Outcome, u.hold.Note = outcome, note
	err := u.Ledger.End(context.WithoutCancel(ctx), u.hold, u.claim.Incident, u.Writer)
	if !quarantine.Is(err, quarantine.LockLost) {
		return err
	}
	now, failed := u.Ledger.HoldOf(ctx, u.hold)
	if failed != nil {
		return failed
	}
	if len(now.Holders) == 0 {
		return err
	}
	now.Outcome, now.Note = quarantine.StillHeld, "another incident came while it was put back: it was open for a moment"
	u.hold = now
	return u.Ledger.Leave(ctx, now, u.claim.Incident)
}
