package measure

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ReadAfter begins the error of a measure that has failed half-way, before what was read of each thing then.
const ReadAfter = "read back after the failure: "

// Standing is how a thing stands for one incident that holds or held it, in words.
type Standing struct {
	Thing string // what it is, and its id: "interface eni-0abc"
	VPC   string // "" where it is in none, or that is not on record
	// Sure says that the state is what a read-back shows, or what became of the thing; not of
	// what the last look found open.
	Sure bool
	// State says how it stands, or that this is not known.
	State string
	// Before says what stood there, while the incident holds the thing; Refused, what AWS did
	// not take; Others are the other incidents that hold it.
	Before  string
	Refused []string
	Others  []string
}

// Clauses are the state and what is to be said beside it.
func (s Standing) Clauses() []string {
	out := []string{s.State}
	if s.Before != "" {
		out = append(out, "before: "+s.Before)
	}
	out = append(out, s.Refused...)
	if len(s.Others) > 0 {
		out = append(out, "held by "+strings.Join(s.Others, ", ")+" too")
	}
	return out
}

// Standing says how a thing stands for an incident. A time is written as clock writes it.
func (i Info) Standing(h quarantine.Hold, incident string, clock func(time.Time) string) Standing {
	s := Standing{
		Thing: i.Thing + " " + h.Thing, VPC: h.VPCID,
		Others: slices.DeleteFunc(slices.Clone(h.Holders), func(id string) bool { return id == incident }),
	}
	switch {
	case h.Outcome != "":
		s.Sure, s.State = h.Outcome != quarantine.Drifted, Became(h.Outcome, h.Note)
		return s
	case !h.HeldFor(incident) && h.Drift != nil:
		s.State = "NOT HELD" + drifted(*h.Drift, clock)
		return s
	case !h.HeldFor(incident):
		s.Sure, s.State = true, "NOT HELD by this incident any more"
		return s
	}
	s.Before, s.Refused = i.Before(h), i.refused(h)
	switch {
	case h.Releasing != "":
		s.State = "BEING RELEASED, and not known " + i.Unsure
	case h.Drift != nil && h.Drift.Kind == quarantine.DriftReopened:
		s.State = "OPEN" + drifted(*h.Drift, clock)
	case h.Drift != nil && h.Drift.Kind == quarantine.DriftOtherwise:
		s.Sure, s.State = true, "CLOSED BY ANOTHER HAND"+drifted(*h.Drift, clock)
	case h.VerifiedAt.IsZero():
		s.State = "NOT KNOWN " + i.Unsure + ": no read-back is on record"
	case len(s.Refused) > 0 && len(s.Refused) == len(h.Parts):
		s.State = "NOT CHANGED, as AWS takes no such change"
	default:
		s.Sure, s.State = true, i.Now(h)+", read back at "+clock(h.VerifiedAt)
	}
	return s
}

// drifted is how the last look found a thing other than it was put, after a word for that.
func drifted(d quarantine.Drift, clock func(time.Time) string) string {
	out := " as of " + clock(d.LastAt) + ": " + d.What
	if d.By != "" {
		out += "; done by " + d.By
	}
	if d.Failed != "" {
		name, _, _ := strings.Cut(d.Failed, ":")
		out += "; putting it right failed (" + name + ")"
	}
	if d.Left() {
		out += "; left so by " + d.LeftBy + ": " + d.LeftReason
	}
	return out
}

// refused says of each part that AWS did not take that it did not.
func (i Info) refused(h quarantine.Hold) []string {
	var out []string
	for _, part := range slices.Sorted(maps.Keys(h.Parts)) {
		if h.Parts[part].Refused == "" {
			continue
		}
		text := "AWS does not take " + part
		if i.Refuses != nil {
			text = i.Refuses(part)
		}
		out = append(out, text)
	}
	return out
}

// Closed tells whether a thing is shut as its measure shuts it: every part was put there, and
// was read back, and no look has found it open since.
func Closed(h quarantine.Hold) bool {
	whole := len(h.Parts) > 0 && !h.VerifiedAt.IsZero() && h.Releasing == "" && h.Outcome == "" && (h.Drift == nil || !h.Drift.Open())
	for _, p := range h.Parts {
		whole = whole && p.Refused == "" && p.After != ""
	}
	return whole
}

// Became says what became of a thing at a release.
func Became(o quarantine.ReleaseOutcome, note string) string {
	out, known := outcomes[o]
	if !known {
		out.word = strings.ToUpper(string(o))
	}
	if text := cmp.Or(note, out.usually); text != "" {
		return out.word + ": " + text
	}
	return out.word
}

// Ends tells whether an outcome is one.
func Ends(o quarantine.ReleaseOutcome) bool {
	_, known := outcomes[o]
	return known
}

// outcomes have a word, and what is said where there is no note.
var outcomes = map[quarantine.ReleaseOutcome]struct{ word, usually string }{
	quarantine.Restored:        {"RESTORED", "what stood before the quarantine stands there again"},
	quarantine.RestoredDefault: {"DEFAULT USED", "what stood before is gone"},
	quarantine.StillHeld:       {"STILL HELD", "other incidents hold it, and it was not changed"},
	quarantine.Drifted:         {"LEFT ALONE", "somebody has changed it since"},
	quarantine.AlreadyReleased: {"RELEASED BEFORE", "this incident did not hold it any more"},
	quarantine.Unchanged:       {"UNCHANGED", "nothing had been put there"},
	quarantine.LeftOpen:        {"LEFT OPEN", "the measure cannot hold it"},
	quarantine.Gone:            {"GONE", "it does not exist any more"},
}

// Unnamed is what can be said of a measure that is not in the register: of another version's.
func Unnamed(name string) Info {
	values := func(h quarantine.Hold, of func(quarantine.Part) string) string {
		var out []string
		for _, part := range slices.Sorted(maps.Keys(h.Parts)) {
			if v := of(h.Parts[part]); v != "" {
				out = append(out, part+" is "+v)
			}
		}
		if len(out) == 0 {
			return NotKnown
		}
		return strings.Join(out, ", ")
	}
	return Info{
		Name: name, Thing: "thing", Does: "is not known to this version", Unsure: "how it stands",
		Now: func(h quarantine.Hold) string { return values(h, func(p quarantine.Part) string { return p.After }) },
		Before: func(h quarantine.Hold) string {
			return values(h, func(p quarantine.Part) string { return p.Before.Known() })
		},
		ByHand:     func(quarantine.Resource, []quarantine.Hold) []Step { return nil },
		LookByHand: func(quarantine.Resource, []quarantine.Hold) []Step { return nil },
		UndoByHand: func([]quarantine.Hold) []Step { return nil },
	}
}

// NotKnown is said of what was not read, or cannot be told.
const NotKnown = "not known"
