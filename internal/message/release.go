package message

import (
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// released is the news of a release: subnet by subnet, and no more than was
// read back.
func (f facts) released() (draft, error) {
	if err := restoredAsShown(f.Release); err != nil {
		return draft{}, err
	}
	r := f.Release
	word, outcome := f.releaseWord()
	return draft{facts: f, subject: f.subject(word), parts: []part{
		{lines: append([]line{begin("%s. %s", word, outcome)}, f.about()...)},
		{title: "The decision", lines: f.releaser()},
		{title: "Called a false alarm", lines: f.falseAlarm()},
		{title: "Warnings", lines: items(r.Warnings)},
		{title: f.cutTitle(), lines: append(outcomes(r.Subnets), thingOutcomes(f.ofCut())...)},
		{title: "Further measures", lines: thingOutcomes(f.ofFurther())},
		{title: "Removed, as nothing used it any more", lines: items(r.Removed)},
		{title: "What to do next", lines: f.releasedSteps()},
		f.look(),
		f.finding(),
	}}, nil
}

// restoredAsShown is nil if the release shows what it says of every subnet.
func restoredAsShown(r *quarantine.Release) error {
	if r == nil || (r.ReleasedAt.IsZero() && !r.Already) {
		return quarantine.Failf(quarantine.BadRequest,
			"the news says released, and shows no release that was completed: look at its subnets in EC2 yourself")
	}
	for _, s := range r.Subnets {
		if !register.Cut().Released.Shows(s) {
			return quarantine.Failf(quarantine.BadRequest,
				"the news says %q of subnet %q, and does not show it: look at it in EC2 yourself",
				Clean(string(s.Outcome), maxName), Clean(s.SubnetID, maxName))
		}
	}
	for _, t := range r.Things {
		if t.Thing == "" || !measure.Ends(t.Outcome) {
			return quarantine.Failf(quarantine.BadRequest,
				"the news says %q of %q: look at it yourself", Clean(string(t.Outcome), maxName), Clean(t.Thing, maxName))
		}
	}
	return nil
}

// releaseWord begins the subject, and says in a sentence what it comes to.
func (f facts) releaseWord() (word, outcome string) {
	r := f.Release
	c := countsOf(*r)
	lifted := fmt.Sprintf("The quarantine of %s is lifted%s, read back at %s", f.what(), f.restored(c), clock(r.ReleasedAt))
	switch {
	case r.Already:
		return "RELEASED BEFORE", fmt.Sprintf("The incident of %s had been released already: nothing was done now.", f.what())
	case c.subnets+c.things == 0:
		return "RELEASED, NOTHING RESTORED", fmt.Sprintf("The incident of %s is closed, and nothing was put back.", f.what())
	case c.left > 0:
		return "RELEASED IN PART", fmt.Sprintf("%s; %s left as it was.", lifted, wasLeft(c.left))
	default:
		return "RELEASED", lifted + "."
	}
}

// counts are how many subnets and further things stand as before, and how many things were left.
type counts struct{ subnets, things, left int }

func countsOf(r quarantine.Release) counts {
	var c counts
	count := func(o quarantine.ReleaseOutcome, restored *int) {
		switch o {
		case quarantine.Restored, quarantine.RestoredDefault:
			*restored++
		case quarantine.StillHeld, quarantine.Drifted:
			c.left++
		case quarantine.AlreadyReleased, quarantine.Unchanged, quarantine.Gone: // neither: there was nothing to do
		}
	}
	for _, s := range r.Subnets {
		count(s.Outcome, &c.subnets)
	}
	for _, t := range r.Things {
		count(t.Outcome, &c.things)
	}
	return c
}

func wasLeft(n int) string {
	if n == 1 {
		return "1 was"
	}
	return fmt.Sprintf("each of %d others was", n)
}

// releaser carries who released, and why.
func (f facts) releaser() []line {
	out := labelled("By", f.Release.By)
	out = append(out, labelled("Reason", quoted(f.Release.Reason))...)
	if d := f.decision(); d != nil {
		out = append(out, labelled("Through", through(d.Via))...)
	}
	return append(out, labelled("Released", clock(f.Release.ReleasedAt))...)
}

// decision is the one that the release followed, or nil.
func (f facts) decision() *quarantine.Decision {
	if f.Approval != nil {
		return f.Approval.Decision
	}
	if f.record.Incident == nil {
		return nil
	}
	for _, q := range slices.Backward(f.record.Incident.Questions) {
		if q.Purpose == quarantine.PurposeRelease && q.Decision != nil && q.Decision.Approve {
			return q.Decision
		}
	}
	return nil
}

// cutTitle says whose read-back it is.
func (f facts) cutTitle() string {
	if f.Release.Already && f.words.Placed {
		return f.words.Things + ", as EC2 shows them now"
	}
	return f.words.Things
}

// outcomes say of each subnet what became of it.
func outcomes(subnets []quarantine.ReleasedSubnet) []line {
	var out []line
	for _, s := range subnets[:min(len(subnets), maxItems)] {
		out = append(out, item(fmt.Sprintf("%s: %s", inVPC(s), register.Cut().Released.Became(s))))
	}
	return append(out, omitted(len(subnets))...)
}

func inVPC(s quarantine.ReleasedSubnet) string {
	if s.VPCID == "" {
		return s.SubnetID
	}
	return s.SubnetID + " in " + s.VPCID
}

// thingOutcomes say the same of what further measures held.
func thingOutcomes(things []quarantine.ReleasedThing) []line {
	var out []line
	for _, t := range things[:min(len(things), maxItems)] {
		out = append(out, item(fmt.Sprintf("%s, %s %s: %s", t.Measure, register.Named(t.Measure).Thing, t.Thing, measure.Became(t.Outcome, t.Note))))
	}
	return append(out, omitted(len(things))...)
}

func known(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
