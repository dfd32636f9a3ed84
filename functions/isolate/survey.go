package isolate

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// survey reads the instance and, beside it, what the measure needs to know of the VPCs and
// who else is in the subnets and of the Auto Scaling group that the finding names, and counts the isolation in them. The finding may be stale: what
// it got wrong is read, and counted, afterwards.
func (c *isolation) survey(ctx context.Context) error {
	found := c.accused().SubnetsByVPC()
	steps := []func() error{func() (err error) {
		c.instance, err = c.Instances.Instance(ctx, c.in.Claim.Resource)
		return err
	}}
	steps = append(steps, c.cut.Guess(ctx, c.accused().VPCs())...)
	steps = append(steps, c.neighbours(ctx, subnetsIn(found))...)
	steps = append(steps, c.groups(ctx, c.groupOfFinding())...)
	if err := c.together(append(steps, c.counts(ctx, found)...)...); err != nil {
		return err
	}
	if err := c.byMode(ctx); err != nil {
		return err
	}
	if err := c.admissible(); err != nil {
		return err
	}
	again := append(c.neighbours(ctx, c.unread()), c.groups(ctx, c.instance.AutoScalingGroup())...)
	if c.miscounts(found) {
		again = append(again, c.counts(ctx, c.instance.SubnetsByVPC())...)
	}
	if err := c.cut.Plan(ctx, c.instance, again...); err != nil {
		return err
	}
	return c.cut.Shared()
}

// accused is the instance as the finding describes it, if it does.
func (c *isolation) accused() quarantine.AccusedInstance {
	f, ok := c.in.Finding.Narrow(c.in.Claim.Resource.ID)
	if !ok {
		return quarantine.AccusedInstance{}
	}
	return f.Instances[0]
}

// admissible refuses a live instance that must not or cannot be cut.
func (c *isolation) admissible() error {
	i, resource := c.instance, c.in.Claim.Resource
	if i.AccountID != "" && i.AccountID != resource.AccountID {
		return quarantine.Failf(quarantine.InstanceInAnotherAccount, "%s belongs to account %s, not %s", i.ID, i.AccountID, resource.AccountID)
	}
	if why := c.in.Exempt.Match(resource.AccountID, i.VPCs(), i.Subnets(), i.Tags); why != "" {
		return quarantine.Failf(quarantine.InstanceExempt, "%s must not be cut: %s (read from EC2 just now)", i.ID, why)
	}
	if len(i.Subnets()) == 0 {
		return quarantine.Failf(quarantine.NoSubnet, "%s is %s and has no network interface in any subnet", i.ID, i.State)
	}
	return nil
}
