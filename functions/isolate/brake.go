package isolate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// brakeTime is how long a cut waits for its isolation to be counted. The count
// goes beside reads of EC2, which take tens of milliseconds.
const brakeTime = time.Second

// counts are the steps, one or none, that count the isolation as one in these VPCs.
func (c *cut) counts(ctx context.Context, vpcs []string) []func() error {
	if len(vpcs) == 0 || !c.in.Limits.Counts() {
		return nil
	}
	return []func() error{func() error {
		ctx, cancel := context.WithTimeout(ctx, brakeTime)
		defer cancel()
		c.counted = c.Ledger.CountIsolation(ctx, quarantine.Isolation{
			Target: c.in.Claim.Target, VPCs: vpcs, Incident: c.in.Claim.Incident, At: c.Now(),
			Limits: c.in.Limits, Approved: c.in.Approved,
		})
		return nil // what became of it is the brake's to judge
	}}
}

// sameVPCs tells whether the lists name the same VPCs.
func sameVPCs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// brake refuses a cut beyond the policy's limits, while nothing is changed. A cut
// that has begun is not held up half-way: the incident would hold subnets that
// nobody knows of. And a brake that does not answer holds up nothing.
func (c *cut) brake(ctx context.Context) error {
	reached, limited := errors.AsType[*quarantine.LimitReached](c.counted)
	if c.counted != nil && !limited {
		c.Log.WarnContext(ctx, "the brake could not be consulted", "error", c.counted.Error())
		c.warnings = append(c.warnings, "the brake could not be consulted: "+c.counted.Error())
	}
	fresh := c.fresh()
	if c.in.Approved || len(fresh) == 0 {
		return nil
	}
	why := c.beyondShare(fresh)
	if why == "" && limited {
		why = reached.Error()
	}
	if why == "" {
		return nil
	}
	begun, err := c.begun(ctx)
	if err != nil || begun {
		return err
	}
	return quarantine.Failf(quarantine.BrakeTripped, "the brake holds this cut: %s. Nothing was changed for it, and a person is asked", why)
}

// fresh are the instance's subnets that are not under quarantine yet, by VPC. It
// is empty too where EC2 does not show one: applying names that.
func (c *cut) fresh() map[string]int {
	fresh := map[string]int{}
	places, err := c.places()
	if err != nil {
		return nil
	}
	for _, p := range places {
		if !p.acl.Quarantines() {
			fresh[p.vpc]++
		}
	}
	return fresh
}

// beyondShare says of which VPC too many subnets would be under quarantine, or "".
// Every subnet has exactly one association, and so the VPC's network ACLs, which
// are read anyway, show all of its subnets.
func (c *cut) beyondShare(fresh map[string]int) string {
	most := c.in.Limits.VPCSubnetsPercent
	for _, vpc := range slices.Sorted(maps.Keys(fresh)) {
		all, standing := 0, 0
		for _, acl := range c.acls[vpc] {
			all += len(acl.Associations)
			if acl.Quarantines() {
				standing += len(acl.Associations)
			}
		}
		if most > 0 && standing > 0 && (standing+fresh[vpc])*100 > most*all {
			return fmt.Sprintf("%d of the %d subnets of %s are under quarantine, this cut would add %d, and the policy's limits.vpcSubnetsPercent is %d",
				standing, all, vpc, fresh[vpc], most)
		}
	}
	return ""
}

// begun tells whether an earlier attempt at this incident holds any of the
// instance's subnets. It is asked only where the brake is about to hold: a cut
// within the limits does not wait for it.
func (c *cut) begun(ctx context.Context) (bool, error) {
	subnets := c.instance.Subnets()
	records := make([]quarantine.Quarantine, len(subnets))
	steps := make([]func() error, len(subnets))
	for i, subnet := range subnets {
		steps[i] = func() (err error) {
			records[i], err = c.Ledger.Quarantine(ctx, c.in.Claim.Target, subnet)
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
