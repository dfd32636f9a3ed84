package main

import (
	"context"
	"slices"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// around reads what is around an instance.
type around struct {
	beside interface {
		quarantine.NeighbourReader
		NetworkACLs(ctx context.Context, r quarantine.Resource, vpc string) ([]quarantine.NetworkACL, error)
	}
	groups quarantine.GroupReader
}

// planNeighbours says who else the cut would hit, and whether that is beyond what a deployed
// stack with this policy would cut without asking. Not to know it keeps nobody from confirming.
func planNeighbours(ctx context.Context, from around, r quarantine.Resource, i quarantine.Instance, l quarantine.NeighbourLimit) (line string, beyond bool) {
	found, all, err := from.beside.Neighbours(ctx, r, i.Subnets())
	n := quarantine.CountNeighbours(found, all, i.Subnets())
	if err != nil {
		n, found, all = quarantine.Neighbours{NotKnown: err.Error()}, nil, false
	}
	if i.AutoScalingGroup() != "" && l.CountsGroup() {
		n.Group = from.group(ctx, r, i, found, all)
	}
	line = "beside the instance it hits: " + n.String()
	var why []string
	if n.Beyond(l) {
		why = append(why, quarantine.TooManyNeighbours)
	}
	if n.Group.Beyond(l) {
		why = append(why, quarantine.GroupIsHit)
	}
	if beyond = len(why) > 0; beyond {
		line += "; " + strings.Join(why, ", ") + ", and a deployed stack would ask a person first: confirming this plan is that word"
	}
	return line, beyond
}

// group is how much of the instance's group would lie under the cut. Which other subnets are
// under quarantine already is read for it; one that cannot be read is taken not to be.
func (from around) group(ctx context.Context, r quarantine.Resource, i quarantine.Instance, found []quarantine.Neighbour, all bool) *quarantine.GroupHit {
	g, err := from.groups.Group(ctx, r, i.AutoScalingGroup())
	if err != nil {
		return &quarantine.GroupHit{Group: i.AutoScalingGroup(), NotKnown: err.Error()}
	}
	var cut []string
	for _, vpc := range i.VPCs() {
		acls, _ := from.beside.NetworkACLs(ctx, r, vpc)
		for _, acl := range acls {
			for _, a := range acl.Associations {
				if acl.Quarantines() {
					cut = append(cut, a.SubnetID)
				}
			}
		}
	}
	hit := quarantine.CountGroup(g, found, all, i.Subnets(), func(subnet string) bool { return slices.Contains(cut, subnet) })
	return &hit
}
