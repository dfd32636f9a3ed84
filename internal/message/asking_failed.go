package message

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// askingFailed is the news that nobody could be asked. It is bad news, and needs
// nothing to be told.
func (f facts) askingFailed() draft {
	return draft{facts: f, subject: f.subject("THE QUESTION COULD NOT BE ASKED (" + f.fault.label() + ")"), parts: []part{
		{lines: append([]line{say("THE QUESTION COULD NOT BE ASKED. %s", f.unasked())}, f.about()...)},
		{title: "What went wrong", lines: f.fault.lines()},
		f.subnetsPart(),
		f.furtherPart(),
		{title: "What to do next", lines: steps(append([][]line{f.hint()}, f.unaskedSteps()...)...)},
		f.look(),
		f.finding(),
		f.why(),
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
	return fmt.Sprintf("Nobody could be asked whether to cut %s off. This finding has cut nothing off: a person must decide.", f.what())
}

func (f facts) unaskedSteps() [][]line {
	if f.asksToRelease() {
		return [][]line{
			f.releaseStep("Once the subnets may be reached again, release them:"),
			f.putBackSteps(),
		}
	}
	return [][]line{
		{say("Judge the finding by its reasons, and ask the instance's owner what it should be doing. " +
			"The next finding of it is judged anew, and asks again if the policy says so.")},
		f.manualIsolation("If it is to be cut off, do so now."),
		f.groupStep(),
	}
}
