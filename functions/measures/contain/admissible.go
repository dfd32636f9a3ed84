package contain

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// admissible refuses, while nothing is changed, an incident that is over, what the policy exempts as
// AWS shows it now, what is beyond its limit, and a measure in place of the cut that cannot hold
// everything.
func (c *containment) admissible(ctx context.Context) error {
	record, err := c.Ledger.Incident(ctx, c.in.Claim.Incident)
	if err != nil && !quarantine.Is(err, quarantine.BadRequest) { // which says that nothing of it is on record yet
		return err
	}
	if record.Status == quarantine.StatusReleased {
		// Refused, with the lock freed: otherwise the measure would hold for an incident that
		// nobody releases any more.
		_, err := c.Incidents.Contained(ctx, c.in.Claim, c.in.Finding, c.in.Verdict, quarantine.Containment{Incident: c.in.Claim.Incident})
		return err
	}
	if c.in.Verdict.Observed() && len(record.Held()) == 0 {
		return quarantine.Failf(quarantine.Observed, "observed only: the verdict says so. Nothing was changed")
	}
	if guarded, is := c.engine.Measure.(measure.Guarded); is {
		if err := guarded.Admissible(ctx, c.in.Claim.Resource, c.in.Exempt); err != nil {
			return err
		}
	}
	if c.inPlace() {
		return c.holdsAll(ctx, record)
	}
	return c.brake(ctx, record)
}

// brakeTime is how long a cut waits for its count.
const brakeTime = time.Second

// brake refuses a cut beyond the policy's limit of an hour, unless it has begun. If the count fails,
// the cut goes on. Only the limit of the account is of things that are in no VPC.
func (c *containment) brake(ctx context.Context, record quarantine.Incident) error {
	if c.Brake == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, brakeTime)
	defer cancel()
	_, err := c.Brake.CountIsolation(ctx, c.isolation())
	switch reached, limited := errors.AsType[*quarantine.LimitReached](err); {
	case limited && len(record.Held()) == 0:
		return quarantine.Failf(quarantine.BrakeTripped, "the brake holds this cut: %s. Nothing was changed for it, and a person is asked", reached)
	case err != nil && !limited:
		c.warnings = append(c.warnings, "the brake could not be consulted: "+err.Error())
	}
	return nil
}

// isolation is what the brake counts.
func (c *containment) isolation() quarantine.Isolation {
	return quarantine.Isolation{
		Resource: c.in.Claim.Resource, At: c.Clock.Now(), Approved: c.in.Approved,
		Limits: quarantine.Limits{AccountPerHour: c.in.Limits.AccountPerHour},
	}
}

// holdsAll fails for a measure that leaves things open, or that the activity has passed by. A person
// is asked, who may have the subnets cut; unless an earlier attempt holds something, which must not
// be forgotten over that. The instance stays in the hour's count, where isolate has counted it: the
// role of the network's measures may not write that, and a person is asked sooner than need be for
// the rest of the hour.
func (c *containment) holdsAll(ctx context.Context, record quarantine.Incident) error {
	if record.Narrowed != nil {
		return quarantine.Failf(quarantine.BrakeTripped, "%s acts on after its subnets were given back, while the measure %s held it: that alone does not end it. "+
			"The subnets would be cut again, but %s. Nothing was changed, and a person is asked", c.in.Claim.Resource.ID, c.in.Measure, c.in.Why)
	}
	found, err := c.engine.Measure.Find(ctx, c.in.Claim.Resource)
	if err != nil || len(found.Left) == 0 && len(found.Things) > 0 {
		return err
	}
	var open []string
	for _, h := range found.Left {
		open = append(open, c.info().Thing+" "+h.Thing+": "+h.Note)
	}
	why := "the measure " + c.in.Measure + " cannot hold all of " + c.in.Claim.Resource.ID + " (" + strings.Join(open, "; ") + ")"
	if held := record.Held(); len(held) > 0 {
		return quarantine.Failf(quarantine.NotSupported, "%s, and the incident holds %s by %s already", why, held[0].Thing, held[0].Measure)
	}
	return quarantine.Failf(quarantine.BrakeTripped, "%s, which was to contain it in place of the cut: %s. Nothing was changed, and a person is asked", why, c.in.Why)
}
