package autoscaling

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

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
		return groupOf(g), nil
	}
	return quarantine.ScalingGroup{}, quarantine.Failf(quarantine.Unavailable, "Auto Scaling shows no group %s", name)
}

// mostPages is how many pages of groups are read: a page has up to 100 of them.
const mostPages = 10

// Groups reads the groups of the Region with their members; all is false if there are more than were
// read. Action: autoscaling:DescribeAutoScalingGroups.
func (c *Client) Groups(ctx context.Context, r quarantine.Resource) (found []quarantine.ScalingGroup, all bool, err error) {
	api, err := c.in(r)
	if err != nil {
		return nil, false, err
	}
	pages := awsautoscaling.NewDescribeAutoScalingGroupsPaginator(api, &awsautoscaling.DescribeAutoScalingGroupsInput{})
	for range mostPages {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, false, failure("DescribeAutoScalingGroups", err)
		}
		for _, g := range page.AutoScalingGroups {
			found = append(found, groupOf(g))
		}
		if !pages.HasMorePages() {
			return found, true, nil
		}
	}
	return found, false, nil
}

func groupOf(g types.AutoScalingGroup) quarantine.ScalingGroup {
	out := quarantine.ScalingGroup{Name: aws.ToString(g.AutoScalingGroupName), Members: map[string]string{}}
	for subnet := range strings.SplitSeq(aws.ToString(g.VPCZoneIdentifier), ",") {
		if subnet = strings.TrimSpace(subnet); subnet != "" {
			out.Subnets = append(out.Subnets, subnet)
		}
	}
	for _, i := range g.Instances {
		out.Members[aws.ToString(i.InstanceId)] = string(i.LifecycleState)
	}
	// Of several kinds, with commas between, EC2's is always one.
	// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AutoScalingGroup.html
	for kind := range strings.SplitSeq(aws.ToString(g.HealthCheckType), ",") {
		out.ELBChecks = out.ELBChecks || kind != "" && kind != "EC2" && kind != "EBS"
	}
	return out
}
