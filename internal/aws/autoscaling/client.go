// Package autoscaling is the adapter to Amazon EC2 Auto Scaling: it reads which group an instance
// is in, and moves it into standby and back, in the domain's types.
//
// It does not retry. The SDK's client retries what it is configured to, and the
// state machine retries the rest.
package autoscaling

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	DescribeAutoScalingInstances(context.Context, *awsautoscaling.DescribeAutoScalingInstancesInput, ...func(*awsautoscaling.Options)) (*awsautoscaling.DescribeAutoScalingInstancesOutput, error)
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

// Accounts gives the configuration for a resource's account and Region.
type Accounts interface {
	Config(r quarantine.Resource) (aws.Config, error)
}

// Across makes a Client that calls where the resource is, with one client of the SDK's
// for each account and Region.
func Across(accounts Accounts) *Client {
	p := &places{accounts: accounts, clients: map[[2]string]API{}}
	return &Client{in: p.client}
}

// places has the SDK's clients by account and Region.
type places struct {
	accounts Accounts

	mu      sync.Mutex // guards what follows
	clients map[[2]string]API
}

func (p *places) client(r quarantine.Resource) (API, error) {
	config, err := p.accounts.Config(r)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	place := [2]string{r.AccountID, r.Region}
	if p.clients[place] == nil {
		p.clients[place] = awsautoscaling.NewFromConfig(config)
	}
	return p.clients[place], nil
}
