package account

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const idScaling = "groups.health-checks"

// standby is the measure that takes an instance out of its group's health checks.
const standby = "standby"

// scaling names the groups that end instances whose load balancer finds them unhealthy, as it does
// under a cut: those of the VPCs that are looked at.
// https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
func (n *reading) scaling(ctx context.Context) []preflight.Check {
	if n.seen.groupsErr != nil {
		return []preflight.Check{unread(preflight.Network, idScaling, n.Region, n.seen.groupsErr)}
	}
	if n.seen.err != nil { // which groups have members here is not known then
		return []preflight.Check{unread(preflight.Network, idScaling, n.Region, n.seen.err)}
	}
	var by []string
	for _, g := range n.seen.groups {
		if g.ELBChecks && n.concerns(g) {
			by = append(by, g.Name)
		}
	}
	switch {
	case !n.seen.allGroups:
		return []preflight.Check{check(preflight.Network, idScaling, n.Region, preflight.Unknown, fmt.Sprintf("Only the first %d Auto Scaling groups were read; there are more.", len(n.seen.groups)), "Look at the others yourself: "+
			n.aws("autoscaling", "describe-auto-scaling-groups", "--query", "AutoScalingGroups[?HealthCheckType!='EC2'].AutoScalingGroupName"))}
	case len(by) == 0 && !n.seen.all:
		return []preflight.Check{check(preflight.Network, idScaling, n.Region, preflight.Unknown, fmt.Sprintf("Only the first %d instances were read, and none of those is in such a group; there are more.", len(n.seen.instances)), "Name VPCs with --vpc.")}
	case len(by) == 0:
		return []preflight.Check{check(preflight.Network, idScaling, n.Region, preflight.Green, "No Auto Scaling group here ends instances by a load balancer's health checks.", "")}
	}
	found := fmt.Sprintf("%d Auto Scaling groups end instances that a load balancer finds unhealthy, as it does in a subnet that is cut: %s. ", len(by), first(by))
	policy, err := n.Policy(ctx)
	if err != nil {
		c := unread(preflight.Network, idScaling, n.Region, fmt.Errorf("whether the policy has the measure standby: %w", err))
		c.Found = found + c.Found
		return []preflight.Check{c}
	}
	if slices.Contains(policy.Measures, standby) {
		return []preflight.Check{check(preflight.Network, idScaling, n.Region, preflight.Yellow, found+"The measure standby keeps the instance that is contained; other members in its subnets are ended and replaced.",
			"Know it. Where members must live on, give the group subnets in several zones, or have a person asked: neighbours.sameGroup: ask in the policy.")}
	}
	return []preflight.Check{check(preflight.Network, idScaling, n.Region, preflight.Red, found+"The measure standby is not in the policy: the contained instance itself is ended, and the evidence on it is lost.",
		"Put standby among measures in the policy.")}
}

// concerns tells whether a group has a member in the VPCs that are looked at.
func (n *reading) concerns(g quarantine.ScalingGroup) bool {
	return slices.ContainsFunc(n.seen.instances, func(i quarantine.Instance) bool { return g.Members[i.ID] != "" })
}
