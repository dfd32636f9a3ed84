package approval

import (
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// tone is how an outcome looks.
type tone string

const (
	well   tone = "good"
	wrong  tone = "bad"
	goesOn tone = "waiting" // under way
)

// came is what has become of a decision, as the ledger has it. It names no resource, account or
// person: a link that is used up shows it to whoever has it.
type came struct {
	Tone       tone
	Word, Text string
	Done       bool // what was decided has come about
}

// late is after how long without an end somebody should look.
const late = 15 * time.Minute

// became reads what has come of a decided request.
func became(r quarantine.ApprovalRequest, of record, now time.Time) came {
	words := kinds.Of(r.Resource.Kind)
	switch {
	case of.unread:
		return came{wrong, "Not known", "The ledger could not be read.", false}
	case r.Decision.Narrow:
		return narrowed(*r.Decision, of, now)
	case r.Purpose == quarantine.PurposeRelease && r.Decision.Approve:
		return released(*r.Decision, of, now)
	case r.Purpose == quarantine.PurposeRelease:
		return kept(of)
	case r.Decision.Approve:
		return contained(*r.Decision, of, words, now)
	}
	return untouched(of, words)
}

func released(d quarantine.Decision, of record, now time.Time) came {
	switch {
	case of.Release != nil:
		return put(*of.Release)
	case of.Status == quarantine.StatusReleased, of.Status == quarantine.StatusReleasing:
		return underWay("The release", of.last(quarantine.EventReleaseBegun, d.At), now)
	}
	return notBegun("The release", d.At, now)
}

// put says what a release that is done has put back. What somebody should look at stands out.
func put(r quarantine.Release) came {
	total, look := len(r.Subnets)+len(r.Things), 0
	for _, s := range r.Subnets {
		look += count(s.Closed || toLookAt(s.Outcome))
	}
	for _, t := range r.Things {
		look += count(toLookAt(t.Outcome))
	}
	c := came{Tone: well, Word: "Released", Text: fmt.Sprintf("On %s. ", moment(r.ReleasedAt)), Done: true}
	switch {
	case total == 0:
		c.Text += "Nothing was held."
	case look > 0:
		c.Tone, c.Word = wrong, "Released, with something to look at"
		c.Text += fmt.Sprintf("Not as it stood before: %d of %s. The message about the release says why.", look, counted(total, "thing"))
	default:
		c.Text += fmt.Sprintf("What stood before stands there again, as read back: %s.", counted(total, "thing"))
	}
	return c
}

// toLookAt tells whether a thing does not stand as it stood before.
func toLookAt(o quarantine.ReleaseOutcome) bool {
	return o == quarantine.Drifted || o == quarantine.RestoredDefault || o == quarantine.StillHeld || !measure.Ends(o)
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

func narrowed(d quarantine.Decision, of record, now time.Time) came {
	switch n := of.Narrowed; {
	case n != nil && !n.ReleasedAt.Before(d.At):
		return came{well, "Narrowed", fmt.Sprintf("The subnets are given back since %s. The instance stays contained by its security group.", moment(n.ReleasedAt)), true}
	case of.Release != nil:
		return put(*of.Release)
	case of.Status == quarantine.StatusReleasing:
		return underWay("Giving back the subnets", time.Time{}, now)
	}
	return notBegun("Giving back the subnets", d.At, now)
}

func kept(of record) came {
	switch {
	case of.Release != nil:
		return came{goesOn, "Released since", fmt.Sprintf("By another word, on %s.", moment(of.Release.ReleasedAt)), false}
	case of.Status == quarantine.StatusReleasing:
		return came{goesOn, "Being released", "By another word.", false}
	case len(of.Held()) == 0:
		return came{wrong, "Not known", "The ledger does not say what is held.", false}
	case len(of.Drifted()) > 0:
		return came{wrong, "Held, but opened", "The last look found something open that the quarantine holds.", false}
	}
	return came{well, "Held", "The quarantine stays, as it is on record: " + counted(len(of.Held()), "thing") + ".", false}
}

func contained(d quarantine.Decision, of record, words kinds.Words, now time.Time) came {
	switch {
	case of.Release != nil:
		return came{goesOn, "Released since", fmt.Sprintf("On %s.", moment(of.Release.ReleasedAt)), false}
	case of.Status == quarantine.StatusReleasing:
		return came{goesOn, "Being released", "By a later word.", false}
	case of.Status == quarantine.StatusIsolating:
		return underWay(kinds.Capital(words.Doing), d.At, now)
	case of.Status == quarantine.StatusFailed:
		return came{wrong, "Failed", kinds.Capital(words.Doing) + " has failed. " + words.Doubt, false}
	case of.Status == quarantine.StatusContained && len(of.Drifted()) > 0:
		return came{wrong, "Contained, but opened", "The last look found something open that the quarantine holds.", false}
	case of.Status == quarantine.StatusContained:
		return came{well, "Contained", fmt.Sprintf("Since %s, as read back. Evidence: %s.", moment(of.ContainedAt), evidence(quarantine.ApprovalRequest{}, of)), true}
	}
	return notBegun(kinds.Capital(words.Doing), d.At, now)
}

// untouched is what stands where somebody has said no before a cut.
func untouched(of record, words kinds.Words) came {
	if of.Status == "" {
		return came{well, "Left as it is", words.Ask.Nobody + ".", false}
	}
	return came{goesOn, "Another word or finding", fmt.Sprintf("has brought the incident to %q since.", of.Status), false}
}

func underWay(what string, since, now time.Time) came {
	switch {
	case since.IsZero():
		return came{Tone: goesOn, Word: "Under way", Text: what + " has begun."}
	case now.Sub(since) > late:
		return came{Tone: wrong, Word: "Not done", Text: fmt.Sprintf("%s began on %s and is not done: look at the execution.", what, moment(since))}
	}
	return came{Tone: goesOn, Word: "Under way", Text: fmt.Sprintf("%s began on %s.", what, moment(since))}
}

func notBegun(what string, decided, now time.Time) came {
	if now.Sub(decided) > late {
		return came{Tone: wrong, Word: "Not begun", Text: what + " was decided long ago: look at the execution."}
	}
	return came{Tone: goesOn, Word: "Decided", Text: what + " has not begun yet."}
}

// last is when the last event of a kind came, but not before that; zero for none.
func (r record) last(kind quarantine.EventKind, from time.Time) (at time.Time) {
	for _, e := range r.Timeline {
		if e.Kind == kind && !e.At.Before(from) {
			at = e.At
		}
	}
	return at
}
