package oncall

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Record writes everything, in the order in which somebody on call asks for it.
func (p Printer) Record(in quarantine.Incident) {
	p.Style.Heading(p.W, "Incident "+in.ID)
	fmt.Fprintf(p.W, "  %s, %s\n", kinds.Named(in.Resource, in.Holds), p.byState(in))
	if d := in.Described; d != nil {
		when := "when it was contained"
		if in.Status == quarantine.StatusObserved {
			when = "then"
		}
		p.say(2, "%s", described(*d)+", as AWS described it "+when)
	}
	p.say(2, "%s", place(in.Resource))
	if in.Newer > 0 {
		p.say(2, "A newer release has written on this record (version %d; this program knows %d). What this program does not know of it is not shown.",
			in.Newer, quarantine.ItemVersion)
	}
	if in.Status == quarantine.StatusObserved {
		p.observedRecord(in)
		return
	}
	if !in.OpenedAt.IsZero() {
		p.say(2, "opened %s UTC, contained %s UTC", minute(in.OpenedAt), minute(in.ContainedAt))
	}
	p.Hit(in)
	p.Asked(in.Questions)
	p.Findings(in)
	p.Quarantine(in)
	p.Watch(in)
	p.Evidence(in)
	p.Timeline(in)
	if open := remainsOpen(in); len(open) > 0 {
		p.Style.Heading(p.W, "What the quarantine does not cover")
		for _, text := range open {
			p.say(2, "%s", text)
		}
	}
	p.Next(in)
}

// Timeline writes what happened, and who or what did it.
func (p Printer) Timeline(in quarantine.Incident) {
	p.Style.Heading(p.W, "Timeline (UTC)")
	for _, e := range in.Timeline {
		fmt.Fprintf(p.W, "  %s  %s\n", p.Style.Dim.Render(e.At.UTC().Format("2006-01-02 15:04:05")), message.Clean(string(e.Kind), terminal.Columns-25))
		p.say(6, "%s", e.Text)
		p.colored(p.Style.Dim, 6, e.By)
	}
}

// described is for example "web-page" (quoted), t3.micro.
func described(d quarantine.Described) string {
	switch {
	case d.Name == "":
		return d.Type
	case d.Type == "":
		return quoted(d.Name)
	}
	return quoted(d.Name) + ", " + d.Type
}

// place is where a resource is.
func place(r quarantine.Resource) string {
	if kinds.Of(r.Kind).Global {
		return "account " + r.AccountID
	}
	return "account " + r.AccountID + ", " + r.Region
}

// Findings prints the finding that opened the incident, and those that joined it.
func (p Printer) Findings(in quarantine.Incident) {
	title := "Findings"
	if in.ByWordAlone() {
		title = "By a person's word"
	}
	p.Style.Heading(p.W, title)
	for n, f := range in.Findings {
		if n == 0 {
			p.say(2, "%s", f.Judged(f.Score))
		} else {
			p.say(2, "%s UTC joined: %s", minute(f.At), f.Judged(f.Score))
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
		if !r.AskedAt.IsZero() {
			p.say(2, "%s asked %s UTC through %s", r.ID, minute(r.AskedAt), cmp.Or(strings.Join(r.Asked, ", "), "channels that are not on record"))
		}
		switch {
		case r.Decision != nil:
			p.say(2, "whether to %s: %s", r.Purpose, Decided(r))
		case r.Status == quarantine.RequestPending:
			p.colored(p.Style.Warn, 2, fmt.Sprintf("whether to %s: waits for a person, %s left:", r.Purpose, left(r.ExpiresAt.Sub(p.Now()))))
			p.command(p.Style.Warn, 4, "approve", r.ID)
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

// locked says until when a snapshot is locked, as was read when its state went on record.
func locked(s quarantine.Snapshot) string {
	if s.Lock == nil {
		return ""
	}
	return fmt.Sprintf("locked (%s) until %s UTC", s.Lock.State, minute(s.Lock.Until))
}

// Evidence writes the snapshots and the hash of every artifact.
func (p Printer) Evidence(in quarantine.Incident) {
	p.Style.Heading(p.W, "Evidence")
	if len(in.Evidence.Artifacts) == 0 {
		p.say(2, "None is on record.")
	}
	for _, s := range in.Evidence.Snapshots {
		p.say(2, "%s of %s %s %s", s.ID, s.VolumeID, s.State, cmp.Or(s.Message, locked(s)))
	}
	for _, a := range in.Evidence.Artifacts {
		p.say(2, "%s, %d bytes, %s UTC", a.Name, a.Bytes, minute(a.TakenAt))
		p.colored(p.Style.Dim, 4, "sha256 "+a.SHA256)
	}
}
