package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// narrowed is the news that the subnets are given back while the instance stays contained: as
// far as that was read back, with what nobody can know in its first lines.
func (f facts) narrowed() (draft, error) {
	if err := restoredAsShown(f.Release); err != nil {
		return draft{}, err
	}
	word, says := f.narrowWord()
	return draft{facts: f, subject: f.subject(word), parts: []part{
		told(slices.Concat([]line{say("%s. %s", word, says)}, f.othersOpen(), f.releaser(), f.about())...),
		toDo(f.ifFalseAlarm(), f.flowsStep(), f.cutAgainStep(), f.releaseStep("When the case is closed:")),
		f.openPart("What is not known, and cannot be", register.Unverified(), nil),
		part{title: "Warnings", lines: items(f.Release.Warnings)}.isOpen(),
		{title: "Its subnets", lines: outcomes(f.Release.Subnets)},
		f.furtherPart(),
		part{title: "Removed, as nothing used it any more", lines: labelled("Ids", list(f.Release.Removed))}.elsewhere(),
		f.finding(),
		f.look(),
	}}, nil
}

// narrowWord begins the subject, and says in a sentence what it comes to.
func (f facts) narrowWord() (word, says string) {
	c := countsOf(*f.Release)
	held := fmt.Sprintf("%s stays contained by its security group: that no connection of before goes on is UNVERIFIED", f.what())
	switch {
	case f.Release.Already:
		return "NARROWED BEFORE, UNVERIFIED", "The subnets had been given back already: nothing was done now. " + held + "."
	case c.subnets == 0:
		return "NARROWED, NOTHING GIVEN BACK", "No subnet was put back as it was. " + held + "."
	case c.left > 0:
		return "NARROWED IN PART, UNVERIFIED", fmt.Sprintf("%s given back, as read back; %s left as it was. %s.", areSubnets(c.subnets), wasLeft(c.left), held)
	}
	return "NARROWED, UNVERIFIED", fmt.Sprintf("%s given back, as read back: its other hosts are free. %s.", areSubnets(c.subnets), held)
}

func areSubnets(n int) string {
	if n == 1 {
		return "1 subnet is"
	}
	return fmt.Sprintf("%d subnets are", n)
}

// flowsStep: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
func (f facts) flowsStep() []line {
	return []line{say("Where the VPC has flow logs, see whether anything is still accepted to or from the instance's addresses since then. " +
		"That is the only place that shows a connection which went on.")}
}

func (f facts) cutAgainStep() []line {
	const itself = "Activity after this, as GuardDuty reports it, cuts the subnets off again by itself."
	var again []line
	if in := f.record.Incident; in != nil {
		again = f.againSteps(in.Owner)
	}
	if len(again) == 0 {
		return []line{say("%s", f.byItself(itself))}
	}
	if f.record.At.OnLaptop() {
		return append([]line{say("%s If GuardDuty reports activity after this, respond to it:", f.unwatched())}, again...)
	}
	return givesWay(append([]line{say(itself + " Not to wait for that, have its event judged again:")}, again...), say(itself))
}

// narrowFailed is bad news, and needs nothing to be told.
func (f facts) narrowFailed() draft {
	if f.record.unknown() {
		return f.noIncident("NOT NARROWED")
	}
	says, hint := "The subnets of %s could not be given back, or not everywhere: what was given back is open to it as far as its security group lets it be. Look at each.", f.releaseHint()
	if f.fault.name == quarantine.NotNarrowed {
		says, hint = "Nothing was changed: the subnets of %s are not given back while that is not safe.", nil
	}
	return draft{facts: f, subject: f.subject("NOT NARROWED (" + f.fault.label() + ")"), parts: []part{
		told(append([]line{say("NOT NARROWED. "+says, f.what())}, f.about()...)...),
		toDo(f.ifFalseAlarm(), hint, f.narrowAgainStep(), f.releaseStep("Or end the incident:")),
		f.wrong(),
		f.cutPart(),
		f.furtherPart(),
		f.finding(),
		f.look(),
	}}
}

func (f facts) narrowAgainStep() []line {
	if f.incident() == "" {
		return nil
	}
	after := "Once the cause is gone, try again. It goes on from where it stopped."
	watch := "Until then the watch does not look at the incident:"
	if f.fault.name == quarantine.NotNarrowed {
		after, watch = "Once what it says is no longer so, give them back.", "The watch looks at the incident as before:"
	}
	after += " " + f.byItself(watch)
	return []line{say("%s", after),
		f.quarantine("narrow", f.incident())}
}
