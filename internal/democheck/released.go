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
	return c.run(ctx, []step{c.released(incident, &release), c.restored(&release), c.pageAnswers(PageBack, pageLimit)})
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

// ReleaseCommand is the command line that releases the demo.
func (c *Check) ReleaseCommand(incident string) string {
	return c.Command("release", incident, "--reason", "the demo is over")
}
