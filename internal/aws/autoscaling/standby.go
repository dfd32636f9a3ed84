package autoscaling

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Membership is the group that the instance is in and the state of its lifecycle there, or twice
// "" if it is in none. Action: autoscaling:DescribeAutoScalingInstances.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html
func (c *Client) Membership(ctx context.Context, r quarantine.Resource) (group, state string, err error) {
	api, err := c.in(r)
	if err != nil {
		return "", "", err
	}
	out, err := api.DescribeAutoScalingInstances(ctx, &awsautoscaling.DescribeAutoScalingInstancesInput{InstanceIds: []string{r.ID}})
	if err != nil {
		return "", "", failure("DescribeAutoScalingInstances", err)
	}
	for _, i := range out.AutoScalingInstances {
		if aws.ToString(i.InstanceId) == r.ID {
			return aws.ToString(i.AutoScalingGroupName), aws.ToString(i.LifecycleState), nil
		}
	}
	return "", "", nil
}

// EnterStandby moves the instance into standby and leaves the group's desired capacity as it is:
// the group launches a replacement. Auto Scaling answers before the instance is there. Action:
// autoscaling:EnterStandby.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnterStandby.html
func (c *Client) EnterStandby(ctx context.Context, r quarantine.Resource, group string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.EnterStandby(ctx, &awsautoscaling.EnterStandbyInput{
		AutoScalingGroupName: &group, InstanceIds: []string{r.ID}, ShouldDecrementDesiredCapacity: aws.Bool(false),
	})
	return failure("EnterStandby", err)
}

// ExitStandby puts the instance in service again, which makes the group's desired capacity one
// more. Auto Scaling answers before the instance is there. Action: autoscaling:ExitStandby.
// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExitStandby.html
func (c *Client) ExitStandby(ctx context.Context, r quarantine.Resource, group string) error {
	api, err := c.in(r)
	if err != nil {
		return err
	}
	_, err = api.ExitStandby(ctx, &awsautoscaling.ExitStandbyInput{AutoScalingGroupName: &group, InstanceIds: []string{r.ID}})
	return failure("ExitStandby", err)
}
