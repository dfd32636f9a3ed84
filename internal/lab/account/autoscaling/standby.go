package autoscaling

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Client has the methods of the SDK's *autoscaling.Client that the account implements.
type Client struct{ groups *Groups }

// AutoScaling returns a client.
func (g *Groups) AutoScaling() *Client { return &Client{groups: g} }

var (
	enterStandby = call.Operation{
		Name: "EnterStandby", Mutating: true,
		Needs: []string{"AutoScalingGroupName", "ShouldDecrementDesiredCapacity"}, Reads: []string{"InstanceIds"},
	}
	exitStandby = call.Operation{
		Name: "ExitStandby", Mutating: true,
		Needs: []string{"AutoScalingGroupName"}, Reads: []string{"InstanceIds"},
	}
)

// EnterStandby follows https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnterStandby.html
//
// A replacement is launched unless the capacity is decremented. It is a member of the group alone:
// the account's EC2 does not have it.
func (c *Client) EnterStandby(ctx context.Context, in *autoscaling.EnterStandbyInput, _ ...func(*autoscaling.Options)) (*autoscaling.EnterStandbyOutput, error) {
	g := c.groups
	return call.Invoke(ctx, g.service, enterStandby, in, func(in *autoscaling.EnterStandbyInput) (*autoscaling.EnterStandbyOutput, error) {
		if *in.ShouldDecrementDesiredCapacity {
			return nil, &call.UnsupportedError{Operation: "EnterStandby", What: "ShouldDecrementDesiredCapacity"}
		}
		moved, err := g.all(*in.AutoScalingGroupName, in.InstanceIds, inService)
		if err != nil {
			return nil, err
		}
		for _, m := range moved {
			g.move(m, entering, g.drain, standby)
			replacement := &member{group: m.group}
			g.move(replacement, pending, launch, inService)
			g.members[g.service.NewID("i")] = replacement
		}
		return &autoscaling.EnterStandbyOutput{Activities: []types.Activity{}}, nil
	})
}

// ExitStandby follows https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExitStandby.html
//
// The desired capacity grows by what comes back. That a group at its maximum refuses, as it does
// to AttachInstances, is an assumption: no public text says so.
func (c *Client) ExitStandby(ctx context.Context, in *autoscaling.ExitStandbyInput, _ ...func(*autoscaling.Options)) (*autoscaling.ExitStandbyOutput, error) {
	g := c.groups
	return call.Invoke(ctx, g.service, exitStandby, in, func(in *autoscaling.ExitStandbyInput) (*autoscaling.ExitStandbyOutput, error) {
		moved, err := g.all(*in.AutoScalingGroupName, in.InstanceIds, standby)
		if err != nil {
			return nil, err
		}
		of := g.groups[*in.AutoScalingGroupName]
		if of.desired+len(moved) > of.most {
			return nil, call.Fail("ValidationError", "AutoScalingGroup %s has max-size=%d, and desired-size=%d. Please update the AutoScalingGroup sizes appropriately.",
				*in.AutoScalingGroupName, of.most, of.desired)
		}
		of.desired += len(moved)
		for _, m := range moved {
			g.move(m, pending, launch, inService)
		}
		return &autoscaling.ExitStandbyOutput{Activities: []types.Activity{}}, nil
	})
}

// all are the members of the group with these ids, each in that state.
func (g *Groups) all(name string, ids []string, state string) ([]*member, error) {
	if g.groups[name] == nil {
		return nil, call.Fail("ValidationError", "AutoScalingGroup name not found - null")
	}
	var out []*member
	for _, id := range ids {
		m := g.members[id]
		if m == nil || m.group != name {
			return nil, call.Fail("ValidationError", "The instance %s is not part of Auto Scaling group %s.", id, name)
		}
		if now := g.now(m); now != state {
			return nil, call.Fail("ValidationError", "The instance %s is in %s, and must be in %s.", id, now, state)
		}
		out = append(out, m)
	}
	return out, nil
}
