package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// reopened is the news that something which an incident holds did not stand as it was put: who
// did that where it is known, and whether it is put right, as read back. Errors: BadRequest
// without a thing.
func (f facts) reopened() (draft, error) {
	if len(f.Drifts) == 0 {
		return draft{}, quarantine.Failf(quarantine.BadRequest, "news of what was opened need what that is")
	}
	v := f.driftWord()
	return draft{facts: f, subject: f.subject(v.word), parts: []part{
		told(slices.Concat([]line{begin(v.says, f.what())}, f.othersOpen(), f.about())...),
		toDo(f.driftSteps()...),
		part{title: "What was found", lines: f.driftLines()}.isOpen(),
		f.cutPart().elsewhere(),
		f.furtherPart(),
		f.finding(),
		f.look(),
	}}, nil
}

// othersOpen says that the last look found more open than the news is of: good news of one thing
// is none of all.
func (f facts) othersOpen() []line {
	if f.record.Incident == nil {
		return nil
	}
	var names []string
	for _, d := range f.record.Incident.Drifted() {
		isHere := func(here quarantine.Drift) bool { return register.Thing(here.Hold()) == register.Thing(d.Hold()) }
		if d.Open() && !slices.ContainsFunc(f.Drifts, isHere) {
			names = append(names, Clean(register.Thing(d.Hold()), maxName))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []line{say("Beside that, the last look found open: %s.", list(names))}
}

// driftWord is the word of the subject and the first sentence.
type driftWord struct{ word, says string }

// The words. %s is the resource.
var (
	notHeld = driftWord{"NOT HELD", "NOT HELD. Something of %s is not held, or not known to be, and putting that right has failed. " +
		"It is tried again at every look; do not wait for that."}
	notCovered = driftWord{"NOT COVERED", "NOT COVERED. %s has a network interface in a subnet that its incident does not hold: " +
		"it is open there. Others live in that subnet, so that to cut it off is your decision."}
	notHeldYet = driftWord{"NOT HELD YET", "NOT HELD YET. Something of %s is not held yet, or not known to be. The next look sees what came of it."}
	heldNow    = driftWord{"COMPLETED", "COMPLETED. Something of %s was not held, or not known to be; it is now, as read back."}
	notAsPut   = driftWord{"NOT AS IT WAS PUT", "NOT AS IT WAS PUT. Something that holds %s does not stand as it was put."}
)

// driftWord is the worst that is true of one of the things.
func (f facts) driftWord() driftWord {
	w := f.words.Reopened
	for _, v := range []struct {
		driftWord
		is func(quarantine.Drift) bool
	}{
		{driftWord{"REOPENED, NOT CLOSED", "REOPENED, AND NOT CLOSED AGAIN. " + w.NotClosed}, func(d quarantine.Drift) bool { return opened(d) && d.Failed != "" }},
		{notHeld, func(d quarantine.Drift) bool { return d.Failed != "" }},
		{notCovered, func(d quarantine.Drift) bool { return d.Kind == quarantine.DriftUncovered }},
		{driftWord{"REOPENED AGAIN AND AGAIN", "REOPENED AGAIN AND AGAIN. " + w.Again}, func(d quarantine.Drift) bool { return opened(d) && d.News() == quarantine.NewsOften }},
		{driftWord{"REOPENED", "REOPENED. " + w.NotYet}, func(d quarantine.Drift) bool { return opened(d) && d.Open() }},
		{driftWord{"REOPENED, CLOSED AGAIN", "REOPENED, AND CLOSED AGAIN. " + w.ClosedAgain}, opened},
		{notHeldYet, func(d quarantine.Drift) bool { return came(d) && d.Open() }},
		{heldNow, came},
		{driftWord{"CLOSED OTHERWISE", "CLOSED OTHERWISE. " + w.Otherwise}, func(d quarantine.Drift) bool { return d.Kind == quarantine.DriftOtherwise }},
	} {
		if slices.ContainsFunc(f.Drifts, v.is) {
			return v.driftWord
		}
	}
	return notAsPut // of another version's kind
}

func opened(d quarantine.Drift) bool { return d.Kind == quarantine.DriftReopened }

// came tells what came later, or was never read back.
func came(d quarantine.Drift) bool {
	return d.Kind == quarantine.DriftNew || d.Kind == quarantine.DriftUnverified
}

// driftLines are the things: how each stood, who did that, and what came of it.
func (f facts) driftLines() []line {
	var out []line
	for _, d := range f.Drifts[:min(len(f.Drifts), maxThings)] {
		under := func(text string) line { return line{lead: "  ", text: text} }
		out = append(out, item(fmt.Sprintf("%s, %s %s: %s", d.Measure, register.Named(d.Measure).Thing, Clean(d.Thing, maxName), Clean(d.What, maxName))))
		seen := "First seen at " + clock(d.Since)
		if d.Open() && d.Since.Before(d.LastAt) {
			seen += ", last at " + clock(d.LastAt)
		}
		switch {
		case d.By != "":
			seen += ". Done by " + Clean(d.By, maxItemLine)
		case opened(d):
			seen += ". Who did that is not known"
		}
		out = append(out, under(seen+"."))
		out = append(out, under(cameOf(d)))
	}
	return append(out, f.moreDrifts()...)
}

// moreDrifts names the rest.
func (f facts) moreDrifts() []line {
	var names []string
	for _, d := range f.Drifts[min(len(f.Drifts), maxThings):] {
		names = append(names, Clean(register.Thing(d.Hold()), maxName))
	}
	if len(names) == 0 {
		return nil
	}
	return []line{say("and: %s", list(names))}
}

// maxItemLine bounds what others have written of one thing, in characters.
const maxItemLine = 160

// cameOf says what came of it.
func cameOf(d quarantine.Drift) string {
	switch {
	case d.Failed != "":
		return "NOT put right: " + Clean(d.Failed, maxItemLine)
	case !d.ClosedAt.IsZero() && d.Times > 1:
		return fmt.Sprintf("Put right at %s, as read back; %d times since it was first seen.", clock(d.ClosedAt), d.Times)
	case !d.ClosedAt.IsZero():
		return "Put right at " + clock(d.ClosedAt) + ", as read back."
	case d.Kind == quarantine.DriftUncovered || d.Kind == quarantine.DriftOtherwise:
		return "It was left as it is."
	case !d.NextAt.IsZero():
		return "OPEN. It is put right at the first look after " + clock(d.NextAt) + "."
	}
	return "OPEN. The next look puts it right."
}
