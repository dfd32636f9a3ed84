package democheck

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

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

// aclInEffect waits until EC2 shows the quarantine ACL on the subnet.
func (c *Check) aclInEffect() step {
	return step{
		name: ACLInEffect, waiting: "the quarantine ACL on " + c.Demo.SubnetID, every: often, limit: cutLimit,
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
				return "", false, &StuckError{Step: ACLInEffect, Outcome: Failed, Why: fmt.Sprintf("%s, to which somebody has added %d rules that let something pass", text, acl.Allows),
					Advice: "That is no quarantine: take the rules off"}
			case now.Status == quarantine.StatusFailed:
				return "", false, &StuckError{Step: ACLInEffect, Outcome: Failed, Why: "the isolation FAILED; " + text,
					Advice: "The next finding tries again. What went wrong: " + c.Command("history", now.Owner)}
			}
			return text, false, nil
		},
	}
}

// cutWords describes the isolation from the ledger's record.
func cutWords(c Case) string {
	text := ", which lets nothing pass; before: " + c.OriginalACL
	if !c.FindingAt.IsZero() && c.VerifiedAt.After(c.FindingAt) {
		text += fmt.Sprintf("; read back by the isolation %s after the finding", c.VerifiedAt.Sub(c.FindingAt).Round(100*time.Millisecond))
	}
	return text
}
