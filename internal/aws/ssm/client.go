// Package ssm reads and writes parameters of AWS Systems Manager's Parameter Store.
package ssm

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that a Client calls.
type API interface {
	GetParameter(context.Context, *awsssm.GetParameterInput, ...func(*awsssm.Options)) (*awsssm.GetParameterOutput, error)
	GetParameterHistory(context.Context, *awsssm.GetParameterHistoryInput, ...func(*awsssm.Options)) (*awsssm.GetParameterHistoryOutput, error)
}

// Client reads parameters. It holds no state and is safe for concurrent use.
type Client struct{ api API }

// New makes a Client with the SDK's client, or any other implementation of API.
func New(api API) *Client { return &Client{api: api} }

var _ API = (*awsssm.Client)(nil)

// Parameter returns the value of a parameter, by its name or ARN; a SecureString is
// decrypted. No error contains the value.
//
// IAM actions and errors: those of [Client.Latest].
func (c *Client) Parameter(ctx context.Context, name string) (string, error) {
	v, err := c.Latest(ctx, name)
	return v.Value, err
}

// Latest returns the newest version of a parameter, by its name or ARN; a SecureString is
// decrypted. No error contains the value.
//
// IAM actions: ssm:GetParameter on the parameter; kms:Decrypt on the key of a
// SecureString that has a customer managed one:
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
//
// Errors: AccessDenied; Throttled; Unavailable; Unexpected, if there is no such
// parameter or SSM refuses for another reason.
func (c *Client) Latest(ctx context.Context, name string) (Version, error) {
	out, err := c.api.GetParameter(ctx, &awsssm.GetParameterInput{Name: &name, WithDecryption: aws.Bool(true)})
	if err != nil {
		return Version{}, failure("GetParameter", err)
	}
	if out.Parameter == nil || out.Parameter.Value == nil {
		return Version{}, quarantine.Failf(quarantine.Unexpected, "SSM answered GetParameter without a value")
	}
	p := out.Parameter
	return Version{Number: p.Version, Value: *p.Value, Type: p.Type, At: aws.ToTime(p.LastModifiedDate)}, nil
}
