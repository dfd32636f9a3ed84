package isolate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// readBacks bounds how often one invocation cuts further subnets because the instance has
// come to be in them meanwhile. The state machine retries beyond that.
const readBacks = 3

// readBack reads EC2 again until it shows every subnet of the instance cut off: an
// interface that was attached meanwhile in another subnet would stay open.
func (c *isolation) readBack(ctx context.Context) error {
	for range readBacks {
		live := c.instance
		err := c.cut.ReadBack(ctx, func() (err error) {
			live, err = c.Instances.Instance(ctx, c.in.Claim.Resource)
			if quarantine.Is(err, quarantine.InstanceGone) {
				live, err = c.instance, nil // cut off before it ended
			}
			return err
		})
		if err != nil {
			return err
		}
		came := live.Beyond(c.instance)
		if len(came) == 0 {
			return nil
		}
		c.instance.Interfaces = slices.Concat(c.instance.Interfaces, came)
		if err := c.cutFurther(ctx); err != nil {
			return fmt.Errorf("%s, and then it had interfaces in %s, too: %w", c.cut.Shown(), subnetsOf(came), err)
		}
	}
	return quarantine.Failf(quarantine.NotVerified, "%s keeps getting interfaces in further subnets", c.instance.ID)
}

// cutFurther cuts the subnets that the instance has come to be in. The brake does not hold
// up a cut that has begun.
func (c *isolation) cutFurther(ctx context.Context) error {
	if err := c.admissible(); err != nil {
		return err
	}
	if err := c.cut.Extend(ctx, c.instance); err != nil {
		return err
	}
	return c.cut.Apply(ctx)
}

func subnetsOf(interfaces []quarantine.Interface) string {
	return strings.Join(quarantine.Instance{Interfaces: interfaces}.Subnets(), ", ")
}

// confirm reads back, and puts on record what the read-back shows.
func (c *isolation) confirm(ctx context.Context) (quarantine.Containment, error) {
	if err := c.readBack(ctx); err != nil {
		return quarantine.Containment{}, err
	}
	done := quarantine.Containment{
		Incident: c.in.Claim.Incident, Instance: c.instance, ContainedAt: c.Clock.Now().UTC(), Neighbours: c.hit(),
	}
	var err error
	done.Subnets, done.Warnings, err = c.cut.Record(ctx, done.ContainedAt, func() error {
		return c.Ledger.Append(ctx, c.in.Claim.Incident, c.event(done.ContainedAt))
	})
	if err != nil {
		return quarantine.Containment{}, err
	}
	done.RemainsOpen = append(measure.StaysOpen(quarantine.KindInstance, []measure.Info{register.Cut()}), networkacl.Uncovered(c.instance)...)
	done.Warnings = slices.Concat(done.Warnings, c.warnings, networkacl.Beside(c.instance), measure.EndedByGroup(c.instance))
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
		Text: fmt.Sprintf("%s cut off: %s (%s)", c.instance.ID, c.cut.Shown(), c.in.Finding.Scored(c.in.Verdict)),
	}
}
