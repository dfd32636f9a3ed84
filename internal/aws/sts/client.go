// Package sts returns the identity that the product acts as.
package sts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	GetCallerIdentity(context.Context, *awssts.GetCallerIdentityInput, ...func(*awssts.Options)) (*awssts.GetCallerIdentityOutput, error)
}

// Client calls STS. It is safe for concurrent use.
type Client struct{ api API }

// New makes a Client with the SDK's client, or any other implementation of API.
func New(api API) *Client { return &Client{api: api} }

var (
	_ API                 = (*awssts.Client)(nil)
	_ quarantine.Identity = (*Client)(nil)
)

// Identity returns the ARN of the caller: for a Lambda function, its role's
// session. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
//
// The call needs no permission, but an explicit deny in a policy applies.
// Errors: AccessDenied; Throttled; Unavailable.
func (c *Client) Identity(ctx context.Context) (string, error) {
	out, err := c.api.GetCallerIdentity(ctx, &awssts.GetCallerIdentityInput{})
	if err != nil {
		return "", failure("GetCallerIdentity", err)
	}
	return aws.ToString(out.Arn), nil
}
