// Package sts tells who the product acts as.
package sts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is what the package calls of the SDK's client.
type API interface {
	GetCallerIdentity(context.Context, *awssts.GetCallerIdentityInput, ...func(*awssts.Options)) (*awssts.GetCallerIdentityOutput, error)
}

// Client speaks to STS. It is safe for use by several goroutines.
type Client struct{ api API }

// New makes a Client over the SDK's client, or over anything that behaves like it.
func New(api API) *Client { return &Client{api: api} }

var (
	_ API                 = (*awssts.Client)(nil)
	_ quarantine.Identity = (*Client)(nil)
)

// Identity gives the ARN of the caller: for a Lambda function, its role's
// session. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
//
// STS asks for no permission, but can still be denied by an explicit policy.
// Errors: AccessDenied; Throttled; Unavailable.
func (c *Client) Identity(ctx context.Context) (string, error) {
	out, err := c.api.GetCallerIdentity(ctx, &awssts.GetCallerIdentityInput{})
	if err != nil {
		return "", failure("GetCallerIdentity", err)
	}
	return aws.ToString(out.Arn), nil
}
