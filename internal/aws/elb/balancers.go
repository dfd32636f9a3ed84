package elb

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	awselb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// BalancersOf are the names of the Classic Load Balancers in which the instance is registered. Action:
// elasticloadbalancing:DescribeLoadBalancers.
// https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancers.html
func (c *Client) BalancersOf(ctx context.Context, r quarantine.Resource) (names []string, err error) {
	api, err := c.in(r)
	if err != nil {
		return nil, err
	}
	pages := awselb.NewDescribeLoadBalancersPaginator(api, &awselb.DescribeLoadBalancersInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failure("DescribeLoadBalancers", err)
		}
		for _, b := range page.LoadBalancerDescriptions {
			if has(b, r.ID) {
				names = append(names, aws.ToString(b.LoadBalancerName))
			}
		}
	}
	return names, nil
}

// InBalancer is how the instance stands in the load balancer. One that drains is absent: what is
// described does not tell. Errors: ThingGone if there is no such load balancer. Action:
// elasticloadbalancing:DescribeLoadBalancers.
func (c *Client) InBalancer(ctx context.Context, r quarantine.Resource, balancer string) (quarantine.Registration, error) {
	api, err := c.in(r)
	if err != nil {
		return "", err
	}
	answer, err := api.DescribeLoadBalancers(ctx, &awselb.DescribeLoadBalancersInput{LoadBalancerNames: []string{balancer}})
	if err != nil {
		return "", failure("DescribeLoadBalancers", err)
	}
	for _, b := range answer.LoadBalancerDescriptions {
		if aws.ToString(b.LoadBalancerName) == balancer && has(b, r.ID) {
			return quarantine.Registered, nil
		}
	}
	return quarantine.Absent, nil
}

// Register registers the instance. Errors: ThingGone; NotSupported. Action:
// elasticloadbalancing:RegisterInstancesWithLoadBalancer.
// https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_RegisterInstancesWithLoadBalancer.html
func (c *Client) Register(ctx context.Context, r quarantine.Resource, balancer string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.RegisterInstancesWithLoadBalancer(ctx, &awselb.RegisterInstancesWithLoadBalancerInput{LoadBalancerName: &balancer, Instances: instance(r)})
	return failure("RegisterInstancesWithLoadBalancer", err)
}

// Deregister takes the instance out. Errors: ThingGone; NotSupported. Action:
// elasticloadbalancing:DeregisterInstancesFromLoadBalancer.
// https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DeregisterInstancesFromLoadBalancer.html
func (c *Client) Deregister(ctx context.Context, r quarantine.Resource, balancer string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.DeregisterInstancesFromLoadBalancer(ctx, &awselb.DeregisterInstancesFromLoadBalancerInput{LoadBalancerName: &balancer, Instances: instance(r)})
	return failure("DeregisterInstancesFromLoadBalancer", err)
}

func has(b types.LoadBalancerDescription, id string) bool {
	return slices.ContainsFunc(b.Instances, func(i types.Instance) bool { return aws.ToString(i.InstanceId) == id })
}

func instance(r quarantine.Resource) []types.Instance { return []types.Instance{{InstanceId: &r.ID}} }
