package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
)

// AutoScaling has the operations of Auto Scaling that are called.
type AutoScaling struct {
	describeAutoScalingGroups    operation[autoscaling.DescribeAutoScalingGroupsInput, autoscaling.DescribeAutoScalingGroupsOutput, autoscaling.Options]
	describeAutoScalingInstances operation[autoscaling.DescribeAutoScalingInstancesInput, autoscaling.DescribeAutoScalingInstancesOutput, autoscaling.Options]
	describeTrafficSources       operation[autoscaling.DescribeTrafficSourcesInput, autoscaling.DescribeTrafficSourcesOutput, autoscaling.Options]
	enterStandby                 operation[autoscaling.EnterStandbyInput, autoscaling.EnterStandbyOutput, autoscaling.Options]
	exitStandby                  operation[autoscaling.ExitStandbyInput, autoscaling.ExitStandbyOutput, autoscaling.Options]
}

// NewAutoScaling makes the client.
func NewAutoScaling(config aws.Config, options ...func(*autoscaling.Options)) AutoScaling {
	client := autoscaling.NewFromConfig(config, options...)
	return AutoScaling{
		describeAutoScalingGroups:    client.DescribeAutoScalingGroups,
		describeAutoScalingInstances: client.DescribeAutoScalingInstances,
		describeTrafficSources:       client.DescribeTrafficSources,
		enterStandby:                 client.EnterStandby,
		exitStandby:                  client.ExitStandby,
	}
}

func (c AutoScaling) DescribeAutoScalingGroups(ctx context.Context, in *autoscaling.DescribeAutoScalingGroupsInput, o ...func(*autoscaling.Options)) (*autoscaling.DescribeAutoScalingGroupsOutput, error) {
	return c.describeAutoScalingGroups(ctx, in, o...)
}

func (c AutoScaling) DescribeAutoScalingInstances(ctx context.Context, in *autoscaling.DescribeAutoScalingInstancesInput, o ...func(*autoscaling.Options)) (*autoscaling.DescribeAutoScalingInstancesOutput, error) {
	return c.describeAutoScalingInstances(ctx, in, o...)
}

func (c AutoScaling) DescribeTrafficSources(ctx context.Context, in *autoscaling.DescribeTrafficSourcesInput, o ...func(*autoscaling.Options)) (*autoscaling.DescribeTrafficSourcesOutput, error) {
	return c.describeTrafficSources(ctx, in, o...)
}

func (c AutoScaling) EnterStandby(ctx context.Context, in *autoscaling.EnterStandbyInput, o ...func(*autoscaling.Options)) (*autoscaling.EnterStandbyOutput, error) {
	return c.enterStandby(ctx, in, o...)
}

func (c AutoScaling) ExitStandby(ctx context.Context, in *autoscaling.ExitStandbyInput, o ...func(*autoscaling.Options)) (*autoscaling.ExitStandbyOutput, error) {
	return c.exitStandby(ctx, in, o...)
}
