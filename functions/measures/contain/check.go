package contain

import (
	"context"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// admissible refuses, while nothing is changed, an incident that is over and a measure that cannot
// hold everything.
func (c *containment) admissible(ctx context.Context) error {
	record, err := c.Ledger.Incident(ctx, c.in.Claim.Incident)
	if err != nil && !quarantine.Is(err, quarantine.BadRequest) { // which says that nothing of it is on record yet
		return err
	}
	if record.Status == quarantine.StatusReleased {
		// Refused, with the lock freed: otherwise the measure would hold for an incident that
		// nobody releases any more.
		_, err := c.Contained.Contained(ctx, c.in.Claim, c.in.Finding, c.in.Verdict, quarantine.Containment{Incident: c.in.Claim.Incident})
		return err
	}
	found, err := c.engine.Measure.Find(ctx, c.in.Claim.Resource)
	if err != nil {
		return err
	}
	if len(found.Left) == 0 && len(found.Things) > 0 {
		return nil
	}
	return c.short(found.Left, record)
}

// short is the failure of a measure that leaves things open. A person is asked, who may have the
// subnets cut; unless an earlier attempt holds something, which must not be forgotten over that.
func (c *containment) short(left []quarantine.Hold, record quarantine.Incident) error {
	var open []string
	for _, h := range left {
		open = append(open, c.engine.Measure.Info().Thing+" "+h.Thing+": "+h.Note)
	}
	why := "the measure " + c.in.Measure + " cannot hold all of " + c.in.Claim.Resource.ID + " (" + strings.Join(open, "; ") + ")"
	if held := record.Held(); len(held) > 0 {
		return quarantine.Failf(quarantine.NotSupported, "%s, and the incident holds %s by %s already", why, held[0].Thing, held[0].Measure)
	}
	return quarantine.Failf(quarantine.BrakeTripped, "%s, which was to contain it in place of the cut: %s. Nothing was changed, and a person is asked", why, c.in.Why)
}

// whole tells whether the measure holds everything that it found, as read back.
func (c *containment) whole(held measure.Result) error {
	switch held.Status {
	case measure.Superseded:
		return quarantine.Failf(quarantine.LockLost, "another execution has incident %s now", c.in.Claim.Incident)
	case measure.Pending:
		return quarantine.Failf(quarantine.Contended, "the measure %s is not settled on %s: another execution is at it, or AWS", c.in.Measure, c.in.Claim.Resource.ID)
	}
	info := c.engine.Measure.Info()
	for _, h := range held.Things {
		for part, p := range h.Parts {
			if p.Refused != "" {
				return quarantine.Failf(quarantine.NotSupported, "%s %s stays open, AWS does not take its %s: %s", info.Thing, h.Thing, part, p.Refused)
			}
		}
		if !measure.Closed(h) {
			return quarantine.Failf(quarantine.NotVerified, "%s %s is not read back as it was put", info.Thing, h.Thing)
		}
	}
	return nil
}

// covered reads the instance again: an interface that was attached meanwhile would stay open.
func (c *containment) covered(ctx context.Context, things []quarantine.Hold) (quarantine.Instance, error) {
	live, err := c.Instances.Instance(ctx, c.in.Claim.Resource)
	if err != nil {
		return quarantine.Instance{}, err
	}
	for _, n := range live.Interfaces {
		if !slices.ContainsFunc(things, func(h quarantine.Hold) bool { return h.Thing == n.ID }) {
			return quarantine.Instance{}, quarantine.Failf(quarantine.NotVerified, "interface %s came meanwhile, and %s does not hold it yet", n.ID, c.in.Measure)
		}
	}
	return live, nil
}
