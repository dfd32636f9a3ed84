package plan

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Hit is who else the cut would hit.
type Hit struct {
	quarantine.Neighbours
	// Wants is what the policy wants for that: BeyondAsk, BeyondGroup or "", the cut.
	Wants string `json:"wants,omitempty"`
	// Text says both in words.
	Text string `json:"text"`
}

// neighbours says who else the cut would hit, and what the policy wants for that. Not to know it keeps
// nobody from confirming.
func (from Reader) neighbours(ctx context.Context, r quarantine.Resource, i quarantine.Instance, l quarantine.NeighbourLimit) Hit {
	found, all, err := from.Fleet.Neighbours(ctx, r, i.Subnets())
	n := quarantine.CountNeighbours(found, all, i.Subnets())
	if err != nil {
		n, found, all = quarantine.Neighbours{NotKnown: err.Error()}, nil, false
	}
	if i.AutoScalingGroup() != "" && l.CountsGroup() {
		n.Group = from.group(ctx, r, i, found, all)
	}
	// Confirming the plan answers what a person would be asked; what the group is to contain, stays the group's.
	if why := n.Wants(l, quarantine.BeyondGroup); why != "" {
		return Hit{n, quarantine.BeyondGroup, "a cut would hit beside it: " + n.String() + "; " + why + ", and it wants the security group in its place"}
	}
	line := "beside the instance it hits: " + n.String()
	if why := n.Wants(l, quarantine.BeyondAsk); why != "" {
		return Hit{n, quarantine.BeyondAsk, line + "; " + why + ", and a deployed stack would ask a person first: confirming this plan is that word"}
	}
	return Hit{Neighbours: n, Text: line}
}

// groupPlanned says in lines what the security group does in place of the cut. It refuses what this
// command could not go on with: a deployed stack asks a person about that.
func groupPlanned(ctx context.Context, group measure.Measure, r quarantine.Resource) ([]string, error) {
	found, err := group.Find(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("which interfaces the security group can hold cannot be read: %w", err)
	}
	for _, h := range found.Left {
		return nil, refusal("the policy wants the security group in place of the cut (neighbours), and that cannot hold interface %s: %s. "+
			"To have the subnets cut with all that is in them, use a policy of your own (--policy) with neighbours.beyond and neighbours.sameGroup: cut", h.Thing, h.Note)
	}
	return append([]string{"no network ACL is put: the security group is the cut"}, register.Tracked()...), nil
}

// group is how much of the instance's group would lie under the cut. Which other subnets are
// under quarantine already is read for it; one that cannot be read is taken not to be.
func (from Reader) group(ctx context.Context, r quarantine.Resource, i quarantine.Instance, found []quarantine.Neighbour, all bool) *quarantine.GroupHit {
	g, err := from.Groups.Group(ctx, r, i.AutoScalingGroup())
	if err != nil {
		return &quarantine.GroupHit{Group: i.AutoScalingGroup(), NotKnown: err.Error()}
	}
	var cut []string
	for _, vpc := range i.VPCs() {
		acls, _ := from.Fleet.NetworkACLs(ctx, r, vpc)
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
