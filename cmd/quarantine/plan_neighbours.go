package main

import (
	"context"

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
	line = "beside the instance it hits: " + n.String()
	if beyond = n.Beyond(l); beyond {
		line += "; " + quarantine.TooManyNeighbours + ", and a deployed stack would ask a person first: confirming this plan is that word"
	}
	return line, beyond
}
