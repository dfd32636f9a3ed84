package democheck

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// EC2 reads the ACL of the demo's subnet and the state of its instance. Errors are
// those of quarantine.Instances and quarantine.NetworkACLs.
type EC2 interface {
	Instance(ctx context.Context, r quarantine.Resource) (quarantine.Instance, error)
	NetworkACLs(ctx context.Context, r quarantine.Resource, vpcID string) ([]quarantine.NetworkACL, error)
}

// association is the current ACL and association of the demo's subnet.
func (c *Check) association(ctx context.Context) (quarantine.NetworkACL, quarantine.Association, error) {
	acls, err := c.EC2.NetworkACLs(ctx, c.Demo.Resource, c.Demo.VPCID)
	if err != nil {
		return quarantine.NetworkACL{}, quarantine.Association{}, err
	}
	for _, acl := range acls {
		for _, a := range acl.Associations {
			if a.SubnetID == c.Demo.SubnetID {
				return acl, a, nil
			}
		}
	}
	return quarantine.NetworkACL{}, quarantine.Association{}, fmt.Errorf("EC2 lists no network ACL on %s in %s: the demo's stack is gone, or going", c.Demo.SubnetID, c.Demo.VPCID)
}

// cutInEffect waits until EC2 shows the quarantine ACL on the subnet.
func (c *Check) cutInEffect() step {
	return step{
		name: CutInEffect, waiting: "the quarantine ACL on " + c.Demo.SubnetID, every: often, limit: cutLimit,
		advice: func() string {
			return "The isolation has begun and not come to its end: " + c.Command("history", c.report.Incident)
		},
		look: func(ctx context.Context) (string, bool, error) {
			now, err := c.Records.Case(ctx)
			if err != nil {
				return "", false, err
			}
			c.report.finding(now.FindingAt)
			acl, association, err := c.association(ctx)
			if err != nil {
				return "", false, err
			}
			text := fmt.Sprintf("%s is under %s (%s)", c.Demo.SubnetID, acl.ID, association.ID)
			switch {
			case acl.Quarantines() && !now.VerifiedAt.IsZero():
				return text + cutWords(now), true, nil
			case acl.MadeByProduct() && acl.Allows > 0:
				return "", false, &StuckError{Step: CutInEffect, Outcome: Failed, Why: fmt.Sprintf("%s, to which somebody has added %d rules that let something pass", text, acl.Allows),
					Advice: "That is no quarantine: take the rules off"}
			case now.Status == quarantine.StatusFailed:
				return "", false, &StuckError{Step: CutInEffect, Outcome: Failed, Why: "the isolation FAILED; " + text,
					Advice: "The next finding tries again. What went wrong: " + c.Command("history", now.Owner)}
			}
			return text, false, nil
		},
	}
}

// cutWords describes the isolation from the ledger's record.
func cutWords(c Case) string {
	text := ", which lets nothing pass; before: " + c.Before
	if !c.FindingAt.IsZero() && c.VerifiedAt.After(c.FindingAt) {
		text += fmt.Sprintf("; read back by the isolation %s after the finding", c.VerifiedAt.Sub(c.FindingAt).Round(100*time.Millisecond))
	}
	return text
}

// restored checks that the subnet has the ACL again that it had before.
func (c *Check) restored(release *quarantine.Release) step {
	return step{
		name: Restored, waiting: "the ACL that stood on " + c.Demo.SubnetID + " before", every: often,
		look: func(ctx context.Context) (string, bool, error) {
			acl, association, err := c.association(ctx)
			if err != nil {
				return "", false, err
			}
			text := fmt.Sprintf("%s is under %s (%s)", c.Demo.SubnetID, acl.ID, association.ID)
			recorded := recordedACL(*release, c.Demo.SubnetID)
			if recorded != "" && acl.ID == recorded {
				return text + ", which stood there before the cut", true, nil
			}
			return "", false, c.notRestored(ctx, text, recorded, acl)
		},
	}
}

// recordedACL is the ACL that the release had to restore on a subnet, or "".
func recordedACL(r quarantine.Release, subnet string) string {
	for _, s := range r.Subnets {
		if s.SubnetID == subnet {
			return s.Recorded
		}
	}
	return ""
}

// notRestored explains why the subnet has another ACL. A release verifies its own
// work, so there is nothing to wait for.
func (c *Check) notRestored(ctx context.Context, text, recorded string, acl quarantine.NetworkACL) error {
	e := &StuckError{Step: Restored, Outcome: Failed, Why: fmt.Sprintf("%s, and on record is %q", text, recorded),
		Advice: "What became of each subnet: " + c.Command("show", c.report.Incident)}
	now, err := c.Records.Case(ctx)
	if err != nil {
		return err
	}
	if acl.MadeByProduct() && now.open() && now.Incident != c.report.Incident {
		e.Why = fmt.Sprintf("%s: %s is %s; a finding came after the release, and the demo was cut off again", text, now.Incident, now.Status)
		e.Advice = "The demo goes on looking domains up, so its finding is repeated: release that incident and delete the demo's stack"
	}
	return e
}
