package autoscaling

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

var (
	describeInstances = call.Operation{Name: "DescribeAutoScalingInstances", Reads: []string{"InstanceIds"}}
	describeGroups    = call.Operation{Name: "DescribeAutoScalingGroups", Reads: []string{"AutoScalingGroupNames"}}
)

// DescribeAutoScalingGroups follows https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
//
// All groups fit a page. One that does not exist is left out. Zones are not described.
func (c *Client) DescribeAutoScalingGroups(ctx context.Context, in *autoscaling.DescribeAutoScalingGroupsInput, _ ...func(*autoscaling.Options)) (*autoscaling.DescribeAutoScalingGroupsOutput, error) {
	g := c.groups
	return call.Invoke(ctx, g.service, describeGroups, in, func(in *autoscaling.DescribeAutoScalingGroupsInput) (*autoscaling.DescribeAutoScalingGroupsOutput, error) {
		out := &autoscaling.DescribeAutoScalingGroupsOutput{}
		for _, name := range slices.Sorted(maps.Keys(g.groups)) {
			if len(in.AutoScalingGroupNames) > 0 && !slices.Contains(in.AutoScalingGroupNames, name) {
				continue
			}
			of := g.groups[name]
			described := types.AutoScalingGroup{
				AutoScalingGroupName: aws.String(name), VPCZoneIdentifier: aws.String(strings.Join(of.subnets, ",")),
				DesiredCapacity: aws.Int32(int32(of.desired)), MaxSize: aws.Int32(int32(of.most)), HealthCheckType: aws.String(of.checks),
			}
			for _, id := range slices.Sorted(maps.Keys(g.members)) {
				if m := g.members[id]; m.group == name {
					described.Instances = append(described.Instances, types.Instance{
						InstanceId: aws.String(id), LifecycleState: types.LifecycleState(g.now(m)),
						HealthStatus: aws.String("Healthy"), ProtectedFromScaleIn: aws.Bool(false),
					})
				}
			}
			out.AutoScalingGroups = append(out.AutoScalingGroups, described)
		}
		return out, nil
	})
}

// DescribeAutoScalingInstances follows https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html
//
// All instances fit a page. An instance that is in no group is left out.
func (c *Client) DescribeAutoScalingInstances(ctx context.Context, in *autoscaling.DescribeAutoScalingInstancesInput, _ ...func(*autoscaling.Options)) (*autoscaling.DescribeAutoScalingInstancesOutput, error) {
	g := c.groups
	return call.Invoke(ctx, g.service, describeInstances, in, func(in *autoscaling.DescribeAutoScalingInstancesInput) (*autoscaling.DescribeAutoScalingInstancesOutput, error) {
		out := &autoscaling.DescribeAutoScalingInstancesOutput{}
		for _, id := range slices.Sorted(maps.Keys(g.members)) {
			if m := g.members[id]; len(in.InstanceIds) == 0 || slices.Contains(in.InstanceIds, id) {
				out.AutoScalingInstances = append(out.AutoScalingInstances, types.AutoScalingInstanceDetails{
					InstanceId: aws.String(id), AutoScalingGroupName: aws.String(m.group), LifecycleState: aws.String(g.now(m)),
					HealthStatus: aws.String("HEALTHY"), ProtectedFromScaleIn: aws.Bool(false),
				})
			}
		}
		return out, nil
	})
}
