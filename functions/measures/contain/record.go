package contain

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// record puts on record what the read-back shows.
func (c *containment) record(ctx context.Context, instance quarantine.Instance, held measure.Result) (done quarantine.Containment, first bool, err error) {
	done = c.shown(instance, held)
	err = c.Ledger.Append(ctx, done.Incident, quarantine.Event{
		At: done.ContainedAt, Kind: quarantine.EventContained, By: c.in.Claim.Owner, ID: c.in.Execution.Name,
		Text: fmt.Sprintf("%s (%s)", c.words(held), c.in.Finding.Scored(c.in.Verdict)),
	})
	if err != nil {
		return quarantine.Containment{}, false, err
	}
	if first, err = c.Incidents.Contained(ctx, c.in.Claim, c.in.Finding, c.in.Verdict, done); err != nil {
		return quarantine.Containment{}, false, fmt.Errorf("the measure %s holds %s, as read back, but the ledger was not told: %w", c.info().Name, c.in.Claim.Resource.ID, err)
	}
	return done, first, nil
}

func (c *containment) shown(instance quarantine.Instance, held measure.Result) quarantine.Containment {
	info := c.info()
	done := quarantine.Containment{
		Incident: c.in.Claim.Incident, Subnets: []quarantine.Quarantine{}, Things: held.Things, ContainedAt: c.Clock.Now().UTC(), Warnings: c.warnings,
	}
	if !c.inPlace() {
		done.RemainsOpen = measure.StaysOpen(info.Kind, []measure.Info{info})
		return done
	}
	done.Instance, done.By, done.RemainsOpen = instance, c.in.Measure, info.StaysOpenAlone()
	if c.in.Why != "" {
		done.Warnings = slices.Insert(done.Warnings, 0, c.in.Why)
	}
	return done
}

func (c *containment) words(held measure.Result) string {
	says := measures.Words(c.info(), c.in.Claim.Incident, held)
	if c.inPlace() {
		return c.in.Claim.Resource.ID + " contained by " + c.in.Measure + " alone, its subnets are not cut: " + says
	}
	return says
}
