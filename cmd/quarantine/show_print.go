package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// show writes everything, in the order in which somebody on call asks for it.
func (c *onCall) show(in shown) {
	heading(c.s.out, c.st, "Incident "+in.ID)
	fmt.Fprintf(c.s.out, "  %s, %s\n", in.Target.InstanceID, c.byStatus(in.Status))
	c.say(2, "account %s, %s", in.Target.AccountID, in.Target.Region)
	if !in.OpenedAt.IsZero() {
		c.say(2, "opened %s UTC, contained %s UTC", minute(in.OpenedAt), minute(in.ContainedAt))
	}
	c.showQuestions(in.Questions)
	c.showFindings(in)
	c.showQuarantine(in)
	c.showEvidence(in)
	heading(c.s.out, c.st, "Timeline (UTC)")
	for _, e := range in.Events {
		fmt.Fprintf(c.s.out, "  %s  %s\n", c.st.dim.Render(e.At.UTC().Format("2006-01-02 15:04:05")), message.Clean(e.Kind, columns-25))
		c.say(6, "%s", e.Text)
		c.colored(c.st.dim, 6, e.By)
	}
	if len(in.RemainsOpen) > 0 {
		heading(c.s.out, c.st, "What the quarantine does not cover")
		for _, text := range in.RemainsOpen {
			c.say(2, "%s", text)
		}
	}
}

func (c *onCall) showFindings(in shown) {
	heading(c.s.out, c.st, "Findings")
	if in.Finding.ID != "" {
		c.say(2, "%s, severity %g, score %d", in.Finding.Type, in.Finding.Severity, in.Score)
		c.say(4, "%s", in.Finding.Title)
		c.say(4, "%s", in.Finding.ID)
	}
	c.showReasons(in.Reasons)
	for _, f := range in.Joined {
		c.say(2, "%s UTC joined: %s, score %d", minute(f.At), f.Type, f.Score)
		c.say(4, "%s", f.ID)
	}
}

func (c *onCall) showReasons(all []quarantine.Reason) {
	for _, r := range all {
		points := ""
		if r.Points != 0 {
			points = fmt.Sprintf("%+d ", r.Points)
		}
		c.say(4, "%s%s", points, r.Text)
	}
}

// showQuestions writes what was asked of people, and what came of it.
func (c *onCall) showQuestions(all []quarantine.ApprovalRequest) {
	for _, r := range all {
		switch {
		case r.Decision != nil:
			c.say(2, "whether to %s: %s", r.Purpose, decided(r))
		case r.Status == quarantine.RequestPending:
			c.colored(c.st.warn, 2, fmt.Sprintf("whether to %s: waits for a person, %s left: quarantine approve %s",
				r.Purpose, left(r.ExpiresAt.Sub(c.book.Clock.Now())), r.ID))
		default:
			c.say(2, "whether to %s: nobody decided until %s UTC (%s)", r.Purpose, minute(r.ExpiresAt), r.ID)
		}
	}
}

// decided is for example "approved by X through cli at 2026-01-15 12:00 UTC: why".
func decided(r quarantine.ApprovalRequest) string {
	text := fmt.Sprintf("%s by %s through %s at %s UTC", r.Status, r.Decision.By, r.Decision.Via, minute(r.Decision.At))
	if r.Decision.Reason != "" {
		text += ": " + r.Decision.Reason
	}
	return text
}

// showQuarantine writes what stands on the subnets, or what became of them.
func (c *onCall) showQuarantine(in shown) {
	heading(c.s.out, c.st, "Quarantine")
	for _, q := range in.Quarantines {
		c.say(2, "%s in %s, %s", q.SubnetID, q.VPCID, heldBy(q, in.ID))
		c.say(4, "before: %s (%s)", cmp.Or(q.OriginalACL, "nobody knows what"), cmp.Or(q.OriginalAssociation, "association not on record"))
		if q.QuarantineACL == "" {
			c.say(4, "now: not read back yet")
			continue
		}
		c.say(4, "since: %s (%s), read back %s UTC", q.QuarantineACL, q.Association, minute(q.VerifiedAt))
	}
	switch {
	case in.Release != nil:
		c.showRelease(*in.Release)
	case len(in.Quarantines) == 0:
		c.say(2, "No subnet is held.")
	}
}

// showRelease writes what became of each subnet.
func (c *onCall) showRelease(r quarantine.Release) {
	c.say(2, "released %s UTC by %s: %s", minute(r.ReleasedAt), r.By, r.Reason)
	for _, s := range r.Subnets {
		look := c.st.good
		if s.Outcome == quarantine.Drifted || s.Outcome == quarantine.RestoredDefault {
			look = c.st.warn
		}
		fmt.Fprintf(c.s.out, "  %s  %s\n", pad(s.SubnetID, 24), look.Render(string(s.Outcome)))
		if s.ACL != "" {
			c.say(4, "under %s (%s)", s.ACL, s.Association)
		}
		if len(s.Holders) > 0 {
			c.say(4, "still held by %s", strings.Join(s.Holders, ", "))
		}
	}
	for _, acl := range r.RemovedACLs {
		c.say(2, "removed %s, which nothing used any more", acl)
	}
	for _, w := range r.Warnings {
		c.colored(c.st.warn, 2, w)
	}
}

// showEvidence writes the snapshots and the hash of every artifact.
func (c *onCall) showEvidence(in shown) {
	heading(c.s.out, c.st, "Evidence")
	if len(in.Artifacts) == 0 {
		c.say(2, "None is on record.")
	}
	for _, s := range in.Snapshots {
		c.say(2, "%s of %s %s %s", s.ID, s.VolumeID, s.State, s.Message)
	}
	for _, a := range in.Artifacts {
		c.say(2, "%s, %d bytes, %s UTC", a.Name, a.Bytes, minute(a.TakenAt))
		c.colored(c.st.dim, 4, "sha256 "+a.SHA256)
	}
}
