package isolate

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// confirm reads back, and puts on record what the read-back shows.
func (c *isolation) confirm(ctx context.Context) (quarantine.Containment, error) {
	if err := c.cut.ReadBack(ctx); err != nil {
		return quarantine.Containment{}, err
	}
	done := quarantine.Containment{Incident: c.in.Claim.Incident, Instance: c.instance, ContainedAt: c.Clock.Now().UTC()}
	var err error
	done.Subnets, done.Warnings, err = c.cut.Record(ctx, done.ContainedAt, func() error {
		return c.Ledger.Append(ctx, c.in.Claim.Incident, c.event(done.ContainedAt))
	})
	if err != nil {
		return quarantine.Containment{}, err
	}
	done.RemainsOpen = append(measure.StaysOpen([]measure.Info{register.Cut()}), networkacl.Uncovered(c.instance)...)
	done.Warnings = slices.Concat(done.Warnings, c.warnings, networkacl.Beside(c.instance), c.undoing())
	c.first, err = c.Ledger.Contained(ctx, c.in.Claim, c.in.Finding, c.in.Verdict, done)
	if err != nil {
		return quarantine.Containment{}, fmt.Errorf("the subnets are cut off and read back, but the ledger was not told: %w", err)
	}
	return done, nil
}

// event is the containment in the incident's time series.
func (c *isolation) event(at time.Time) quarantine.Event {
	return quarantine.Event{
		At: at, Kind: quarantine.EventContained, By: c.in.Claim.Owner, ID: c.in.Execution.Name,
		Text: fmt.Sprintf("%s cut off: %s (%s, score %d)", c.instance.ID, c.cut.Shown(), c.in.Finding.Type, c.in.Verdict.Score),
	}
}

// undoing warns of what can undo the cut or destroy the evidence.
func (c *isolation) undoing() []string {
	group := c.instance.AutoScalingGroup()
	if group == "" {
		return nil
	}
	return []string{"the instance belongs to Auto Scaling group " + group +
		": failing health checks will have it terminated, and its evidence with it. Detach it, or suspend the group's Terminate and ReplaceUnhealthy processes now"}
}
