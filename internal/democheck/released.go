package democheck

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ErrNoIncident means that the demo's instance never had an incident.
var ErrNoIncident = errors.New("the ledger has no incident of the demo's instance: run demo-check without --released first")

// Return follows the release of the demo's latest incident; it does not start the
// release. Errors: ErrNoIncident; *StuckError.
func (c *Check) Return(ctx context.Context) (Report, error) {
	c.report = Report{Demo: c.Demo, StartedAt: time.Now().UTC(), Steps: []Step{}}
	incident, err := c.Records.Latest(ctx)
	if err != nil {
		return c.report, err
	}
	if incident == "" {
		return c.report, ErrNoIncident
	}
	c.report.Incident = incident
	var release quarantine.Release
	return c.run(ctx, []step{c.released(incident, &release), c.aclRestored(&release), c.pageAnswers(PageBack, pageLimit)})
}

// released waits for the release, and stores its outcome in release.
func (c *Check) released(incident string, release *quarantine.Release) step {
	return step{
		name: Released, waiting: "the release of " + incident, every: seldom,
		advice: func() string { return "Release it: " + c.ReleaseCommand(incident) },
		look: func(ctx context.Context) (string, bool, error) {
			r, err := c.Records.Release(ctx, incident)
			if err != nil || r == nil {
				return "", false, err
			}
			*release = *r
			return fmt.Sprintf("%s was released by %s: %s", incident, r.By, r.Reason), true, nil
		},
	}
}

// aclRestored checks that the subnet has the ACL again that it had before.
func (c *Check) aclRestored(release *quarantine.Release) step {
	return step{
		name: ACLRestored, waiting: "the ACL that stood on " + c.Demo.SubnetID + " before", every: often,
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
	e := &StuckError{Step: ACLRestored, Outcome: Failed, Why: fmt.Sprintf("%s, and on record is %q", text, recorded),
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

// ReleaseCommand is the command line that releases the demo.
func (c *Check) ReleaseCommand(incident string) string {
	return c.Command("release", incident+` --reason "the demo is over"`)
}
