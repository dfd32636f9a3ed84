package oncall

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/command"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// LongestPause bounds a pause: one that is forgotten ends by itself.
const LongestPause = 7 * 24 * time.Hour

// Word is a person's word about the watch of an incident. What it changes is on record, with
// who said so, and in the timeline. Every method can be repeated.
//
// Errors: BadRequest for what cannot be meant, and those of the ledger.
type Word struct {
	Ledger quarantine.Pauses
	By     string // the caller's identity
	Reason string
	Now    func() time.Time
}

// Pause has nothing of the incident put right for some time.
func (w Word) Pause(ctx context.Context, in quarantine.Incident, lasts time.Duration) error {
	if lasts <= 0 || lasts > LongestPause {
		return quarantine.Failf(quarantine.BadRequest, "a pause lasts more than nothing and at most %dh, not %s", int(LongestPause.Hours()), lasts)
	}
	if err := w.meant(in); err != nil {
		return err
	}
	until := w.Now().UTC().Add(lasts)
	if err := w.Ledger.Pause(ctx, in.ID, until, w.By, w.Reason); err != nil {
		return err
	}
	return w.tell(ctx, in, quarantine.EventWatchPaused, "", fmt.Sprintf("nothing is put right until %s UTC: %s", minute(until), w.Reason))
}

// Leave has a thing left as somebody has put it.
func (w Word) Leave(ctx context.Context, in quarantine.Incident, thing string) (quarantine.Drift, error) {
	if err := w.meant(in); err != nil {
		return quarantine.Drift{}, err
	}
	d, err := drifted(in, thing)
	if err != nil {
		return d, err
	}
	d.LeftAt, d.LeftBy, d.LeftReason = w.Now().UTC(), w.By, w.Reason
	return d, w.leave(ctx, in, d, true, "is left as it is: "+w.Reason)
}

// Resume ends the pause and has everything put right that was left; with a thing, only that one.
// It gives what it ended, in words: nothing, where there was nothing to end.
func (w Word) Resume(ctx context.Context, in quarantine.Incident, thing string) (ended []string, err error) {
	if err := open(in); err != nil {
		return nil, err
	}
	left := slices.DeleteFunc(slices.Clone(in.Watch.Drifts), func(d quarantine.Drift) bool { return !d.Left() })
	if thing != "" {
		d, err := drifted(in, thing)
		if err != nil {
			return nil, err
		}
		left = slices.DeleteFunc(left, func(other quarantine.Drift) bool { return register.Thing(other.Hold()) != register.Thing(d.Hold()) })
	} else if in.Watch.Paused(w.Now()) {
		if err := w.Ledger.Pause(ctx, in.ID, w.Now().UTC(), w.By, ""); err != nil {
			return nil, err
		}
		ended = append(ended, "the pause until "+minute(in.Watch.PausedUntil)+" UTC")
		if err := w.tell(ctx, in, quarantine.EventWatchPaused, "", "the pause has ended: what is opened is put right again"); err != nil {
			return ended, err
		}
	}
	for _, d := range left {
		ended = append(ended, "leaving "+register.Thing(d.Hold())+" as it is")
		if err := w.leave(ctx, in, d, false, "is not left any more: it is put right again"); err != nil {
			return ended, err
		}
	}
	return ended, nil
}

func (w Word) leave(ctx context.Context, in quarantine.Incident, d quarantine.Drift, left bool, text string) error {
	if err := w.Ledger.LeaveDrift(ctx, in.ID, d, left); err != nil {
		return err
	}
	name := register.Thing(d.Hold())
	return w.tell(ctx, in, quarantine.EventLeft, name+"-"+w.Now().UTC().Format(time.RFC3339Nano), name+" "+text)
}

func (w Word) tell(ctx context.Context, in quarantine.Incident, kind quarantine.EventKind, id, text string) error {
	return w.Ledger.Append(ctx, in.ID, quarantine.Event{At: w.Now().UTC(), Kind: kind, By: w.By, ID: id, Text: text})
}

// meant refuses what needs a reason and has none, and what is about an incident that is over.
func (w Word) meant(in quarantine.Incident) error {
	if strings.TrimSpace(w.Reason) == "" {
		return quarantine.Failf(quarantine.BadRequest, "a reason is needed: it goes on record")
	}
	return open(in)
}

func open(in quarantine.Incident) error {
	if !in.Open() {
		return quarantine.Failf(quarantine.BadRequest, "%s is not open any more, and nothing looks at it", in.ID)
	}
	return nil
}

// drifted is the drift of a thing, by its id or as it is shown.
func drifted(in quarantine.Incident, thing string) (quarantine.Drift, error) {
	var found, all []quarantine.Drift
	for _, d := range in.Watch.Drifts {
		all = append(all, d)
		if thing == d.Thing || thing == register.Thing(d.Hold()) {
			found = append(found, d)
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return quarantine.Drift{}, quarantine.Failf(quarantine.BadRequest, "several measures hold %s: say which, one of %s", thing, typed(found))
	case len(all) == 0:
		return quarantine.Drift{}, quarantine.Failf(quarantine.BadRequest, "no look has found anything of %s otherwise than it was put", in.ID)
	}
	return quarantine.Drift{}, quarantine.Failf(quarantine.BadRequest, "no look has found %s of %s otherwise than it was put, but %s", thing, in.ID, typed(all))
}

// typed are things as somebody types them.
func typed(all []quarantine.Drift) string {
	var out []string
	for _, d := range all {
		out = append(out, command.Arg(register.Thing(d.Hold())))
	}
	return strings.Join(out, ", ")
}
