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
	out.Left = found.Left
	var failed []error
	for _, thing := range found.Things {
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

// application is the work on one thing, under its lease.
type application struct {
	*Engine
	hold     quarantine.Hold
	incident string
	out      *Result
}

func (a *application) apply(ctx context.Context) (quarantine.Hold, error) {
	if err := a.work(ctx); err != nil {
		return quarantine.Hold{}, err
	}
	return a.Ledger.HoldOf(ctx, a.hold)
}

func (a *application) work(ctx context.Context) error {
	read := a.Clock.Now()
	now, err := a.Measure.Look(ctx, a.hold)
	switch {
	case isGone(err):
		a.out.Left = append(a.out.Left, a.hold.Thing+" is gone: "+err.Error())
		return a.record(ctx, nil, time.Time{}, true)
	case err != nil:
		return errors.Join(err, a.record(ctx, nil, time.Time{}, true))
	case now.UnderWay:
		return a.wait(ctx, apart, "")
	}
	want, err := a.Measure.Want(ctx, a.hold, now)
	if err != nil {
		return errors.Join(err, a.record(ctx, nil, time.Time{}, answered(err)))
	}
	ahead, doubt := a.ahead(now, want)
	if doubt != nil {
		return a.wait(ctx, doubt.after, doubt.what)
	}
	if len(ahead) > 0 {
		if err := a.Ledger.Ahead(ctx, a.hold, a.incident, a.Writer, ahead); err != nil {
			return err
		}
	}
	parts, err := a.change(ctx, now, want)
	if err != nil {
		return errors.Join(err, a.record(ctx, parts, time.Time{}, answered(err)))
	}
	if slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(part string) bool { return now.Parts[part] != want[part] }) {
		if read, now, err = a.again(ctx); err != nil {
			return errors.Join(err, a.record(ctx, parts, time.Time{}, true))
		}
	}
	if err := verified(now, want, parts); err != nil {
		return errors.Join(err, a.record(ctx, parts, time.Time{}, true))
	}
	return a.record(ctx, readBack(now, want, parts), read, true)
}

// again reads the thing, and what the values rest on, once more.
func (a *application) again(ctx context.Context) (time.Time, Look, error) {
	read := a.Clock.Now()
	now, err := a.Measure.Look(ctx, a.hold)
	if err == nil {
		_, err = a.Measure.Want(ctx, a.hold, now)
	}
	return read, now, err
}

// doubt is why what was read cannot be taken for what stood before.
type doubt struct {
	what  string
	after time.Duration
}

// ahead is what goes on record before the first call: what stands before, part by part, and
// what is about to be put. A read that shows what only a measure puts, or what was put at
// the release before this hold, can be older than that release.
func (a *application) ahead(now Look, want map[string]string) (map[string]quarantine.Part, *doubt) {
	out := map[string]quarantine.Part{}
	for _, part := range slices.Sorted(maps.Keys(want)) {
		stands, isThere := now.Parts[part]
		known := a.hold.Parts[part]
		var p quarantine.Part
		if known.Before == nil {
			p.Before = &quarantine.Value{Text: stands, Absent: !isThere}
			if d, believe := a.suspect(part, stands, want[part]); !believe {
				if d != nil {
					return nil, d
				}
				p.Before = &quarantine.Value{Unknown: true}
			}
		}
		if stands != want[part] && !slices.Contains(known.Puts, want[part]) {
			p.Puts = []string{want[part]}
		}
		if p.Before != nil || len(p.Puts) > 0 {
			out[part] = p
		}
	}
	return out, nil
}

// suspect tells whether a part's value may be taken for what stood before; if not, it is
// looked at again or, without a doubt, not known.
func (a *application) suspect(part, stands, want string) (*doubt, bool) {
	last := a.hold.Last[part]
	was := last.Before
	putLast := slices.Contains(last.Puts, stands) && (was == nil || was.Text != stands)
	if since := a.Clock.Now().Sub(a.hold.LastAt); putLast && since < settled {
		return &doubt{part + " is " + stands, max(apart, settled-since)}, false
	}
	if !a.Measure.Info().OnlyOurs || stands != want {
		return nil, true
	}
	what := part + " is " + stands + " already"
	if a.hold.Doubt == what && a.Clock.Now().Sub(a.hold.DoubtAt) >= apart {
		return nil, false
	}
	return &doubt{what, apart}, false
}

// wait gives the lease back, and has the thing looked at again.
func (a *application) wait(ctx context.Context, after time.Duration, what string) error {
	a.out.waits(int(after.Seconds()))
	if what == a.hold.Doubt && what != "" {
		return a.Ledger.Doubt(ctx, a.hold, a.incident, a.Writer, what, a.hold.DoubtAt)
	}
	return a.Ledger.Doubt(ctx, a.hold, a.incident, a.Writer, what, a.Clock.Now())
}

// change puts what differs. It gives the parts that AWS never takes, and stops at the first
// call that failed otherwise.
func (a *application) change(ctx context.Context, now Look, want map[string]string) (map[string]quarantine.Part, error) {
	parts := map[string]quarantine.Part{}
	for _, part := range slices.Sorted(maps.Keys(want)) {
		if now.Parts[part] == want[part] {
			continue
		}
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
