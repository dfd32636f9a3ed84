package autoscaling

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var _ quarantine.GroupReader = (*Client)(nil)

// Group reads a group with all of its members. Action: autoscaling:DescribeAutoScalingGroups.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html
func (c *Client) Group(ctx context.Context, r quarantine.Resource, name string) (quarantine.ScalingGroup, error) {
	api, err := c.in(r)
	if err != nil {
		return quarantine.ScalingGroup{}, err
	}
	out, err := api.DescribeAutoScalingGroups(ctx, &awsautoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{name}})
	if err != nil {
		return quarantine.ScalingGroup{}, failure("DescribeAutoScalingGroups", err)
	}
	for _, g := range out.AutoScalingGroups {
		if aws.ToString(g.AutoScalingGroupName) != name {
			continue
		}
		found := quarantine.ScalingGroup{Name: name, Members: map[string]string{}}
		for _, subnet := range strings.Split(aws.ToString(g.VPCZoneIdentifier), ",") {
			if subnet = strings.TrimSpace(subnet); subnet != "" {
				found.Subnets = append(found.Subnets, subnet)
			}
		}
		for _, i := range g.Instances {
			found.Members[aws.ToString(i.InstanceId)] = string(i.LifecycleState)
		}
		return found, nil
	}
	return quarantine.ScalingGroup{}, quarantine.Failf(quarantine.Unavailable, "Auto Scaling shows no group %s", name)
}
