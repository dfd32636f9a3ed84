package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
)

// ELB has the operations of Elastic Load Balancing for Classic Load Balancers that are called.
type ELB struct {
	deregisterInstancesFromLoadBalancer operation[elasticloadbalancing.DeregisterInstancesFromLoadBalancerInput, elasticloadbalancing.DeregisterInstancesFromLoadBalancerOutput, elasticloadbalancing.Options]
	describeLoadBalancers               operation[elasticloadbalancing.DescribeLoadBalancersInput, elasticloadbalancing.DescribeLoadBalancersOutput, elasticloadbalancing.Options]
	registerInstancesWithLoadBalancer   operation[elasticloadbalancing.RegisterInstancesWithLoadBalancerInput, elasticloadbalancing.RegisterInstancesWithLoadBalancerOutput, elasticloadbalancing.Options]
}

// NewELB makes the client.
func NewELB(config aws.Config, options ...func(*elasticloadbalancing.Options)) ELB {
	client := elasticloadbalancing.NewFromConfig(config, options...)
	return ELB{
		deregisterInstancesFromLoadBalancer: client.DeregisterInstancesFromLoadBalancer,
		describeLoadBalancers:               client.DescribeLoadBalancers,
		registerInstancesWithLoadBalancer:   client.RegisterInstancesWithLoadBalancer,
	}
}

func (c ELB) DeregisterInstancesFromLoadBalancer(ctx context.Context, in *elasticloadbalancing.DeregisterInstancesFromLoadBalancerInput, o ...func(*elasticloadbalancing.Options)) (*elasticloadbalancing.DeregisterInstancesFromLoadBalancerOutput, error) {
	return c.deregisterInstancesFromLoadBalancer(ctx, in, o...)
}

func (c ELB) DescribeLoadBalancers(ctx context.Context, in *elasticloadbalancing.DescribeLoadBalancersInput, o ...func(*elasticloadbalancing.Options)) (*elasticloadbalancing.DescribeLoadBalancersOutput, error) {
	return c.describeLoadBalancers(ctx, in, o...)
}

func (c ELB) RegisterInstancesWithLoadBalancer(ctx context.Context, in *elasticloadbalancing.RegisterInstancesWithLoadBalancerInput, o ...func(*elasticloadbalancing.Options)) (*elasticloadbalancing.RegisterInstancesWithLoadBalancerOutput, error) {
	return c.registerInstancesWithLoadBalancer(ctx, in, o...)
}
