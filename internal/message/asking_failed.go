package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// askingFailed is the news that nobody could be asked. It is bad news, and needs
// nothing to be told.
func (f facts) askingFailed() draft {
	return draft{facts: f, subject: f.subject("QUESTION NOT ASKED (" + f.fault.label() + ")"), parts: []part{
		told(append([]line{say("THE QUESTION COULD NOT BE ASKED. %s", f.unasked())}, f.about()...)...),
		toDo(append([][]line{f.ifFalseAlarm(), f.hint()}, f.unaskedSteps()...)...),
		f.wrong(),
		f.cutPart(),
		f.furtherPart(),
		f.finding(),
		f.why(),
		f.look(),
	}}
}

// asksToRelease tells whether the question is whether to lift a quarantine.
func (f facts) asksToRelease() bool {
	return f.Approval != nil && f.Approval.Purpose == quarantine.PurposeRelease
}

func (f facts) unasked() string {
	if f.asksToRelease() {
		return fmt.Sprintf("Nobody could be asked whether to release %s, so nothing was released.", f.what())
	}
	return fmt.Sprintf("Nobody could be asked whether to "+f.words.Do+". %s: a person must decide.", f.what(), f.words.Ask.Nobody)
}

func (f facts) unaskedSteps() [][]line {
	if f.asksToRelease() {
		return [][]line{
			f.releaseStep(f.words.Ask.MayAgain),
			f.putBackSteps(),
		}
	}
	judge := []line{say("Judge the finding by its reasons, and %s. %s", f.words.Ask.Owner, f.anew())}
	return slices.Concat([][]line{judge}, f.cutSteps(f.now()), [][]line{f.groupStep()})
}

func (f facts) now() string { return fmt.Sprintf("If it is to be %s, do so now.", f.words.Past) }
