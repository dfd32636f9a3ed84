package message

import (
	"fmt"
	"slices"

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
		{lines: append([]line{say("%s. %s", word, outcome)}, f.about()...)},
		{title: "The decision", lines: f.releaser()},
		{title: "Warnings", lines: items(r.Warnings)},
		{title: subnetsTitle(r), lines: outcomes(r.Subnets)},
		{title: "Quarantine ACLs removed", lines: items(r.RemovedACLs)},
		{title: "What to do next", lines: f.releasedSteps()},
		f.look(),
		f.finding(),
	}}, nil
}

// restoredAsShown is nil if the release shows what it says of every subnet.
func restoredAsShown(r *quarantine.Release) error {
	if r == nil || (r.ReleasedAt.IsZero() && !r.Already) {
		return quarantine.Failf(quarantine.BadRequest,
			"the news says released, and shows no release that was completed: look at the subnets' network ACLs yourself")
	}
	for _, s := range r.Subnets {
		if !shows(s) {
			return quarantine.Failf(quarantine.BadRequest,
				"the news says %q of subnet %q, and does not show it: look at its network ACL yourself",
				Clean(string(s.Outcome), maxName), Clean(s.SubnetID, maxName))
		}
	}
	return nil
}

// shows tells whether what is said of a subnet is there to be seen: restored
// is only what is the very ACL on record, and has an association that was read.
func shows(s quarantine.ReleasedSubnet) bool {
	seen := s.SubnetID != "" && s.ACL != "" && s.Association != ""
	switch s.Outcome {
	case quarantine.Restored:
		return seen && s.ACL == s.Recorded
	case quarantine.RestoredDefault:
		return seen && s.ACL != s.Recorded
	case quarantine.StillHeld, quarantine.Drifted, quarantine.AlreadyReleased:
		return s.SubnetID != ""
	default:
		return false
	}
}

// releaseWord begins the subject, and says in a sentence what it comes to.
func (f facts) releaseWord() (word, outcome string) {
	r := f.Release
	var restored, left int
	for _, s := range r.Subnets {
		switch s.Outcome {
		case quarantine.Restored, quarantine.RestoredDefault:
			restored++
		case quarantine.StillHeld, quarantine.Drifted:
			left++
		case quarantine.AlreadyReleased: // neither: it was done before
		}
	}
	switch {
	case r.Already:
		return "RELEASED BEFORE", fmt.Sprintf("The incident of %s had been released already: nothing was done now.", f.what())
	case restored == 0:
		return "RELEASED, NOTHING RESTORED", fmt.Sprintf("The incident of %s is closed, and no network ACL was changed.", f.what())
	case left > 0:
		return "RELEASED IN PART", fmt.Sprintf("The quarantine of %s is lifted from %s, read back at %s; %s left as it was.",
			f.what(), plural(restored, "subnet"), clock(r.ReleasedAt), wasLeft(left))
	default:
		return "RELEASED", fmt.Sprintf("The quarantine of %s is lifted from %s, read back at %s.",
			f.what(), plural(restored, "subnet"), clock(r.ReleasedAt))
	}
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

// subnetsTitle says whose read-back it is.
func subnetsTitle(r *quarantine.Release) string {
	if r.Already {
		return "Its subnets, as EC2 shows them now"
	}
	return "Its subnets"
}

// outcomes say of each subnet what became of it.
func outcomes(subnets []quarantine.ReleasedSubnet) []line {
	var out []line
	for _, s := range subnets[:min(len(subnets), maxItems)] {
		out = append(out, item(fmt.Sprintf("%s: %s", inVPC(s), became(s))))
	}
	return append(out, omitted(len(subnets))...)
}

func inVPC(s quarantine.ReleasedSubnet) string {
	if s.VPCID == "" {
		return s.SubnetID
	}
	return s.SubnetID + " in " + s.VPCID
}

func became(s quarantine.ReleasedSubnet) string {
	switch s.Outcome {
	case quarantine.Restored:
		return fmt.Sprintf("RESTORED. %s stands there again, as before the quarantine (%s)", s.ACL, s.Association)
	case quarantine.RestoredDefault:
		return fmt.Sprintf("DEFAULT USED. %s is gone; the VPC's default, %s, stands there now (%s)",
			known(s.Recorded, "the ACL on record"), s.ACL, s.Association)
	case quarantine.StillHeld:
		return fmt.Sprintf("STILL HELD by %s; its network ACL was not changed", known(list(s.Holders), "other incidents"))
	case quarantine.Drifted:
		return fmt.Sprintf("LEFT ALONE. Somebody changed it meanwhile: %s stands there, and %s is on record",
			known(s.ACL, "another ACL"), known(s.Recorded, "none"))
	default: // AlreadyReleased
		return "RELEASED BEFORE. This incident did not hold it any more; nothing was changed" + currentACL(s.ACL)
	}
}

// currentACL is the end of a sentence that says what stands there now, if EC2 showed it.
func currentACL(acl string) string {
	if acl == "" {
		return ""
	}
	return ", and " + acl + " stands there now"
}

func known(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
