package message

import (
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// reservation is what a containment that cut no subnet is told with, before everything else.
const reservation = "tracked connections go on until they end, those through a NAT gateway or a load balancer too"

// containedUncut is the news of an instance that a measure contains in place of the cut.
func (f facts) containedUncut() (draft, error) {
	if err := readBack(f.Containment); err != nil {
		return draft{}, err
	}
	c := f.Containment
	first := say("CONTAINED BY ITS %s ALONE, %s: %s.", strings.ToUpper(spoken(c.By)), f.what(), reservation)
	second := say("%s %s, read back at %s. Its subnets are not cut, and nothing else in them is hit.",
		kinds.Capital(plural(len(c.Things), register.Named(c.By).Thing)), held(len(c.Things)), clock(lastVerified(c.Things)))
	second.text += f.word()
	return draft{facts: f, subject: f.subject("CONTAINED by its " + spoken(c.By) + " alone"), parts: []part{
		told(slices.Concat([]line{first, second}, f.because(), f.ifFalseAlarm())...),
		toDo(f.endingStep(), f.trackedStep(), f.roleStep(), f.evidenceStep()),
		part{title: "Warnings", lines: items(f.warnings())}.isOpen(),
		f.openPart(openTitle, slices.Concat(f.staysOpenUncut(), register.CutUncovered(c.Instance)), f.underWay()),
		f.described(),
		f.furtherPart(),
		f.finding(),
		f.why(),
		f.look(),
	}}, nil
}

// spoken is a measure's name as people say it: security group.
func spoken(name string) string { return strings.ReplaceAll(Clean(name, maxName), "-", " ") }

func held(n int) string {
	if n == 1 {
		return "is held"
	}
	return "are held"
}

// readBackUncut is nil if the containment shows every interface of the instance held, as read back.
func readBackUncut(c *quarantine.Containment) error {
	seen := map[string]bool{}
	for _, h := range c.Things {
		seen[h.Thing] = measure.Closed(h)
	}
	for _, n := range c.Instance.Interfaces {
		if !seen[n.ID] {
			return quarantine.Failf(quarantine.BadRequest,
				"the news says contained by %s, but interface %q was not read back: look at it in EC2 yourself", Clean(c.By, maxName), Clean(n.ID, maxName))
		}
	}
	return nil
}

// staysOpenUncut is what is open beside what contains it, and beside the further measures on record.
func (f facts) staysOpenUncut() []string {
	return register.StaysOpenUncut(append(slices.Clone(f.Containment.Things), beyond(f.Containment.By, f.heldAndLeft())...))
}

// trackedStep is what stops the connections that the group lets go on: the cut, by a person who
// weighs what it hits.
func (f facts) trackedStep() []line {
	if f.resource.ID == "" {
		return nil
	}
	return f.manualIsolation("If a connection that goes on cannot wait, cut the subnets by hand, with all that is in them; a release does not take that back.")
}

// uncutInEffect is what still contains an instance whose subnets were never cut.
func (f facts) uncutInEffect(in quarantine.Incident) string {
	things := by(in.ContainedBy, f.held())
	if len(things) == 0 || len(closed(things)) < len(things) {
		return "Whether its " + spoken(in.ContainedBy) + " still holds it everywhere is not known."
	}
	return "It is contained by its " + spoken(in.ContainedBy) + " alone, as read back at " + clock(lastVerified(things)) + "; its subnets are not cut."
}
