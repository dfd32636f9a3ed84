package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (f facts) containmentFailed() draft {
	return draft{facts: f, subject: f.subject("NOT CONTAINED (" + f.fault.label() + ")"), parts: []part{
		{lines: append([]line{say("NOT CONTAINED. %s", f.assumption())}, f.cause()...)},
		{title: "What went wrong", lines: f.fault.lines()},
		f.reached(),
		f.furtherPart(),
		{title: "What is done all the same", lines: f.allTheSame()},
		{title: "The event begins", lines: f.unjudgedEvent()},
		{title: "What to do next", lines: steps(f.hint(), f.cutStep(), f.endingStep(), f.againStep(), f.liftStep(), f.putBackStep())},
		f.look(),
		f.finding(),
		f.why(),
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
	cut, held := len(f.cutOff()), len(f.heldSubnets())
	switch {
	case f.fault.name == quarantine.InstanceGone:
		return fmt.Sprintf("%s could not be cut off, because EC2 does not know it any more.", f.what())
	case f.verdict == nil && len(f.Event) > 0:
		return fmt.Sprintf("The finding was not judged, so nothing was cut for it: take %s for reachable, and able to reach others.", f.what())
	case cut > 0 && cut < held:
		return fmt.Sprintf("%s is cut off in part: a read-back shows %d of its %d subnets cut off. "+
			"Take it for reachable, and able to reach others, through the rest.", f.what(), cut, held)
	default:
		return fmt.Sprintf("The cut of %s failed or could not be proved: take it for reachable, and able to reach others.", f.what())
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
	p := f.subnetsPart()
	accused, _ := f.accused()
	for _, id := range accused.Subnets() {
		if !slices.ContainsFunc(f.holds(), func(h quarantine.Hold) bool { return h.Thing == id }) && len(p.lines) < maxItems {
			p.lines = append(p.lines, item(id+": "+f.unrecorded()))
		}
	}
	return p
}

// unrecorded is what is known of a subnet that the finding names and no record does:
// what stood there before is on record before anything is changed.
func (f facts) unrecorded() string {
	if f.record.Incident != nil {
		return "NOT CUT by this incident: nothing is on record of it. The finding names it, and can be stale"
	}
	return "NOT KNOWN whether it is cut off. The finding names it, and can be stale"
}

// liftStep gives back what a failed isolation has cut all the same.
func (f facts) liftStep() []line {
	if len(f.cutOff()) == 0 {
		return nil
	}
	return f.releaseStep("If the cut turns out to be wrong, lift what there is of it:")
}

func (f facts) putBackStep() []line {
	if len(f.cutOff()) == 0 {
		return nil
	}
	return f.putBackSteps()
}

func (f facts) cutStep() []line {
	switch f.fault.name {
	case quarantine.InstanceGone:
		return nil
	case quarantine.SharedNetwork:
		return f.manualIsolation("How it is cut off by hand; all but the first command are for the account that owns the network.")
	case quarantine.QuotaReached:
		return f.manualIsolation("As soon as there is room again, you can cut it off by hand.")
	default:
		return f.manualIsolation("If it cannot wait, cut it off by hand.")
	}
}

func (f facts) againStep() []line {
	again := f.redriveSteps()
	if len(again) == 0 || slices.Contains([]string{quarantine.InstanceGone, quarantine.SharedNetwork, tooLarge}, f.fault.name) {
		return nil
	}
	return append([]line{say("Once the cause is gone, run it again. The next finding tries by itself, " +
		"but GuardDuty repeats one after 15 minutes at the soonest, and after 6 hours unless it was told otherwise:")}, again...)
}
