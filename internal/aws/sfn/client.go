// Package sfn answers task tokens of Step Functions.
//
// A task token is a secret: whoever has it and may call SendTaskSuccess can
// answer the task. No error of this package contains it.
package sfn

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	SendTaskSuccess(context.Context, *awssfn.SendTaskSuccessInput, ...func(*awssfn.Options)) (*awssfn.SendTaskSuccessOutput, error)
}

// Client calls Step Functions. It is safe for concurrent use.
type Client struct{ api API }

// New makes a Client with the SDK's client, or any other implementation of API.
func New(api API) *Client { return &Client{api: api} }

var (
	_ API              = (*awssfn.Client)(nil)
	_ quarantine.Tasks = (*Client)(nil)
)

// Succeed ends the task that waits for the token; the task's output is the decision
// as JSON. https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
//
// IAM actions: states:SendTaskSuccess on the state machine.
//
// Errors: TaskGone; AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Succeed(ctx context.Context, token string, d quarantine.Decision) error {
	output, err := json.Marshal(d)
	if err != nil {
		return quarantine.Failf(quarantine.BadRequest, "the decision has no JSON form: %w", err)
	}
	_, err = c.api.SendTaskSuccess(ctx, &awssfn.SendTaskSuccessInput{
		TaskToken: &token, Output: aws.String(string(output)),
	})
	return failure(err)
}
