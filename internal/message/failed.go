package message

import (
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func (f facts) containmentFailed() draft {
	_, region := f.accountRegion()
	return draft{facts: f, subject: f.subject("NOT CONTAINED (" + f.fault.label() + ")"), parts: []part{
		{lines: append([]line{
			say("NOT CONTAINED. %s", f.assumption()),
		}, f.because()...)},
		{title: "What went wrong", lines: f.fault.lines()},
		f.reached(),
		{title: "What to do next", lines: steps(f.fault.hint(region), f.cutStep(), f.groupStep(), f.againStep())},
		f.look(),
		f.finding(),
		f.why(),
	}}
}

// assumption says what must be assumed: no more than is known.
func (f facts) assumption() string {
	if f.fault.name == quarantine.InstanceGone {
		return fmt.Sprintf("%s could not be cut off, because EC2 does not know it any more.", f.what())
	}
	return fmt.Sprintf("The cut of %s failed or could not be proved: take it for reachable, and able to reach others.", f.what())
}

// reached says subnet by subnet how far it came.
func (f facts) reached() part {
	p := part{title: "Its subnets"}
	if f.Containment != nil {
		for _, s := range f.Containment.Subnets[:min(len(f.Containment.Subnets), maxItems)] {
			p.lines = append(p.lines, item(s.SubnetID+" in "+s.VPCID+": "+reachedSubnet(s)))
		}
		p.lines = append(p.lines, omitted(len(f.Containment.Subnets))...)
		return p
	}
	if ids := f.subnets(); len(ids) > 0 {
		p.lines = append(items(ids), say("as the finding gives them; they may have changed since."))
	}
	return p
}

func reachedSubnet(s quarantine.Quarantine) string {
	if s.QuarantineACL == "" || s.Association == "" || s.VerifiedAt.IsZero() {
		return "not cut off as far as is known"
	}
	return "under " + s.QuarantineACL + ", read back at " + clock(s.VerifiedAt)
}

func (f facts) cutStep() []line {
	switch f.fault.name {
	case quarantine.InstanceGone:
		return nil
	case quarantine.QuotaReached:
		return f.manualIsolation("As soon as there is room for one more ACL, you can cut it off by hand.")
	default:
		return f.manualIsolation("If it cannot wait, cut it off by hand.")
	}
}

func (f facts) againStep() []line {
	again := f.redriveSteps()
	if len(again) == 0 || f.fault.name == quarantine.InstanceGone {
		return nil
	}
	return append([]line{say("Once the cause is gone, run it again. The next finding tries by itself, " +
		"but GuardDuty repeats one after 15 minutes at the soonest, and after 6 hours unless it was told otherwise:")}, again...)
}
