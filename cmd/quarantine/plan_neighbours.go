package main

import (
	"context"
	"fmt"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// planNeighbours says who else the cut would hit, and whether that is beyond what a deployed
// stack with this policy would cut without asking. Not to know it keeps nobody from confirming.
func planNeighbours(ctx context.Context, from quarantine.NeighbourReader, r quarantine.Resource, i quarantine.Instance, l quarantine.NeighbourLimit) (line string, beyond bool) {
	found, all, err := from.Neighbours(ctx, r, i.Subnets())
	n := quarantine.CountNeighbours(found, all, i.Subnets())
	if err != nil {
		n = quarantine.Neighbours{NotKnown: err.Error()}
	}
	beyond = n.Beyond(l)
	switch {
	case beyond && l.Beyond == quarantine.BeyondGroup:
		line = "a cut would hit beside it: " + n.String() + "; " + quarantine.TooManyNeighbours +
			", which wants the security group in its place (neighbours.beyond is group)"
	case beyond:
		line = "beside the instance it hits: " + n.String() + "; " + quarantine.TooManyNeighbours + ", and a deployed stack would ask a person first: confirming this plan is that word"
	default:
		line = "beside the instance it hits: " + n.String()
	}
	return line, beyond
}

// groupPlanned says in lines what the security group does in place of the cut. It refuses what this
// command could not go on with: a deployed stack asks a person about that.
func groupPlanned(ctx context.Context, group measure.Measure, r quarantine.Resource) ([]string, error) {
	found, err := group.Find(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("which interfaces the security group can hold cannot be read: %w", err)
	}
	for _, h := range found.Left {
		return nil, usage("the policy wants the security group in place of the cut (neighbours.beyond is group), and that cannot hold interface %s: %s. "+
			"To have the subnets cut with all that is in them, use a policy of your own (--policy) with neighbours.beyond: cut", h.Thing, h.Note)
	}
	return append([]string{"no network ACL is put: the security group is the cut"}, register.Tracked()...), nil
}
