package measure

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ahead is what goes on record before the first call: what stands before, part by part, and
// what is about to be put; or why what was read cannot be taken for what stood before. A read
// that shows what only a measure puts, or what was put at the release before this hold, can
// be older than that release. What cannot be told is not known, and counts as put.
func (a *application) ahead(now Look, want map[string]string) (out map[string]quarantine.Part, doubt string) {
	out = map[string]quarantine.Part{}
	for _, part := range slices.Sorted(maps.Keys(want)) {
		stands, isThere := now.Parts[part]
		known := a.hold.Parts[part]
		var p quarantine.Part
		if known.Before == nil {
			p.Before = &quarantine.Value{Text: stands, Absent: !isThere}
			switch doubt, mayBeOurs := a.suspect(part, stands, want[part]); {
			case doubt != "":
				return nil, doubt
			case mayBeOurs:
				p.Before = &quarantine.Value{Unknown: true}
			}
		}
		unknown := p.Before != nil && p.Before.Unknown
		if (stands != want[part] || unknown) && !slices.Contains(known.Puts, want[part]) {
			p.Puts = []string{want[part]}
		}
		if p.Before != nil || len(p.Puts) > 0 {
			out[part] = p
		}
	}
	return out, ""
}

// suspect tells whether what was read of a part may be the product's own: that is in doubt
// until a later look shows it, too.
func (a *application) suspect(part, stands, want string) (doubt string, mayBeOurs bool) {
	last := a.hold.Last[part]
	was := last.Before
	putLast := slices.Contains(last.Puts, stands) && (was == nil || was.Text != stands)
	if putLast && a.Clock.Now().Sub(a.hold.LastAt) < Settled {
		return part + " is " + stands, false
	}
	if !a.Measure.Info().OnlyOurs || stands != want {
		return "", false
	}
	what := part + " is " + stands + " already"
	if a.settled(what) {
		return "", true
	}
	return what, false
}

// expect adds to the hold what is about to go on record of its parts.
func (a *application) expect(ahead map[string]quarantine.Part) {
	parts := maps.Clone(a.hold.Parts)
	if parts == nil {
		parts = map[string]quarantine.Part{}
	}
	for name, p := range ahead {
		known := parts[name]
		if p.Before != nil {
			known.Before = p.Before
		}
		known.Puts = append(slices.Clone(known.Puts), p.Puts...)
		parts[name] = known
	}
	a.hold.Parts = parts
}

// puts are the parts to put: what differs, and what was put but not read back since. A read
// that shows that as it was put can be older than a release that began meanwhile.
func (a *application) puts(now Look, want map[string]string) []string {
	var out []string
	for _, part := range slices.Sorted(maps.Keys(want)) {
		wasPut := slices.Contains(a.hold.Parts[part].Puts, want[part])
		if now.Parts[part] != want[part] || wasPut && a.hold.VerifiedAt.IsZero() {
			out = append(out, part)
		}
	}
	return out
}

// putAhead puts on record what is about to be put. Nothing is put where that fails.
func (a *application) putAhead(ctx context.Context, ahead map[string]quarantine.Part, puts []string) error {
	if len(ahead) == 0 && len(puts) == 0 {
		return nil
	}
	err := a.Ledger.Ahead(ctx, a.hold, a.incident, a.Writer, ahead)
	if err == nil || quarantine.Is(err, quarantine.LockLost) {
		return err
	}
	return errors.Join(err, a.record(ctx, nil, time.Time{}, true))
}
