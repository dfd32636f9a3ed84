package message

import (
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// cutSteps are the steps of a person who cuts: from their computer, where that can be, and else by hand.
func (f facts) cutSteps(first string) [][]line {
	here := f.hereStep(first)
	if len(here) == 0 {
		return [][]line{f.manualIsolation(first)}
	}
	return [][]line{here, f.withoutHere()}
}

// otherwise comes before what is done by hand where a command was given that does it better.
const otherwise = "If that fails too, do it by hand."

// hereStep cuts from a person's computer, with the lock and the record that a cut by hand has not.
func (f facts) hereStep(first string) []line {
	again := f.respondSteps()
	if len(again) == 0 || !f.respondHelps() {
		return nil
	}
	return append([]line{say("%s From your computer, on record, so that a release puts back what stood there:", first)}, again...)
}

// noRespond are the failures that would end a respond like the execution.
var noRespond = []string{
	quarantine.SharedNetwork, quarantine.InstanceInAnotherAccount, quarantine.InstanceInAnotherRegion,
	quarantine.InstanceExempt, quarantine.UserExempt, tooLarge,
}

// respondHelps tells whether a respond can cut what the news is of. On a laptop, the news is of one.
func (f facts) respondHelps() bool {
	if f.record.At.OnLaptop() || f.resource.ID == "" || f.final() || slices.Contains(noRespond, f.fault.name) {
		return false
	}
	return f.verdict == nil || slices.Contains([]quarantine.Action{"", quarantine.ActionIsolate, quarantine.ActionApprove}, f.verdict.Action)
}

// manualIsolation cuts without the product: every thing that no read-back shows cut.
func (f facts) manualIsolation(first string) []line {
	return f.handy(first, f.byHand(first, f.words.Cut.ByHand(f.resource, f.knownThings())))
}

// withoutHere is the same after hereStep: a sentence is enough, where no command shows it.
func (f facts) withoutHere() []line {
	lines := f.manualIsolation(otherwise)
	if f.record.Incident != nil {
		return lines
	}
	return givesWay(lines, say("%s %s", otherwise, f.words.Failed.ByHand))
}
