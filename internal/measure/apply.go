package measure

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Apply takes the measure on everything of the claim's resource that it finds, thing by
// thing: one that fails does not keep the others from it. It can be repeated at any point.
func (e *Engine) Apply(ctx context.Context, c quarantine.Claim) (Result, error) {
	out := Result{Measure: e.name(), Status: Done, Things: []quarantine.Hold{}}
	found, err := e.Measure.Find(ctx, c.Resource)
	if err != nil {
		return out, err
	}
	if found.Nothing != "" {
		out.Left = append(out.Left, "nothing to do: "+found.Nothing)
	}
	var failed []error
	for _, thing := range found.Left {
		out.Left = append(out.Left, e.Measure.Info().Thing+" "+thing.Thing+" stays as it is: "+thing.Note)
		if err := e.Ledger.LeaveOpen(ctx, thing, c); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", thing.Thing, err))
		}
	}
	things, err := e.andHeld(ctx, found.Things, c)
	if err != nil {
		return out, quarantine.TransientFirst(append(failed, err)...)
	}
	for _, thing := range things {
		if len(e.Only) > 0 && !slices.Contains(e.Only, thing.Thing) {
			continue
		}
		h, err := e.applyTo(ctx, thing, c, &out)
		if quarantine.Is(err, quarantine.LockLost) {
			out.Status, out.After = Superseded, 0
			return out, nil
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", thing.Thing, err))
			continue
		}
		out.Things = append(out.Things, h)
	}
	return out, quarantine.TransientFirst(failed...)
}

// andHeld are the things, with those that the incident holds and a measure does not find any more.
func (e *Engine) andHeld(ctx context.Context, things []quarantine.Hold, c quarantine.Claim) ([]quarantine.Hold, error) {
	if !e.Measure.Info().Vanishes {
		return things, nil
	}
	in, err := e.Ledger.Incident(ctx, c.Incident)
	if err != nil && !quarantine.Is(err, quarantine.BadRequest) { // of one that is not on record yet, nothing is held
		return nil, err
	}
	for _, h := range in.HoldsOf(e.name()) {
		found := slices.ContainsFunc(things, func(t quarantine.Hold) bool { return t.Thing == h.Thing })
		if !found && slices.Contains(h.Holders, c.Incident) && h.Outcome == "" {
			things = append(things, quarantine.Hold{Measure: h.Measure, AccountID: h.AccountID, Region: h.Region, VPCID: h.VPCID, Thing: h.Thing})
		}
	}
	return things, nil
}

func (e *Engine) applyTo(ctx context.Context, thing quarantine.Hold, c quarantine.Claim, out *Result) (quarantine.Hold, error) {
	if err := e.Ledger.Join(ctx, thing, c); err != nil {
		return quarantine.Hold{}, err
	}
	until := e.until()
	h, err := e.Ledger.Take(ctx, thing, c.Incident, e.Writer, until)
	switch {
	case err != nil:
		return quarantine.Hold{}, err
	case !slices.Contains(h.Holders, c.Incident):
		return quarantine.Hold{}, quarantine.Failf(quarantine.LockLost, "%s let go of %s meanwhile", c.Incident, thing.Thing)
	case h.Writer != e.Writer:
		out.waits(e.seconds(h.LeaseUntil))
		return h, nil
	}
	leased, cancel := e.leased(ctx, until)
	defer cancel()
	a := application{Engine: e, hold: h, incident: c.Incident, out: out}
	return a.apply(leased)
}

// overtaken answers for a thing whose lease has run out and is another writer's now. Whether
// the incident still has it, the next attempt to join tells.
func (a *application) overtaken(ctx context.Context) (quarantine.Hold, error) {
	a.out.waits(1)
	return a.Ledger.HoldOf(context.WithoutCancel(ctx), a.hold)
}

// application is the work on one thing, under its lease.
type application struct {
	*Engine
	hold     quarantine.Hold
	incident string
	out      *Result
}

func (a *application) apply(ctx context.Context) (quarantine.Hold, error) {
	err := a.work(ctx)
	switch {
	case quarantine.Is(err, quarantine.LockLost):
		return a.overtaken(ctx)
	case err != nil:
		return quarantine.Hold{}, err
	}
	h, err := a.Ledger.HoldOf(ctx, a.hold)
	if err == nil && !slices.Contains(h.Holders, a.incident) { // let go meanwhile: it may be open again
		a.out.waits(1)
	}
	return h, err
}

