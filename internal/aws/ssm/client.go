// Package ssm reads parameters of AWS Systems Manager's Parameter Store.
package ssm

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	GetParameter(context.Context, *awsssm.GetParameterInput, ...func(*awsssm.Options)) (*awsssm.GetParameterOutput, error)
}

// Client reads parameters. It holds no state and is safe for concurrent use.
type Client struct{ api API }

// New makes a Client with the SDK's client, or any other implementation of API.
func New(api API) *Client { return &Client{api: api} }

var _ API = (*awsssm.Client)(nil)

// Parameter returns the value of a parameter, by its name or ARN; a SecureString is
// decrypted. No error contains the value.
//
// IAM actions: ssm:GetParameter on the parameter; kms:Decrypt on the key of a
// SecureString that has a customer managed one:
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected, if there is no such
// parameter or SSM refuses for another reason.
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
