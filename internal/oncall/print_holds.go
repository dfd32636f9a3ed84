package oncall

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Quarantine writes how everything stands that the incident holds, measure by measure, or
// what became of it.
func (p Printer) Quarantine(in quarantine.Incident) {
	p.Style.Heading(p.W, "Quarantine")
	shown := in.Held()
	if in.Release == nil { // also what a release that is under way has let go
		shown = slices.Concat(in.Holds, in.Unheld())
	}
	for _, h := range register.Sorted(shown) {
		p.hold(h, in.ID)
	}
	switch {
	case in.Release != nil:
		p.Release(*in.Release)
	case len(shown) == 0:
		p.say(2, "Nothing is held.")
	case in.ContainedBy != "" && in.Release == nil && len(in.HeldQuarantines()) == 0:
		p.colored(p.Style.Warn, 2, "CONTAINED BY "+strings.ToUpper(in.ContainedBy)+
			" ALONE: connections that are tracked go on until they end, whatever goes through a NAT gateway or a load balancer among them.")
		p.say(4, "The subnets are not cut, as the policy wants the neighbours spared.")
	case in.Narrowed != nil:
		p.colored(p.Style.Warn, 2, fmt.Sprintf("NARROWED %s UTC by %s: %s", minute(in.Narrowed.ReleasedAt), in.Narrowed.By, in.Narrowed.Reason))
		p.say(4, "The subnets are given back. What was open before the security group came may go on: that is not verified.")
	}
}

// Unverified writes what nobody can know of an instance that is held by its security group alone.
func (p Printer) Unverified() {
	p.Style.Heading(p.W, "What is not known, and cannot be")
	for _, text := range register.Unverified() {
		p.colored(p.Style.Warn, 2, text)
	}
}

// hold writes how a thing stands. What is not known stands out.
func (p Printer) hold(h quarantine.Hold, incident string) {
	name := register.Thing(h)
	if h.VPCID != "" {
		name = h.Thing + " in " + h.VPCID + strings.TrimPrefix(name, h.Thing)
	}
	s := register.Named(h.Measure).Standing(h, incident, func(at time.Time) string { return minute(at) + " UTC" })
	if h.HeldFor(incident) && h.Outcome == "" {
		name += ", " + heldBy(h, incident)
	}
	p.say(2, "%s", name)
	if s.Before != "" {
		p.say(4, "before: %s", s.Before)
	}
	look := p.Style.Plain
	if !s.Sure {
		look = p.Style.Warn
	}
	p.colored(look, 4, "now: "+s.State)
	for _, text := range s.Refused {
		p.colored(p.Style.Warn, 4, text)
	}
}

// Release writes what became of each thing.
func (p Printer) Release(r quarantine.Release) {
	p.say(2, "released %s UTC by %s: %s", minute(r.ReleasedAt), r.By, r.Reason)
	p.became(r)
}

// GivenBack writes what became of the subnets of an incident that goes on.
func (p Printer) GivenBack(r quarantine.Release) {
	p.say(2, "given back %s UTC by %s: %s", minute(r.ReleasedAt), r.By, r.Reason)
	p.became(r)
}

func (p Printer) became(r quarantine.Release) {
	for _, s := range r.Subnets {
		p.outcome(s.SubnetID, s.Outcome, s.Closed)
		p.say(4, "%s", register.Cut().Released.Became(s))
	}
	for _, t := range register.SortedThings(r.Things) {
		p.outcome(t.Thing, t.Outcome, false)
		p.say(4, "%s: %s", t.Measure, measure.Became(t.Outcome, t.Note))
	}
	for _, id := range r.Removed {
		p.say(2, "removed %s, which nothing used any more", id)
	}
	if a := r.FalseAlarm; a != nil && !a.Ended {
		p.say(2, "until %s UTC a person is asked about %s, instead of cutting", minute(a.Until), strings.Join(a.Types, ", "))
	}
	for _, w := range r.Warnings {
		p.colored(p.Style.Warn, 2, w)
	}
}

// outcome writes what became of a thing, in a word; closed is a subnet that is cut off all the same.
func (p Printer) outcome(thing string, o quarantine.ReleaseOutcome, closed bool) {
	look, word := p.byOutcome(o), message.Clean(string(o), terminal.Columns)
	if closed {
		look, word = p.Style.Warn, word+", cut off all the same"
	}
	fmt.Fprintf(p.W, "  %s  %s\n", terminal.Pad(message.Clean(thing, terminal.Columns), 24), look.Render(word))
}

// byOutcome is good where what stood before stands there again, and a warning where a person
// should look.
func (p Printer) byOutcome(o quarantine.ReleaseOutcome) lipgloss.Style {
	if o == quarantine.Drifted || o == quarantine.RestoredDefault || !measure.Ends(o) {
		return p.Style.Warn
	}
	return p.Style.Good
}
