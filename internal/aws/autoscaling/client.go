// Package autoscaling is the adapter to Amazon EC2 Auto Scaling: it reads which group an instance
// is in, what a group has and what sends it its traffic, and moves the instance into standby and back, in the
// domain's types.
//
// It does not retry. The SDK's client retries what it is configured to, and the
// state machine retries the rest.
package autoscaling

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/ec2-quarantine/quarantine/internal/aws/places"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	DescribeAutoScalingInstances(context.Context, *awsautoscaling.DescribeAutoScalingInstancesInput, ...func(*awsautoscaling.Options)) (*awsautoscaling.DescribeAutoScalingInstancesOutput, error)
	DescribeAutoScalingGroups(context.Context, *awsautoscaling.DescribeAutoScalingGroupsInput, ...func(*awsautoscaling.Options)) (*awsautoscaling.DescribeAutoScalingGroupsOutput, error)
	awsautoscaling.DescribeTrafficSourcesAPIClient
	EnterStandby(context.Context, *awsautoscaling.EnterStandbyInput, ...func(*awsautoscaling.Options)) (*awsautoscaling.EnterStandbyOutput, error)
	ExitStandby(context.Context, *awsautoscaling.ExitStandbyInput, ...func(*awsautoscaling.Options)) (*awsautoscaling.ExitStandbyOutput, error)
}

var _ API = (*awsautoscaling.Client)(nil)

// Client calls Auto Scaling in the account and Region of the resource that a call is about.
// It is safe for concurrent use.
type Client struct {
	in func(quarantine.Resource) (API, error)
}

// New makes a Client with the SDK's client, or any other implementation of API, for
// resources everywhere.
func New(api API) *Client {
	return &Client{in: func(quarantine.Resource) (API, error) { return api, nil }}
}

// Across makes a Client that calls where the resource is, with one client of the SDK's
// for each account and Region.
func Across(accounts places.Accounts) *Client {
	return &Client{in: places.Of(accounts, func(c aws.Config) API { return awsautoscaling.NewFromConfig(c) })}
}
