// Package sns sends messages through an Amazon SNS topic.
package sns

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Publisher is the part of the SDK's client that a channel calls.
type Publisher interface {
	Publish(ctx context.Context, in *sns.PublishInput, opts ...func(*sns.Options)) (*sns.PublishOutput, error)
}

// Channel publishes to one standard topic.
//
// IAM actions: sns:Publish; kms:GenerateDataKey and kms:Decrypt for a topic
// that is encrypted with a customer managed key.
type Channel struct {
	client   Publisher
	topicARN string
}

var (
	_ quarantine.Channel = (*Channel)(nil)
	_ Publisher          = (*sns.Client)(nil)
)

// New makes the channel for a topic.
func New(client Publisher, topicARN string) *Channel {
	return &Channel{client: client, topicARN: topicARN}
}

// Name returns "sns".
func (*Channel) Name() string { return "sns" }

// ReachesPeople returns true.
func (*Channel) ReachesPeople() bool { return true }

// Send publishes the message once: its text for email and all other protocols that
// have no form of their own, its JSON for SQS, Lambda and HTTP.
//
// Errors: AccessDenied (the error names the action), Throttled, Unavailable (the
// message may have been published), BadRequest.
func (c *Channel) Send(ctx context.Context, m quarantine.Message) error {
	attributes := attributesOf(m.Attributes)
	_, err := c.client.Publish(ctx, &sns.PublishInput{
		TopicArn:          &c.topicARN,
		Subject:           aws.String(subject(m.Subject)),
		Message:           aws.String(structured(m, maxSize-size(attributes))),
		MessageStructure:  aws.String("json"),
		MessageAttributes: attributes,
	})
	return classify(err)
}
