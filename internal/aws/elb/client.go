// Package elb is the adapter to Classic Load Balancers: it reads which of them an instance is
// registered in, registers it and takes it out, in the domain's types.
//
// It does not retry. The SDK's client retries what it is configured to, and the
// state machine retries the rest.
package elb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awselb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/aws/places"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	awselb.DescribeLoadBalancersAPIClient
	RegisterInstancesWithLoadBalancer(context.Context, *awselb.RegisterInstancesWithLoadBalancerInput, ...func(*awselb.Options)) (*awselb.RegisterInstancesWithLoadBalancerOutput, error)
	DeregisterInstancesFromLoadBalancer(context.Context, *awselb.DeregisterInstancesFromLoadBalancerInput, ...func(*awselb.Options)) (*awselb.DeregisterInstancesFromLoadBalancerOutput, error)
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

// names maps the service's own error codes to the domain's names.
// https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_RegisterInstancesWithLoadBalancer.html
var names = map[string]string{
	"LoadBalancerNotFound": quarantine.ThingGone,
	"InvalidInstance":      quarantine.NotSupported,
	"DependencyThrottle":   quarantine.Throttled,
}

// advice is the error text, including what to do, by failure name; %[1]s is the operation.
var advice = map[string]string{
	quarantine.AccessDenied: "Elastic Load Balancing denied %[1]s: give the function's role the action elasticloadbalancing:%[1]s: %[2]w",
	quarantine.Throttled:    "Elastic Load Balancing throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "Elastic Load Balancing did not carry out %[1]s, or its answer was lost: %[2]w",
	quarantine.ThingGone:    "there is no such Classic Load Balancer any more (%[1]s): %[2]w",
	quarantine.NotSupported: "Elastic Load Balancing does not take %[1]s for the instance as it is: it has to exist, in the load balancer's VPC: %[2]w",
	quarantine.Unexpected:   "Elastic Load Balancing refused %[1]s in a way that is not foreseen: %[2]w",
}

// failure converts the error of an operation to a named failure; nil stays nil.
func failure(operation string, err error) error {
	return awserror.Failure(operation, err, names, advice)
}
