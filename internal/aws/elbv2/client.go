// Package elbv2 is the adapter to version 2 of Elastic Load Balancing: it reads what is registered in
// target groups, registers targets and takes them out, in the domain's types.
//
// It does not retry. The SDK's client retries what it is configured to, and the
// state machine retries the rest.
package elbv2

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awselb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"

	"github.com/ec2-quarantine/quarantine/internal/aws/places"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	awselb.DescribeTargetGroupsAPIClient
	awselb.DescribeTargetHealthAPIClient
	RegisterTargets(context.Context, *awselb.RegisterTargetsInput, ...func(*awselb.Options)) (*awselb.RegisterTargetsOutput, error)
	DeregisterTargets(context.Context, *awselb.DeregisterTargetsInput, ...func(*awselb.Options)) (*awselb.DeregisterTargetsOutput, error)
}

var _ API = (*awselb.Client)(nil)

// Client calls Elastic Load Balancing in the account and Region of the resource that a call is about.
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
	return &Client{in: places.Of(accounts, func(c aws.Config) API { return awselb.NewFromConfig(c) })}
}