func (a *application) work(ctx context.Context) error {
	read := a.Clock.Now()
	now, err := a.Measure.Look(ctx, a.hold)
	switch {
	case isGone(err):
		return a.gone(ctx, err)
	case err != nil:
		return errors.Join(err, a.record(ctx, nil, time.Time{}, true))
	case now.UnderWay:
		return a.wait(ctx, "")
	}
	want, err := a.Measure.Want(ctx, a.hold, now)
	if err != nil {
		return errors.Join(err, a.record(ctx, nil, time.Time{}, answered(err)))
	}
	ahead, doubt := a.ahead(now, want)
	if doubt != "" {
		return a.wait(ctx, doubt)
	}
	a.expect(ahead)
	puts := a.puts(now, want)
	if err := a.putAhead(ctx, ahead, puts); err != nil {
		return err
	}
	parts, err := a.change(ctx, puts, want)
	if err != nil {
		return errors.Join(err, a.record(ctx, parts, time.Time{}, answered(err)))
	}
	if len(puts) > 0 {
		if read, now, err = a.again(ctx); err != nil {
			return errors.Join(err, a.record(ctx, parts, time.Time{}, true))
		}
		if now.UnderWay {
			return a.wait(ctx, "")
		}
	}
	if err := verified(now, want, parts); err != nil {
		return errors.Join(err, a.record(ctx, parts, time.Time{}, true))
	}
	return a.record(ctx, readBack(now, want, parts), read, true)
}

// gone says so once a second look shows it: one read can be older than the thing.
func (a *application) gone(ctx context.Context, err error) error {
	if !a.settled(isGoneNow) {
		return a.wait(ctx, isGoneNow)
	}
	a.out.Left = append(a.out.Left, a.hold.Thing+" is gone: "+err.Error())
	return a.record(ctx, nil, time.Time{}, true)
}

// settled tells whether an earlier look, some time ago, showed the same.
func (a *application) settled(what string) bool {
	return a.hold.Doubt == what && a.Clock.Now().Sub(a.hold.DoubtAt) >= apart
}

// again reads the thing, and what the values rest on, once more.
func (a *application) again(ctx context.Context) (time.Time, Look, error) {
	read, now, err := a.afterwards(ctx, a.hold)
	if err == nil {
		_, err = a.Measure.Want(ctx, a.hold, now)
	}
	return read, now, err
}

// wait gives the lease back, and has the thing looked at again.
func (a *application) wait(ctx context.Context, what string) error {
	a.out.waits(int(apart.Seconds()))
	if what == a.hold.Doubt && what != "" {
		return a.Ledger.Doubt(ctx, a.hold, a.Writer, what, a.hold.DoubtAt)
	}
	return a.Ledger.Doubt(ctx, a.hold, a.Writer, what, a.Clock.Now())
}

// change puts the parts. It gives those that AWS never takes, and stops at the first call
// that failed otherwise.
func (a *application) change(ctx context.Context, puts []string, want map[string]string) (map[string]quarantine.Part, error) {
	parts := map[string]quarantine.Part{}
	for _, part := range puts {
		err := a.Measure.Put(ctx, a.hold, part, want[part])
		if quarantine.Is(err, quarantine.NotSupported) {
			parts[part] = quarantine.Part{Refused: err.Error()}
		} else if err != nil {
			return parts, err
		}
	}
	return parts, nil
}

// verified tells whether every part that AWS takes is as it should be.
func verified(now Look, want map[string]string, parts map[string]quarantine.Part) error {
	var open []string
	for _, part := range slices.Sorted(maps.Keys(want)) {
		if parts[part].Refused == "" && now.Parts[part] != want[part] {
			open = append(open, fmt.Sprintf("%s is %q, not %q", part, now.Parts[part], want[part]))
		}
	}
	if len(open) > 0 {
		return quarantine.Failf(quarantine.NotVerified, "the read-back does not show what was put: %s", strings.Join(open, ", "))
	}
	return nil
}

// readBack are the parts as they go on record: as read, or refused.
func readBack(now Look, want map[string]string, parts map[string]quarantine.Part) map[string]quarantine.Part {
	out := maps.Clone(parts)
	for part := range want {
		if out[part].Refused == "" {
			out[part] = quarantine.Part{After: now.Parts[part]}
		}
	}
	return out
}

// record puts what is known on record. Where that fails the lease is kept until its end.
func (a *application) record(ctx context.Context, parts map[string]quarantine.Part, at time.Time, answered bool) error {
	h := a.hold
	h.VerifiedAt = at.UTC()
	if at.IsZero() {
		h.VerifiedAt = time.Time{}
	}
	return a.Ledger.Record(context.WithoutCancel(ctx), h, a.incident, a.Writer, parts, answered)
}
