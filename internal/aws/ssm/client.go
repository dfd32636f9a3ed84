// Package ssm reads parameters of AWS Systems Manager's Parameter Store.
package ssm

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is what the package calls of the SDK's client.
type API interface {
	GetParameter(context.Context, *awsssm.GetParameterInput, ...func(*awsssm.Options)) (*awsssm.GetParameterOutput, error)
}

// Client reads parameters. It holds no state and is safe for use by several
// goroutines.
type Client struct{ api API }

// New makes a Client over the SDK's client, or over anything that behaves like it.
func New(api API) *Client { return &Client{api: api} }

var _ API = (*awsssm.Client)(nil)

// Parameter gives the value of a parameter, by its name or ARN; a SecureString
// is decrypted. No error holds the value.
//
// IAM actions: ssm:GetParameter on the parameter; kms:Decrypt on the key of a
// SecureString that has a customer managed one:
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected, where there is no
// such parameter or SSM refuses in another way.
func (c *Client) Parameter(ctx context.Context, name string) (string, error) {
	out, err := c.api.GetParameter(ctx, &awsssm.GetParameterInput{Name: &name, WithDecryption: aws.Bool(true)})
	if err != nil {
		return "", failure("GetParameter", err)
	}
	if out.Parameter == nil || out.Parameter.Value == nil {
		return "", quarantine.Failf(quarantine.Unexpected, "SSM answered GetParameter without a value")
	}
	return *out.Parameter.Value, nil
}
