package oncall

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// nobodyWatches is what is said of an incident that no watch looks at.
const nobodyWatches = "nothing is deployed: nothing watches this"

// overdue is after how long without a look the watch does not look: three of its intervals.
const overdue = 15 * time.Minute

// Watch writes what the looks at an incident have shown, what people have said about it, and
// each thing that did not stand as it was put.
func (p Printer) Watch(in quarantine.Incident) {
	if in.Status != quarantine.StatusContained && len(in.Watch.Drifts) == 0 {
		return
	}
	p.Style.Heading(p.W, "Since then")
	p.Looked(in)
	for _, d := range in.Watch.Drifts {
		p.drift(d)
	}
}

// Looked writes how the last look found what an incident holds, and whether a person has the
// watch wait. What is not known is not called closed.
func (p Printer) Looked(in quarantine.Incident) {
	w := in.Watch
	switch {
	case in.Status != quarantine.StatusContained:
		return // the watch looks at nothing else
	case Unwatched(in, p.At):
		p.colored(p.Style.Warn, 2, nobodyWatches+". Nothing is known since the last read-back, and nothing cuts again")
	case w.LookedAt.IsZero():
		p.colored(p.Style.Warn, 2, "no look yet: nothing is known since the last read-back")
	default:
		p.lastLook(in)
	}
	if w.Paused(p.Now()) {
		p.colored(p.Style.Warn, 2, fmt.Sprintf("PAUSED until %s UTC by %s: %s", minute(w.PausedUntil), w.PausedBy, w.PauseReason))
		p.say(4, "to go on sooner:")
		p.command(p.Style.Plain, 6, "resume", in.ID)
	}
}

func (p Printer) lastLook(in quarantine.Incident) {
	at := "last look " + minute(in.Watch.LookedAt) + " UTC"
	if ago := p.Now().Sub(in.Watch.LookedAt); ago > overdue {
		p.colored(p.Style.Warn, 2, fmt.Sprintf("%s, %s ago: the watch does not look any more", at, left(ago)))
	}
	found := in.Drifted()
	if len(found) > 0 {
		p.colored(p.Style.Warn, 2, at+": "+counted(found))
	}
	switch closed := closedSince(in.Watch); {
	case in.Watch.Unseen != "":
		p.colored(p.Style.Warn, 2, at+": NOT KNOWN what could not be seen: "+in.Watch.Unseen)
	case len(found) > 0:
	case len(closed) > 0:
		p.say(2, "%s: everything as it was put, once that was closed again: %s", at, strings.Join(closed, ", "))
	default:
		p.say(2, "%s: everything as it was put", at)
	}
}

// closedSince are the things that the last look found open, or closed again, and that are closed.
func closedSince(w quarantine.Watch) []string {
	var out []string
	for _, d := range w.Drifts {
		if !d.ClosedAt.IsZero() && !d.ClosedAt.Before(w.LookedAt) {
			out = append(out, register.Thing(d.Hold()))
		}
	}
	return out
}

// phrases say how things stood that did not stand as they were put.
var phrases = []struct {
	words string
	kinds []quarantine.DriftKind
}{
	{"stood open", []quarantine.DriftKind{quarantine.DriftReopened}},
	{"not held", []quarantine.DriftKind{quarantine.DriftNew, quarantine.DriftUncovered}},
	{"without a read-back", []quarantine.DriftKind{quarantine.DriftUnverified}},
	{"closed by another hand", []quarantine.DriftKind{quarantine.DriftOtherwise}},
}

// counted is for example "2 things stood open: subnet-1, eni-2 (security-group)".
func counted(all []quarantine.Drift) string {
	var out []string
	for _, p := range phrases {
		var names []string
		for _, d := range all {
			if slices.Contains(p.kinds, d.Kind) {
				names = append(names, register.Thing(d.Hold()))
			}
		}
		if len(names) > 0 {
			out = append(out, fmt.Sprintf("%s %s: %s", things(len(names)), p.words, strings.Join(names, ", ")))
		}
	}
	return strings.Join(out, "; ")
}

func things(n int) string {
	if n == 1 {
		return "1 thing"
	}
	return fmt.Sprintf("%d things", n)
}

// drift writes one thing that did not stand as it was put, and what became of it.
func (p Printer) drift(d quarantine.Drift) {
	look, state := p.Style.Warn, "as it was put again, as read at "+minute(d.ClosedAt)+" UTC"
	switch {
	case d.Kind == quarantine.DriftOtherwise:
		state = "left, as that is as tight"
	case d.Open():
		state = "not put right"
	default:
		look = p.Style.Plain
	}
	p.say(2, "%s", register.Thing(d.Hold()))
	p.colored(look, 4, fmt.Sprintf("%s as of %s UTC: %s; %s", d.Kind, minute(d.LastAt), d.What, state))
	by := d.By
	if by == "" {
		by = "not known"
	}
	p.say(4, "by: %s", by)
	p.say(4, "first seen %s UTC, put right %s", minute(d.Since), times(d.Times))
	if d.Failed != "" {
		p.colored(p.Style.Warn, 4, "the last attempt failed: "+d.Failed)
	}
	switch {
	case d.Left():
		p.colored(p.Style.Warn, 4, fmt.Sprintf("left as it is since %s UTC by %s: %s", minute(d.LeftAt), d.LeftBy, d.LeftReason))
	case d.Open() && p.Now().Before(d.NextAt):
		p.say(4, "put right again at the first look after %s UTC", minute(d.NextAt))
	}
}

func times(n int) string {
	switch n {
	case 0:
		return "never"
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
