// Package sqs is the SQS of an in-memory account: its queues, and how many messages each has.
package sqs

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Queues are the account's.
type Queues struct {
	service *call.Service
	all     map[string]int // messages, by the queue's URL
}

// New adds SQS, without a queue, to the endpoint.
func New(e *call.Endpoint) *Queues {
	return &Queues{all: map[string]int{}, service: &call.Service{
		Endpoint: e, Name: "sqs", ID: "SQS",
		Throttled: func(call.Call) error { return call.Fail("RequestThrottled", "Rate exceeded") },
		Broken:    func() error { return call.ServerFault("InternalFailure", "Internal error") },
		Denied: func(c call.Call) error {
			return call.Fail("AccessDenied", "%s", e.NotAllowed(c, "sqs", e.ARN("sqs", "*")))
		},
	}}
}

// AddQueue makes an empty queue, and returns its URL.
func (q *Queues) AddQueue(name string) (url string) {
	defer q.service.Change()()
	url = fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%s", q.service.Region(), q.service.AccountID(), name)
	q.all[url] = 0
	return url
}

// SetMessages sets how many messages a queue has.
func (q *Queues) SetMessages(url string, count int) {
	defer q.service.Change()()
	q.all[url] = count
}

// RemoveQueue deletes a queue.
func (q *Queues) RemoveQueue(url string) {
	defer q.service.Change()()
	delete(q.all, url)
}

// Client has the methods of the SDK's *sqs.Client that the account implements.
type Client struct{ queues *Queues }

// SQS returns a client.
func (q *Queues) SQS() *Client { return &Client{queues: q} }

var getQueueAttributes = call.Operation{Name: "GetQueueAttributes", Needs: []string{"QueueUrl"}, Reads: []string{"AttributeNames"}}

// GetQueueAttributes follows https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
// Every message is visible.
func (c *Client) GetQueueAttributes(ctx context.Context, in *sqs.GetQueueAttributesInput, _ ...func(*sqs.Options)) (*sqs.GetQueueAttributesOutput, error) {
	q := c.queues
	return call.Invoke(ctx, q.service, getQueueAttributes, in, func(in *sqs.GetQueueAttributesInput) (*sqs.GetQueueAttributesOutput, error) {
		count, there := q.all[*in.QueueUrl]
		if !there {
			return nil, &types.QueueDoesNotExist{Message: aws.String("The specified queue does not exist.")}
		}
		out := &sqs.GetQueueAttributesOutput{Attributes: map[string]string{}}
		for _, name := range in.AttributeNames {
			out.Attributes[string(name)] = "0"
			if name == types.QueueAttributeNameApproximateNumberOfMessages {
				out.Attributes[string(name)] = strconv.Itoa(count)
			}
		}
		return out, nil
	})
}
