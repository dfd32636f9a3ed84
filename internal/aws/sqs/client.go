// Package sqs reads how many messages queues of Amazon SQS have. It changes nothing.
package sqs

import (
	"context"
	"strconv"

	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	GetQueueAttributes(context.Context, *awssqs.GetQueueAttributesInput, ...func(*awssqs.Options)) (*awssqs.GetQueueAttributesOutput, error)
}

var _ API = (*awssqs.Client)(nil)

// Client reads queues. It holds no state and is safe for concurrent use.
type Client struct{ api API }

// New makes a Client with the SDK's client, or any other implementation of API.
func New(api API) *Client { return &Client{api: api} }

// counts are the attributes that together count what is in a queue: waiting, received and not deleted
// yet, and delayed.
var counts = []types.QueueAttributeName{
	types.QueueAttributeNameApproximateNumberOfMessages,
	types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
}

// Messages is about how many messages are in a queue, by its URL: SQS counts approximately.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
//
// IAM actions: sqs:GetQueueAttributes on the queue.
//
// Errors: ThingGone; AccessDenied; Throttled; Unavailable; Unexpected.
func (c *Client) Messages(ctx context.Context, queue string) (all int, err error) {
	out, err := c.api.GetQueueAttributes(ctx, &awssqs.GetQueueAttributesInput{QueueUrl: &queue, AttributeNames: counts})
	if err != nil {
		return 0, failure("GetQueueAttributes", err)
	}
	for _, name := range counts {
		n, err := strconv.Atoi(out.Attributes[string(name)])
		if err != nil {
			return 0, quarantine.Failf(quarantine.Unexpected, "SQS answered GetQueueAttributes without %s", name)
		}
		all += n
	}
	return all, nil
}
