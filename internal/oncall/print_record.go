package oncall

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Record writes everything, in the order in which somebody on call asks for it.
func (p Printer) Record(in quarantine.Incident) {
	p.Style.Heading(p.W, "Incident "+in.ID)
	fmt.Fprintf(p.W, "  %s, %s\n", in.Resource.ID, p.byStatus(in.Status))
	p.say(2, "account %s, %s", in.Resource.AccountID, in.Resource.Region)
	if !in.OpenedAt.IsZero() {
		p.say(2, "opened %s UTC, contained %s UTC", minute(in.OpenedAt), minute(in.ContainedAt))
	}
	p.Asked(in.Questions)
	p.Findings(in)
	p.Quarantine(in)
	p.Evidence(in)
	p.Style.Heading(p.W, "Timeline (UTC)")
	for _, e := range in.Timeline {
		fmt.Fprintf(p.W, "  %s  %s\n", p.Style.Dim.Render(e.At.UTC().Format("2006-01-02 15:04:05")), message.Clean(string(e.Kind), terminal.Columns-25))
		p.say(6, "%s", e.Text)
		p.colored(p.Style.Dim, 6, e.By)
	}
	if open := remainsOpen(in); len(open) > 0 {
		p.Style.Heading(p.W, "What the quarantine does not cover")
		for _, text := range open {
			p.say(2, "%s", text)
		}
	}
}

// Findings prints the finding that opened the incident, and those that joined it.
func (p Printer) Findings(in quarantine.Incident) {
	p.Style.Heading(p.W, "Findings")
	for n, f := range in.Findings {
		if n == 0 {
			p.say(2, "%s, severity %g, score %d", f.Type, f.Severity, f.Score)
		} else {
			p.say(2, "%s UTC joined: %s, severity %g, score %d", minute(f.At), f.Type, f.Severity, f.Score)
		}
		p.say(4, "%s", f.Title)
		p.say(4, "%s", f.ID)
		if n == 0 {
			p.reasons(in.Verdict.Reasons)
		}
	}
}

func (p Printer) reasons(all []quarantine.Reason) {
	for _, r := range all {
		points := ""
		if r.Points != 0 {
			points = fmt.Sprintf("%+d ", r.Points)
		}
		p.say(4, "%s%s", points, r.Text)
	}
}

// Asked writes what was asked of people, and what came of it.
func (p Printer) Asked(all []quarantine.ApprovalRequest) {
	for _, r := range all {
		switch {
		case r.Decision != nil:
			p.say(2, "whether to %s: %s", r.Purpose, Decided(r))
		case r.Status == quarantine.RequestPending:
			p.colored(p.Style.Warn, 2, fmt.Sprintf("whether to %s: waits for a person, %s left: %s",
				r.Purpose, left(r.ExpiresAt.Sub(p.Now())), p.command("approve", r.ID)))
		default:
			p.say(2, "whether to %s: nobody decided until %s UTC (%s)", r.Purpose, minute(r.ExpiresAt), r.ID)
		}
	}
}

// Decided is for example "approved by X through cli at 2026-01-15 12:00 UTC: why".
func Decided(r quarantine.ApprovalRequest) string {
	text := fmt.Sprintf("%s by %s through %s at %s UTC", r.Status, r.Decision.By, r.Decision.Via, minute(r.Decision.At))
	if r.Decision.Reason != "" {
		text += ": " + r.Decision.Reason
	}
	return text
}

// Quarantine writes what stands on the subnets, or what became of them.
func (p Printer) Quarantine(in quarantine.Incident) {
	p.Style.Heading(p.W, "Quarantine")
	held := in.HeldQuarantines()
	for _, q := range held {
		p.say(2, "%s in %s, %s", q.SubnetID, q.VPCID, heldBy(q, in.ID))
		p.say(4, "before: %s (%s)", cmp.Or(q.OriginalACL, "nobody knows what"), cmp.Or(q.OriginalAssociation, "association not on record"))
		if q.QuarantineACL == "" {
			p.say(4, "now: not read back yet")
			continue
		}
		p.say(4, "since: %s (%s), read back %s UTC", q.QuarantineACL, q.Association, minute(q.VerifiedAt))
	}
	switch {
	case in.Release != nil:
		p.Release(*in.Release)
	case len(held) == 0:
		p.say(2, "No subnet is held.")
	}
}

// Release writes what became of each subnet.
func (p Printer) Release(r quarantine.Release) {
	p.say(2, "released %s UTC by %s: %s", minute(r.ReleasedAt), r.By, r.Reason)
	for _, s := range r.Subnets {
		look := p.Style.Good
		if s.Outcome == quarantine.Drifted || s.Outcome == quarantine.RestoredDefault {
			look = p.Style.Warn
		}
		fmt.Fprintf(p.W, "  %s  %s\n", terminal.Pad(s.SubnetID, 24), look.Render(string(s.Outcome)))
		if s.ACL != "" {
			p.say(4, "under %s (%s)", s.ACL, s.Association)
		}
		if len(s.Holders) > 0 {
			p.say(4, "still held by %s", strings.Join(s.Holders, ", "))
		}
	}
	p.things(r.Things)
	for _, acl := range r.RemovedACLs {
		p.say(2, "removed %s, which nothing used any more", acl)
	}
	for _, w := range r.Warnings {
		p.colored(p.Style.Warn, 2, w)
	}
}

// things writes what became of what further measures held.
func (p Printer) things(all []quarantine.ReleasedThing) {
	for _, t := range all {
		look := p.Style.Good
		if t.Outcome == quarantine.Drifted || t.Outcome == quarantine.RestoredDefault {
			look = p.Style.Warn
		}
		fmt.Fprintf(p.W, "  %s  %s\n", terminal.Pad(message.Clean(t.Thing, terminal.Columns), 24), look.Render(string(t.Outcome)))
		p.say(4, "%s, %s", t.Measure, measure.Became(t.Outcome, t.Note))
	}
}

// Evidence writes the snapshots and the hash of every artifact.
func (p Printer) Evidence(in quarantine.Incident) {
	p.Style.Heading(p.W, "Evidence")
	if len(in.Evidence.Artifacts) == 0 {
		p.say(2, "None is on record.")
	}
	for _, s := range in.Evidence.Snapshots {
		p.say(2, "%s of %s %s %s", s.ID, s.VolumeID, s.State, s.Message)
	}
	for _, a := range in.Evidence.Artifacts {
		p.say(2, "%s, %d bytes, %s UTC", a.Name, a.Bytes, minute(a.TakenAt))
		p.colored(p.Style.Dim, 4, "sha256 "+a.SHA256)
	}
}
