package democheck

import (
	"context"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// EC2 reads how the demo's subnet stands, and the state of its instance. Errors are
// those of quarantine.Instances.
type EC2 interface {
	Instance(ctx context.Context, r quarantine.Resource) (quarantine.Instance, error)
	register.CutReader
}

// subnet is how the demo's subnet stands now; the text names it.
func (c *Check) subnet(ctx context.Context) (now measure.Stands, text string, err error) {
	now, isThere, err := register.CutStands(ctx, c.EC2, c.Demo.Resource, c.Demo.VPCID, c.Demo.SubnetID)
	if err == nil && !isThere {
		err = fmt.Errorf("EC2 does not show how %s in %s stands: the demo's stack is gone, or going", c.Demo.SubnetID, c.Demo.VPCID)
	}
	return now, c.Demo.SubnetID + " " + now.Text, err
}

// cutInEffect waits until EC2 shows the subnet cut off.
func (c *Check) cutInEffect() step {
	return step{
		name: CutInEffect, waiting: "the cut of " + c.Demo.SubnetID, every: often, limit: cutLimit,
		advice: func() string {
			return "The isolation has begun and not come to its end: " + c.Command("history", c.report.Incident)
		},
		look: func(ctx context.Context) (string, bool, error) {
			now, err := c.Records.Case(ctx)
			if err != nil {
				return "", false, err
			}
			c.report.finding(now.FindingAt)
			subnet, text, err := c.subnet(ctx)
			if err != nil {
				return "", false, err
			}
			switch {
			case subnet.Closed && !now.VerifiedAt.IsZero():
				return text + cutWords(now), true, nil
			case subnet.Spoiled != "":
				return "", false, &StuckError{Step: CutInEffect, Outcome: Failed, Why: text + ", " + subnet.Spoiled, Advice: "That is no quarantine: " + subnet.Mend}
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

// restored checks that the subnet stands again as it did before.
func (c *Check) restored(release *quarantine.Release) step {
	return step{
		name: Restored, waiting: "what stood on " + c.Demo.SubnetID + " before", every: often,
		look: func(ctx context.Context) (string, bool, error) {
			now, text, err := c.subnet(ctx)
			if err != nil {
				return "", false, err
			}
			recorded := recordedBefore(*release, c.Demo.SubnetID)
			if recorded != "" && now.Value == recorded {
				return text + ", which stood there before the cut", true, nil
			}
			return "", false, c.notRestored(ctx, text, recorded, now)
		},
	}
}

// recordedBefore is what the release had to restore on a subnet, or "".
func recordedBefore(r quarantine.Release, subnet string) string {
	for _, s := range r.Subnets {
		if s.SubnetID == subnet {
			return s.Before
		}
	}
	return ""
}

// notRestored explains why the subnet stands otherwise. A release verifies its own
// work, so there is nothing to wait for.
func (c *Check) notRestored(ctx context.Context, text, recorded string, subnet measure.Stands) error {
	e := &StuckError{Step: Restored, Outcome: Failed, Why: fmt.Sprintf("%s, and on record is %q", text, recorded),
		Advice: "What became of each subnet: " + c.Command("show", c.report.Incident)}
	now, err := c.Records.Case(ctx)
	if err != nil {
		return err
	}
	if subnet.Ours && now.open() && now.Incident != c.report.Incident {
		e.Why = fmt.Sprintf("%s: %s is %s; a finding came after the release, and the demo was cut off again", text, now.Incident, now.Status)
		e.Advice = "The demo goes on looking domains up, so its finding is repeated: release that incident and delete the demo's stack"
	}
	return e
}
