package contain

import (
	"context"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// whole tells whether the measure holds everything that it found, as read back: if not, nothing is
// claimed.
func (c *containment) whole(held measure.Result) error {
	info, left := c.info(), strings.Join(held.Left, "; ")
	switch {
	case held.Status == measure.Superseded:
		return quarantine.Failf(quarantine.LockLost, "another execution has incident %s now, or its release has begun", c.in.Claim.Incident)
	case held.Status == measure.Pending:
		return quarantine.Failf(quarantine.Contended, "the measure %s is not settled on %s: another execution is at it, AWS is, or one look has to be settled by a second",
			info.Name, c.in.Claim.Resource.ID)
	case len(held.Things) == 0:
		return quarantine.Failf(quarantine.NotSupported, "%s is not contained by the measure %s: %s", c.in.Claim.Resource.ID, info.Name, left)
	}
	for _, h := range held.Things {
		for part, p := range h.Parts {
			if p.Refused != "" {
				return quarantine.Failf(quarantine.NotSupported, "%s %s stays open, AWS does not take its %s: %s", info.Thing, h.Thing, part, p.Refused)
			}
		}
		switch {
		case measure.Closed(h):
		case c.inPlace(): // an interface that is gone is found no more by the next attempt
			return quarantine.Failf(quarantine.NotVerified, "%s %s is not read back as it was put", info.Thing, h.Thing)
		default:
			return quarantine.Failf(quarantine.ThingGone, "%s %s is not cut, and nothing can be: %s", info.Thing, h.Thing, left)
		}
	}
	return nil
}

// covered reads the instance again that is contained in place of the cut: an interface that was
// attached meanwhile would stay open. One that has ended since was held before it ended.
func (c *containment) covered(ctx context.Context, things []quarantine.Hold) (quarantine.Instance, error) {
	if !c.inPlace() {
		return quarantine.Instance{}, nil
	}
	live, err := c.Instances.Instance(ctx, c.in.Claim.Resource)
	switch {
	case quarantine.Is(err, quarantine.InstanceGone):
		c.warnings = append(c.warnings, "the instance has ended since it was contained: "+err.Error())
		return c.accused(), nil
	case err != nil:
		return quarantine.Instance{}, err
	}
	c.warnings = append(c.warnings, measure.EndedByGroup(live)...)
	for _, n := range live.Interfaces {
		if !slices.ContainsFunc(things, func(h quarantine.Hold) bool { return h.Thing == n.ID }) {
			return quarantine.Instance{}, quarantine.Failf(quarantine.NotVerified, "interface %s came meanwhile, and %s does not hold it yet", n.ID, c.in.Measure)
		}
	}
	return live, nil
}

// accused is the instance as the finding shows it, where EC2 does not any more.
func (c *containment) accused() quarantine.Instance {
	out := quarantine.Instance{ID: c.in.Claim.Resource.ID, AccountID: c.in.Claim.Resource.AccountID, Interfaces: []quarantine.Interface{}, Volumes: []quarantine.VolumeRef{}}
	if f, named := c.in.Finding.Narrow(out.ID); named {
		i := f.Instances[0]
		out.Type, out.ImageID, out.Platform, out.ProfileARN, out.LaunchedAt = i.Type, i.ImageID, i.Platform, i.ProfileARN, i.LaunchedAt
		out.Tags, out.Interfaces = i.Tags, append(out.Interfaces, i.Interfaces...)
	}
	return out
}
