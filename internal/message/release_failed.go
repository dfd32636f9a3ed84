package message

import (
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// releaseFailed is bad news, and needs nothing to be told.
func (f facts) releaseFailed() draft {
	return draft{facts: f, subject: f.subject("NOT RELEASED (" + f.fault.label() + ")"), parts: []part{
		{lines: append([]line{say("NOT RELEASED. The quarantine of %s could not be lifted, or not everywhere: "+
			"take its subnets for cut off until you have looked.", f.what())}, f.about()...)},
		{title: "What went wrong", lines: f.fault.lines()},
		{title: "The decision", lines: decided(f.decision())},
		f.releasedSoFar(),
		{title: "What to do next", lines: steps(f.releaseHint(), f.tryAgain(), f.restoreByHand())},
		f.look(),
		f.finding(),
	}}
}

// releasedSoFar says of each subnet what is shown of it, and no more.
func (f facts) releasedSoFar() part {
	p := part{title: "Its subnets"}
	if f.Release == nil {
		return p
	}
	all := f.Release.Subnets
	for _, s := range all[:min(len(all), maxItems)] {
		text := "not restored, as far as is known"
		if shows(s) {
			text = became(s)
		}
		p.lines = append(p.lines, item(inVPC(s)+": "+text))
	}
	p.lines = append(p.lines, omitted(len(all))...)
	return p
}

// releaseHints are those of errors that mean something else in a release.
var releaseHints = map[string]string{
	quarantine.LockLost: "Another execution has the instance's lock: it isolates it again, or releases it too. " +
		"Look at its incidents before anything else, with \"quarantine list\".",
	quarantine.BadRequest: "The ledger does not know the incident, or a function was given input that it cannot work with. " +
		"Compare its id with those of \"quarantine list\".",
	quarantine.Contended: "A new finding, another release or infrastructure as code changes the same subnets at the same time. " +
		"Find out which, and release once it is over.",
	quarantine.NotVerified: "A network ACL was put back, but reading it back did not show it. " +
		"Look at the subnets' network ACLs before anything else.",
}

func (f facts) releaseHint() []line {
	if text, ok := releaseHints[f.fault.name]; ok {
		return []line{say("%s", text)}
	}
	_, region := f.accountRegion()
	return f.fault.hint(region)
}

func (f facts) tryAgain() []line {
	return f.releaseStep("Once the cause is gone, release again. What was done already is not done twice:")
}

// releaseStep is empty where no incident is known.
func (f facts) releaseStep(first string) []line {
	if f.incident() == "" {
		return nil
	}
	return []line{say("%s", first), run("quarantine", "release", arg(f.incident()), "--reason", "TEXT")}
}

// restoreByHand puts ACLs back without the product. The ACL that cuts a subnet
// off carries, as tags, what stood there and which incidents hold it.
func (f facts) restoreByHand() []line {
	out := []line{say("If it cannot wait, put the network ACLs back by hand. The ACL that stands there now says in its tags " +
		"which one stood there before (" + quarantine.TagOriginal + "SUBNET) and which incidents hold it (" + quarantine.TagHolder +
		"INCIDENT): leave a subnet alone that another open incident needs cut off. For each subnet:")}
	for subnet, acl := range f.originals {
		out = append(out, line{lead: "   - ", text: subnet + ": " + acl + " stood there before"})
	}
	return append(out,
		f.aws("ec2 describe-network-acls", "--filters", f.subnetFilter("association.subnet-id")),
		f.aws("ec2 replace-network-acl-association", "--association-id", "ASSOCIATION", "--network-acl-id", "ORIGINAL"))
}

// originals gives each subnet with the ACL on record for it, as far as known.
func (f facts) originals(yield func(subnet, acl string) bool) {
	if f.Release != nil && len(f.Release.Subnets) > 0 {
		for _, s := range f.Release.Subnets[:min(len(f.Release.Subnets), maxItems)] {
			if s.Recorded != "" && !yield(s.SubnetID, s.Recorded) {
				return
			}
		}
		return
	}
	if f.Containment == nil {
		return
	}
	for _, s := range f.Containment.Subnets[:min(len(f.Containment.Subnets), maxItems)] {
		if s.OriginalACL != "" && !yield(s.SubnetID, s.OriginalACL) {
			return
		}
	}
}
