package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (f facts) containmentFailed() draft {
	return draft{facts: f, subject: f.subject("NOT CONTAINED (" + f.fault.label() + ")"), parts: []part{
		told(append([]line{begin("NOT CONTAINED. %s", f.assumption())}, f.cause()...)...),
		toDo(append(f.failedSteps(), f.againStep(), f.liftStep())...),
		f.wrong(),
		f.reached().isOpen(),
		f.furtherPart(),
		{title: "What is done all the same", lines: f.allTheSame()},
		{title: "The event begins", lines: f.unjudgedEvent()},
		f.findingOnRecord(),
		f.why(),
		f.look(),
	}}
}

// allTheSame are the measures that are taken where nobody of this account can cut.
func (f facts) allTheSame() []line {
	if f.fault.name != quarantine.SharedNetwork {
		return nil
	}
	under := f.underWay()
	if len(under) == 0 {
		return nil
	}
	return append(under, f.releaseStep("A release takes it back:")...)
}

// assumption says what must be assumed: no more than is known.
func (f facts) assumption() string {
	cut, held := len(f.cutOff()), len(f.heldByCut())
	w := f.words.Failed
	switch {
	case f.fault.name == w.Gone && w.Gone != "":
		return fmt.Sprintf(w.GoneSays, f.what())
	case f.verdict == nil && len(f.Event) > 0:
		return fmt.Sprintf(w.Unjudged, f.what())
	case cut > 0 && cut < held:
		return fmt.Sprintf(w.Partly, f.what(), cut, held)
	default:
		return fmt.Sprintf(w.Unproved, f.what())
	}
}

// cause is the finding, which has caused nothing where it was not judged.
func (f facts) cause() []line {
	if f.verdict == nil {
		return f.about()
	}
	return f.because()
}

// unjudgedEvent is an event that was not judged and in which no finding can be read.
func (f facts) unjudgedEvent() []line {
	if f.accusing != nil || len(f.Event) == 0 {
		return nil
	}
	return f.excerpt()
}

// reached says subnet by subnet how far it came.
func (f facts) reached() part {
	p := f.cutPart()
	var seen []string
	for _, named := range f.accused() {
		isThere := func(h quarantine.Hold) bool { return h.Thing == named.Thing }
		if !slices.ContainsFunc(f.holds(), isThere) && !slices.Contains(seen, named.Thing) && len(p.lines) < maxItems {
			seen = append(seen, named.Thing)
			p.lines = append(p.lines, item(named.Thing+": "+f.unrecorded()))
		}
	}
	return p
}

// unrecorded is what is known of a thing that the finding names and no record does:
// what stood there before is on record before anything is changed.
func (f facts) unrecorded() string {
	if f.record.Incident != nil {
		return f.words.Undone + " by this incident: nothing is on record of it. The finding names it, and can be stale"
	}
	return "NOT KNOWN " + f.words.Cut.Unsure + ". The finding names it, and can be stale"
}

// liftStep gives back what a failed isolation has cut all the same.
func (f facts) liftStep() []line {
	if len(f.cutOff()) == 0 {
		return nil
	}
	return f.releaseStep(f.words.Failed.Wrong)
}

// failedSteps have the cut first, where a person can do it before the cause is gone.
func (f facts) failedSteps() [][]line {
	here := f.hereStep(kinds.Capital(f.words.DoIt()) + " now.")
	switch {
	case len(here) == 0:
		return [][]line{f.hint(), f.endingStep(), f.cutStep()}
	case f.fault.name == quarantine.QuotaReached:
		return [][]line{f.hint(), f.endingStep(), f.hereStep("As soon as there is room again, " + f.words.DoIt() + "."), f.withoutHere()}
	}
	return [][]line{here, f.endingStep(), f.hint(), f.withoutHere()}
}

func (f facts) cutStep() []line {
	if f.final() {
		return nil
	}
	switch f.fault.name {
	case quarantine.SharedNetwork:
		return f.manualIsolation("How it is cut off by hand; all but the first command are for the account that owns the network.")
	case quarantine.QuotaReached:
		return f.manualIsolation("As soon as there is room again, you can cut it off by hand.")
	default:
		return f.manualIsolation("If it cannot wait, " + f.words.DoIt() + " by hand.")
	}
}

// final tells whether nobody can cut, by hand or by another attempt.
func (f facts) final() bool { return slices.Contains(f.words.Failed.Final, f.fault.name) }

func (f facts) againStep() []line {
	again := f.againSteps(f.Execution.ID)
	if len(again) == 0 || f.final() || slices.Contains([]string{quarantine.SharedNetwork, tooLarge}, f.fault.name) {
		return nil
	}
	if f.record.At.OnLaptop() {
		return append([]line{say("Once the cause is gone, run it again: nothing is deployed, and nothing tries by itself.")}, again...)
	}
	const first = "Once the cause is gone, run it again. The next finding tries by itself: after 15 minutes at the soonest, " +
		"and 6 hours unless GuardDuty was told otherwise."
	lines := append([]line{say(first)}, again...)
	if f.record.At.RunsHere() {
		return lines
	}
	return givesWay(lines, say("Once the cause is gone, run it again: the page of the execution below has "+
		"\"New execution\". The next finding tries by itself, after 15 minutes to 6 hours."))
}
