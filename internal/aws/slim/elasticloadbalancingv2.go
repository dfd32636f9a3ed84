package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
)

// ELBv2 has the operations of version 2 of Elastic Load Balancing that are called.
type ELBv2 struct {
	deregisterTargets    operation[elasticloadbalancingv2.DeregisterTargetsInput, elasticloadbalancingv2.DeregisterTargetsOutput, elasticloadbalancingv2.Options]
	describeTargetGroups operation[elasticloadbalancingv2.DescribeTargetGroupsInput, elasticloadbalancingv2.DescribeTargetGroupsOutput, elasticloadbalancingv2.Options]
	describeTargetHealth operation[elasticloadbalancingv2.DescribeTargetHealthInput, elasticloadbalancingv2.DescribeTargetHealthOutput, elasticloadbalancingv2.Options]
	registerTargets      operation[elasticloadbalancingv2.RegisterTargetsInput, elasticloadbalancingv2.RegisterTargetsOutput, elasticloadbalancingv2.Options]
}

// NewELBv2 makes the client.
func NewELBv2(config aws.Config, options ...func(*elasticloadbalancingv2.Options)) ELBv2 {
	client := elasticloadbalancingv2.NewFromConfig(config, options...)
	return ELBv2{
		deregisterTargets:    client.DeregisterTargets,
		describeTargetGroups: client.DescribeTargetGroups,
		describeTargetHealth: client.DescribeTargetHealth,
		registerTargets:      client.RegisterTargets,
	}
}

func (c ELBv2) DeregisterTargets(ctx context.Context, in *elasticloadbalancingv2.DeregisterTargetsInput, o ...func(*elasticloadbalancingv2.Options)) (*elasticloadbalancingv2.DeregisterTargetsOutput, error) {
	return c.deregisterTargets(ctx, in, o...)
}

func (c ELBv2) DescribeTargetGroups(ctx context.Context, in *elasticloadbalancingv2.DescribeTargetGroupsInput, o ...func(*elasticloadbalancingv2.Options)) (*elasticloadbalancingv2.DescribeTargetGroupsOutput, error) {
	return c.describeTargetGroups(ctx, in, o...)
}

func (c ELBv2) DescribeTargetHealth(ctx context.Context, in *elasticloadbalancingv2.DescribeTargetHealthInput, o ...func(*elasticloadbalancingv2.Options)) (*elasticloadbalancingv2.DescribeTargetHealthOutput, error) {
	return c.describeTargetHealth(ctx, in, o...)
}

func (c ELBv2) RegisterTargets(ctx context.Context, in *elasticloadbalancingv2.RegisterTargetsInput, o ...func(*elasticloadbalancingv2.Options)) (*elasticloadbalancingv2.RegisterTargetsOutput, error) {
	return c.registerTargets(ctx, in, o...)
}
