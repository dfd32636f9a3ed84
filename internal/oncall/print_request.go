package oncall

import (
	"fmt"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Undelivered tells whether a decision is on record that the state machine does
// not have.
func Undelivered(r quarantine.ApprovalRequest) bool { return r.Decision != nil && !r.Delivered }

// Request shows what is being decided.
func (p Printer) Request(r quarantine.ApprovalRequest, approve bool) {
	p.Style.Heading(p.W, fmt.Sprintf("Request %s: whether to %s %s", r.ID, r.Purpose, kinds.Named(r.Resource, nil)))
	p.say(2, "%s, incident %s", place(r.Resource), r.Incident)
	p.say(2, "%s", r.Finding.Judged(r.Score))
	p.say(4, "%s", r.Finding.Title)
	p.reasons(r.Reasons)
	p.say(2, "asked %s UTC by execution %s, %d reminders", minute(r.AskedAt), r.Execution.Name, r.Reminders)
	if Undelivered(r) {
		p.colored(p.Style.Warn, 2, fmt.Sprintf("on record is %s by %s at %s UTC; going on hands that over, whatever this command says",
			strings.ToUpper(string(r.Status)), r.Decision.By, minute(r.Decision.At)))
		p.consequence(r, *r.Decision)
	}
	if r.Status != quarantine.RequestPending {
		return
	}
	p.say(2, "it expires %s UTC, in %s", minute(r.ExpiresAt), left(r.ExpiresAt.Sub(p.Now())))
	p.consequence(r, quarantine.Decision{Approve: approve})
}

// consequence writes what a decision does.
func (p Printer) consequence(r quarantine.ApprovalRequest, d quarantine.Decision) {
	p.colored(p.Style.Warn, 2, consequence(r, d))
	if r.Purpose == quarantine.PurposeRelease && !d.Approve && !d.Narrow {
		p.command(p.Style.Warn, 4, "release", r.Incident)
	}
}

func consequence(r quarantine.ApprovalRequest, d quarantine.Decision) string {
	purpose, words := r.Purpose, kinds.Of(r.Resource.Kind)
	switch {
	case d.Narrow:
		return "Narrowing gives back the subnets alone: the instance stays contained by its security group, and this is asked again."
	case purpose == quarantine.PurposeRelease && d.Approve:
		return "Approving puts back what stood before the quarantine, except where another incident holds a thing or somebody has changed it."
	case purpose == quarantine.PurposeRelease:
		return "Denying keeps the quarantine, until somebody releases it:"
	case d.Approve:
		return "If you approve, " + words.Ask.Approve + " Then evidence is taken."
	}
	return "Denying leaves the " + words.Noun + " as it is. That goes on record, and people are told."
}
