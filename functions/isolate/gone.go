package isolate

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// ifGone ends the incident of an instance that is gone: one of which nothing was cut would
// stay open for as long as no person releases it. The isolation has failed all the same,
// and people are told. A passing failure to end it comes first, so that it is tried again.
func (c *isolation) ifGone(ctx context.Context, err error) error {
	if !quarantine.Is(err, quarantine.InstanceGone) {
		return err
	}
	ended, failed := c.Ledger.EndUncut(ctx, c.incident().EndedUncut(c.in.Claim.Owner, c.Clock.Now()))
	switch {
	case failed != nil:
		return quarantine.TransientFirst(err, failed)
	case ended:
		return quarantine.Failf(quarantine.InstanceGone, "%w. Nothing was cut, and incident %s is closed", err, c.in.Claim.Incident)
	default:
		return quarantine.Failf(quarantine.InstanceGone, "%w. Incident %s has cut subnets, or tried to: its record says which it holds, and a release gives them back", err, c.in.Claim.Incident)
	}
}

// incident is the claim's as far as this invocation knows it.
func (c *isolation) incident() quarantine.Incident {
	f := c.in.Finding
	opened := f.EventTime
	if opened.IsZero() {
		opened = c.Clock.Now()
	}
	return quarantine.Incident{
		ID: c.in.Claim.Incident, Resource: c.in.Claim.Resource, Owner: c.in.Claim.Owner, ReleasedIn: c.in.Claim.Owner,
		Findings: []quarantine.IncidentFinding{{FindingSummary: f.Summary(), Score: c.in.Verdict.Score, At: opened}},
		Verdict:  c.in.Verdict, OpenedAt: opened.UTC(),
	}
}
