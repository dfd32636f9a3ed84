package isolate

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// brake refuses a cut beyond the policy's limits, while nothing is changed. A cut
// that has begun is not held up half-way: the incident would hold subnets that
// no list shows. If the count fails, the cut goes on.
func (c *isolation) brake(ctx context.Context) error {
	if err := c.tally.failed; err != nil {
		c.Log.WarnContext(ctx, "the brake could not be consulted", "error", err.Error())
		c.warnings = append(c.warnings, "the brake could not be consulted: "+err.Error())
	}
	fresh := c.fresh()
	if c.in.Approved || len(fresh) == 0 {
		return nil
	}
	why := c.beyondShare(fresh)
	if reached := c.tally.reached; why == "" && reached != nil && !c.elsewhere(reached.Of) {
		why = reached.Error()
	}
	if why == "" {
		return nil
	}
	begun, err := c.begun(ctx)
	if err != nil || begun {
		return err
	}
	c.discount(ctx)
	return quarantine.Failf(quarantine.BrakeTripped, "the brake holds this cut: %s. Nothing was changed for it, and a person is asked", why)
}

// elsewhere tells whether a limit is of a VPC that only the finding says the
// instance is in.
func (c *isolation) elsewhere(of string) bool {
	return slices.Contains(c.accused().VPCs(), of) && !slices.Contains(c.instance.VPCs(), of)
}

// fresh are the instance's subnets that are not under quarantine yet, by VPC. It
// is empty too where EC2 does not show one: applying names that.
func (c *isolation) fresh() map[string][]string {
	fresh := map[string][]string{}
	places, err := c.places()
	if err != nil {
		return nil
	}
	for _, p := range places {
		if !p.acl.Quarantines() {
			fresh[p.vpc] = append(fresh[p.vpc], p.subnet)
		}
	}
	return fresh
}

// beyondShare says of which VPC too many subnets would be under quarantine, or "".
// Every subnet has exactly one association, and so the VPC's network ACLs, which
// are read anyway, show all of its subnets. Cuts of the same moment do not show
// there yet, but are counted already.
func (c *isolation) beyondShare(fresh map[string][]string) string {
	most := c.in.Limits.VPCSubnetsPercent
	for _, vpc := range slices.Sorted(maps.Keys(fresh)) {
		all, quarantined, counted := 0, 0, 0
		for _, acl := range c.acls[vpc] {
			for _, a := range acl.Associations {
				all++
				if acl.Quarantines() {
					quarantined++
				} else if slices.Contains(c.tally.others, a.SubnetID) && !slices.Contains(fresh[vpc], a.SubnetID) {
					counted++
				}
			}
		}
		taken, adds := quarantined+counted, len(fresh[vpc])
		if most == 0 || taken == 0 || (taken+adds)*100 <= most*all {
			continue
		}
		also := ""
		if counted > 0 {
			also = fmt.Sprintf(", %d more are being cut or were in this hour", counted)
		}
		return fmt.Sprintf("%d of the %d subnets of %s are under quarantine%s, this cut would add %d, and the policy's limits.vpcSubnetsPercent is %d",
			quarantined, all, vpc, also, adds, most)
	}
	return ""
}

// begun tells whether an earlier attempt at this incident holds any of the
// instance's subnets. It is asked only where the brake is about to hold: a cut
// within the limits does not wait for it.
func (c *isolation) begun(ctx context.Context) (bool, error) {
	subnets := c.instance.Subnets()
	records := make([]quarantine.Quarantine, len(subnets))
	steps := make([]func() error, len(subnets))
	for i, subnet := range subnets {
		steps[i] = func() (err error) {
			records[i], err = c.Ledger.Quarantine(ctx, c.in.Claim.Resource, subnet)
			return err
		}
	}
	if err := c.together(steps...); err != nil {
		return false, quarantine.TransientFirst(err)
	}
	return slices.ContainsFunc(records, func(q quarantine.Quarantine) bool {
		return slices.Contains(q.Holders, c.in.Claim.Incident)
	}), nil
}
