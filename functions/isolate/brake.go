package isolate

import (
	"cmp"
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/measure/networkacl"
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
	shares := c.cut.Shares(c.tally.others)
	if len(shares) == 0 {
		return nil
	}
	held, group := c.held(shares), c.groupInstead()
	if held == "" && group == "" {
		return nil
	}
	begun, err := c.begun(ctx)
	if err != nil || begun {
		return err
	}
	if held == "" {
		c.discountSubnets(ctx)
		return quarantine.Failf(quarantine.GroupInstead, "%s", group)
	}
	c.discount(ctx)
	return quarantine.Failf(quarantine.BrakeTripped, "the brake holds this cut: %s. Nothing was changed for it, and a person is asked", held)
}

// held says why a person is asked first, or "".
func (c *isolation) held(shares []networkacl.Share) string {
	if c.in.Approved {
		return ""
	}
	why := cmp.Or(c.in.Limits.AskFirst(c.instance, guardduty.OnHost(c.in.Finding.Type)), c.beyondShare(shares))
	if reached := c.tally.reached; why == "" && reached != nil && !c.elsewhere(reached.Of) {
		why = reached.Error()
	}
	if why != "" {
		return why + c.andHits()
	}
	return c.hits(quarantine.BeyondAsk)
}

// groupInstead says why the security group is to contain the instance in place of the cut, or "". A
// person who was told by the brake whom the cut hits, and said yes, has decided that.
func (c *isolation) groupInstead() string {
	if c.in.Weighed {
		return ""
	}
	return c.hits(quarantine.BeyondGroup)
}

// elsewhere tells whether a limit is of a VPC that only the finding says the
// instance is in.
func (c *isolation) elsewhere(of string) bool {
	return slices.Contains(c.accused().VPCs(), of) && !slices.Contains(c.instance.VPCs(), of)
}

// beyondShare says of which VPC too many subnets would be under quarantine, or "".
func (c *isolation) beyondShare(shares []networkacl.Share) string {
	for _, s := range shares {
		if why := s.Beyond(c.in.Limits.VPCSubnetsPercent); why != "" {
			return why
		}
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
