package message

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (f facts) contained() (draft, error) {
	if f.Containment != nil && f.Containment.By != "" {
		return f.containedUncut()
	}
	if err := readBack(f.Containment); err != nil {
		return draft{}, err
	}
	c := f.Containment
	first := begin("CONTAINED. %s is %s, read back at %s.", f.what(), f.words.Contained(len(c.Subnets)), clock(lastVerified(f.containedHolds())))
	first.text += f.word()
	return draft{facts: f, subject: f.subject("CONTAINED"), parts: []part{
		told(slices.Concat([]line{first}, f.hit(), f.because(), f.ifFalseAlarm())...),
		toDo(slices.Concat([][]line{f.endingStep(), f.neighbourStep(), f.churnStep(), f.natStep(), f.roleStep(), f.lookStep()}, f.afterwards(), [][]line{f.evidenceStep()})...),
		part{title: "Warnings", lines: items(f.warnings())}.isOpen(),
		f.hitWhole(),
		f.openPart(openTitle, slices.Concat(f.staysOpen(), register.CutUncovered(c.Instance)), f.underWay()),
		f.described(),
		part{title: f.words.Done, lines: f.cuts()}.elsewhere(),
		f.furtherPart().elsewhere(), // what is not read back yet is among what is being taken
		f.finding(),
		f.why(),
		f.look(),
	}}, nil
}

// openPart is what stays open, each in a few words: the incident's record says it whole.
func (f facts) openPart(title string, stays []string, beside []line) part {
	p := part{title: title, lines: beside}
	if brief := f.ofItsGroup(register.Briefly(stays)); len(brief) > 0 {
		p.lines = append(spread(kinds.Capital(strings.Join(brief, "; "))+"."), beside...)
	}
	return p.isOpen()
}

// spread is a text as lines that are short enough to be shown whole.
func spread(text string) []line {
	var out []line
	for _, row := range wrap(text, maxLine) {
		out = append(out, say("%s", row))
	}
	return out
}

// readBack is nil if the containment shows, for every subnet of the instance or else for every thing
// that is cut, what stands there now and when that was seen: nothing less may be announced.
func readBack(c *quarantine.Containment) error {
	if c != nil && c.By != "" && len(c.Things) > 0 {
		return readBackUncut(c)
	}
	if c == nil || len(c.Subnets)+len(c.Things) == 0 {
		return quarantine.Failf(quarantine.BadRequest,
			"the news says contained, and shows nothing that was read back: look at it in AWS yourself")
	}
	seen := map[string]bool{}
	for _, s := range c.Subnets {
		if s.SubnetID == "" || !measure.Closed(s.Hold()) {
			return quarantine.Failf(quarantine.BadRequest,
				"the news says contained, but subnet %q was not read back: look at it in EC2 yourself", Clean(s.SubnetID, maxName))
		}
		seen[s.SubnetID] = true
	}
	for _, h := range c.Things {
		if h.Thing == "" || !measure.Closed(h) {
			return quarantine.Failf(quarantine.BadRequest,
				"the news says contained, but %q was not read back: look at it in AWS yourself", Clean(h.Thing, maxName))
		}
	}
	for _, id := range c.Instance.Subnets() {
		if !seen[id] {
			return quarantine.Failf(quarantine.BadRequest,
				"the news says contained, but the instance is also in subnet %q: look at it in EC2 yourself", Clean(id, maxName))
		}
	}
	return nil
}

// staysOpen is what is open beside the cut that was read back, and beside the further
// measures on record.
func (f facts) staysOpen() []string {
	return register.StaysOpen(append(f.containedHolds(), beyond(f.words.Cut.Name, f.heldAndLeft())...))
}

// underWay names the measures of the policy that no read-back shows yet: they are taken side
// by side with this news.
func (f facts) underWay() []line {
	if f.Triage == nil {
		return nil
	}
	var names []string
	for _, name := range f.Triage.Measures {
		held := by(name, f.heldAndLeft())
		if len(held) == 0 || slices.ContainsFunc(held, func(h quarantine.Hold) bool { return h.VerifiedAt.IsZero() && h.Outcome == "" }) {
			names = append(names, Clean(name, maxName))
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []line{say("As of this message. Being taken beside it, and told only if it fails: %s.", list(names))}
}

// cuts say of each subnet what stands there; of other things, how they are on record.
func (f facts) cuts() []line {
	if !f.words.Placed {
		return f.cutOnRecord()
	}
	var out []line
	for _, s := range f.Containment.Subnets {
		out = append(out, item(fmt.Sprintf("%s: %s now%s", s.SubnetID, s.After, shared(s))))
	}
	return few(out, maxThings)
}

func shared(s quarantine.Quarantine) string {
	switch {
	case s.Joined:
		return fmt.Sprintf("; it was under quarantine already, and %s hold it", plural(len(s.Holders), "incident"))
	case len(s.Holders) > 1:
		return fmt.Sprintf("; %s hold it", plural(len(s.Holders), "incident"))
	default:
		return ""
	}
}

// described is what was cut, as AWS described it.
func (f facts) described() part {
	p := part{title: "The " + f.words.Noun}
	if f.Containment == nil {
		return p
	}
	i := f.Containment.Instance
	if !f.words.Placed {
		p.lines = labelled("Account", f.where())
		return p
	}
	p.lines = append(p.lines, labelled("In", strings.Join(words(f.where(), i.Type, i.State, i.AutoScalingGroup()), ", "))...)
	p.lines = append(p.lines, labelled("Addresses", Clean(list(addresses(i)), maxQuoted))...)
	p.lines = append(p.lines, labelled("Profile", i.ProfileARN)...)
	return p
}

func addresses(i quarantine.Instance) []string {
	out := i.PublicIPs()
	for _, n := range i.Interfaces {
		out = append(out, words(n.PrivateIP)...)
		out = append(out, n.IPv6...)
	}
	return out
}

// words are the ones that are not empty.
func words(all ...string) []string {
	var out []string
	for _, w := range all {
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}
