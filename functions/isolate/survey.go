package isolate

import (
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// survey reads the instance and, beside it, the ACLs of the VPCs that the
// finding names, and counts the isolation in them. The finding may be stale: what
// it got wrong is read, and counted, afterwards.
func (c *isolation) survey(ctx context.Context) error {
	hints, found := c.accused().VPCs(), c.accused().SubnetsByVPC()
	read := make([][]quarantine.NetworkACL, len(hints))
	failed := make([]error, len(hints))
	steps := []func() error{func() (err error) {
		c.instance, err = c.Instances.Instance(ctx, c.in.Claim.Resource)
		return err
	}}
	for i, vpc := range hints {
		steps = append(steps, func() error {
			read[i], failed[i] = c.ACLs.NetworkACLs(ctx, c.in.Claim.Resource, vpc)
			return nil // it may be the wrong VPC: only the instance decides whether it matters
		})
	}
	if err := c.together(append(steps, c.counts(ctx, found)...)...); err != nil {
		return err
	}
	if err := c.admissible(); err != nil {
		return err
	}
	c.acls = map[string][]quarantine.NetworkACL{}
	for i, vpc := range hints {
		if !slices.Contains(c.instance.VPCs(), vpc) {
			continue
		}
		if failed[i] != nil {
			return failed[i]
		}
		c.acls[vpc] = read[i]
	}
	var again []func() error
	if c.miscounts(found) {
		again = c.counts(ctx, c.instance.SubnetsByVPC())
	}
	return c.readMissing(ctx, again...)
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

// readMissing reads the ACLs of those of the instance's VPCs that are not read
// yet, and takes other steps beside that.
func (c *isolation) readMissing(ctx context.Context, beside ...func() error) error {
	var missing []string
	for _, vpc := range c.instance.VPCs() {
		if _, read := c.acls[vpc]; !read {
			missing = append(missing, vpc)
		}
	}
	read := make([][]quarantine.NetworkACL, len(missing))
	steps := make([]func() error, len(missing))
	for i, vpc := range missing {
		steps[i] = func() (err error) {
			read[i], err = c.ACLs.NetworkACLs(ctx, c.in.Claim.Resource, vpc)
			return err
		}
	}
	err := c.together(append(steps, beside...)...)
	for i, vpc := range missing {
		c.acls[vpc] = read[i]
	}
	return err
}

// reread reads the ACLs of all of the instance's VPCs again.
func (c *isolation) reread(ctx context.Context) error {
	c.acls = map[string][]quarantine.NetworkACL{}
	return c.readMissing(ctx)
}

// places gives the current association of each of the instance's subnets, as read last.
func (c *isolation) places() ([]place, error) {
	var out []place
	for _, subnet := range c.instance.Subnets() {
		p, ok := c.find(subnet)
		if !ok {
			return nil, quarantine.Failf(quarantine.Unavailable, "EC2 shows no network ACL association for %s", subnet)
		}
		out = append(out, p)
	}
	return out, nil
}

// find looks for the association of that subnet, and of no other: the ACL of a
// subnet can be that of many.
func (c *isolation) find(subnet string) (place, bool) {
	for vpc, acls := range c.acls {
		for _, acl := range acls {
			for _, a := range acl.Associations {
				if a.SubnetID == subnet {
					return place{vpc: vpc, subnet: subnet, association: a.ID, acl: acl}, true
				}
			}
		}
	}
	return place{}, false
}
