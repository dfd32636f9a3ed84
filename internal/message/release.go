package message

import (
	"fmt"
	"slices"
	"strings"

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
		told(slices.Concat([]line{begin("%s. %s", word, outcome)}, f.releaser(), f.about())...),
		f.releasedSteps(),
		part{title: "Warnings", lines: items(r.Warnings)}.isOpen(),
		part{title: "Called a false alarm", lines: f.falseAlarm()}.isOpen(),
		f.became(f.cutTitle(), append(outcomes(r.Subnets), thingOutcomes(f.ofCut())...)),
		f.became("Further measures", thingOutcomes(f.ofFurther())),
		part{title: "Removed, as nothing used it any more", lines: labelled("Ids", list(r.Removed))}.elsewhere(),
		f.finding(),
		f.look(),
	}}, nil
}

// became is what became of things. Where each stands as before, one line says so, and the record which.
func (f facts) became(title string, lines []line) part {
	p := part{title: title, lines: lines}
	if len(lines) > 1 {
		return p
	}
	return p.elsewhere()
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
	if c.closed > 0 {
		lifted += fmt.Sprintf("; what was put back on %s lets nothing pass", plural(c.closed, "subnet"))
	}
	switch {
	case r.Already:
		return "RELEASED BEFORE", fmt.Sprintf("The incident of %s had been released already: nothing was done now.", f.what())
	case c.subnets+c.things == 0:
		return "RELEASED, NOTHING RESTORED", fmt.Sprintf("The incident of %s is closed, and nothing was put back.", f.what())
	case c.left > 0:
		return "RELEASED IN PART", fmt.Sprintf("%s; %s left as it was.", lifted, wasLeft(c.left))
	case c.closed > 0:
		return "RELEASED, STILL CUT OFF", lifted + "."
	default:
		return "RELEASED", lifted + "."
	}
}

// counts are how many subnets and further things stand as before, how many things were left, and how
// many subnets are cut off by what was put back.
type counts struct{ subnets, things, left, closed int }

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
		if s.Closed {
			c.closed++
		}
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

// releaser says who released, and why.
func (f facts) releaser() []line {
	if f.Release.By == "" && f.Release.Reason == "" {
		return nil
	}
	by := known(Clean(f.Release.By, maxQuoted), "somebody who is not on record")
	if d := f.decision(); d != nil {
		by += via(d)
	}
	return []line{say("By %s: %s", by, known(quoted(Clean(f.Release.Reason, maxQuoted)), "no reason was given."))}
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
	back := restoredAlike{}
	for _, s := range subnets {
		became := register.Cut().Released.Became(s)
		says := fmt.Sprintf("%s: %s", s.SubnetID, became)
		if s.Closed { // it stands as before, and is cut off: not to be told with those that are open
			back.others = append(back.others, item(says))
			continue
		}
		back.add(s.Outcome, s.SubnetID, says)
	}
	return back.lines("what stood there before stands there again")
}

// thingOutcomes say the same of what further measures held.
func thingOutcomes(things []quarantine.ReleasedThing) []line {
	back := restoredAlike{}
	for _, t := range things {
		name := fmt.Sprintf("%s, %s %s", t.Measure, register.Named(t.Measure).Thing, t.Thing)
		back.add(t.Outcome, fmt.Sprintf("%s (%s)", t.Thing, t.Measure), name+": "+measure.Became(t.Outcome, t.Note))
	}
	return back.lines("what stood before stands there again")
}

// restoredAlike are things of a release: what was left is told first, and each; what stands as before
// is told together, the rest one by one.
type restoredAlike struct {
	names  []string
	left   []line
	others []line
	only   line // of what is restored, if that is one
}

func (r *restoredAlike) add(o quarantine.ReleaseOutcome, name, says string) {
	switch o {
	case quarantine.StillHeld, quarantine.Drifted:
		r.left = append(r.left, item(says))
		return
	case quarantine.Restored:
	default:
		r.others = append(r.others, item(says))
		return
	}
	r.names, r.only = append(r.names, name), item(says)
}

func (r restoredAlike) lines(again string) []line {
	out := append(r.left, few(r.others, maxStandings)...)
	switch len(r.names) {
	case 0:
		return out
	case 1:
		return append(out, r.only)
	}
	names := strings.Join(r.names[:min(len(r.names), maxThings)], ", ")
	if more := len(r.names) - maxThings; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return append(out, item(names+": each RESTORED, "+again))
}

func known(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
