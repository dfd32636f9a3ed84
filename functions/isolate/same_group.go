package isolate

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// groupLook is one read of the instance's Auto Scaling group.
type groupLook struct {
	found quarantine.ScalingGroup
	err   error
}

// groups are the steps, one or none, that read the group of that name. It is asked for by the
// finding's tags beside the other reads, and by the instance's own where the finding says
// otherwise: an instance in no group costs no call.
func (c *isolation) groups(ctx context.Context, name string) []func() error {
	if _, read := c.ofGroup[name]; read || name == "" || !c.in.Limits.Neighbours.CountsGroup() {
		return nil
	}
	return []func() error{func() error {
		ctx, cancel := context.WithTimeout(ctx, neighbourTime)
		defer cancel()
		var l groupLook
		l.found, l.err = c.Groups.Group(ctx, c.in.Claim.Resource, name)
		c.ofGroup[name] = l
		if l.err != nil {
			c.Log.WarnContext(ctx, "the instance's Auto Scaling group could not be read", "error", l.err.Error())
		}
		return nil // not to know it is no reason not to cut
	}}
}

// groupOfFinding is the name of the instance's group as the finding has it, or "".
func (c *isolation) groupOfFinding() string {
	return quarantine.Instance{Tags: c.accused().Tags}.AutoScalingGroup()
}

// groupHit is how much of the instance's group lies under the cut, of the neighbours that were
// found there; nil where it is in none, or the policy does not have it read.
func (c *isolation) groupHit(found []quarantine.Neighbour, all bool) *quarantine.GroupHit {
	name := c.instance.AutoScalingGroup()
	l, read := c.ofGroup[name]
	switch {
	case !read:
		return nil
	case l.err != nil:
		return &quarantine.GroupHit{Group: name, NotKnown: groupUnreadable(l.err)}
	}
	hit := quarantine.CountGroup(l.found, found, all, c.instance.Subnets(), c.cut.Quarantined)
	return &hit
}

// groupUnreadable is why it is not known, in few words.
func groupUnreadable(err error) string {
	switch quarantine.NameOf(err) {
	case quarantine.Throttled:
		return "Auto Scaling throttled DescribeAutoScalingGroups"
	case quarantine.AccessDenied:
		return "the role of isolate lacks autoscaling:DescribeAutoScalingGroups"
	case quarantine.Unavailable:
		return "Auto Scaling did not answer in time, or does not show the group"
	}
	return "Auto Scaling refused DescribeAutoScalingGroups"
}
