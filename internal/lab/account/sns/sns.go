// Package sns is the SNS of an in-memory account: topics, the numbers of their subscriptions, and
// the published messages.
package sns

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Topics are the account's topics and the messages published to them.
type Topics struct {
	service *call.Service
	*state
}

type state struct {
	topics   map[string]Subscribers // by ARN
	messages []Message
}

// New adds SNS, without a topic, to the endpoint.
func New(e *call.Endpoint) *Topics {
	t := &Topics{state: &state{topics: map[string]Subscribers{}}}
	t.service = &call.Service{
		Endpoint: e, Name: "sns", ID: "SNS",
		Throttled: func(call.Call) error { return call.Fail("Throttling", "Rate exceeded") },
		Broken: func() error {
			return &types.InternalErrorException{Message: aws.String("An internal error has occurred")}
		},
		Denied: func(c call.Call) error {
			return &types.AuthorizationErrorException{Message: aws.String(e.NotAllowed(c, "SNS", e.ARN("sns", "*")))}
		},
	}
	t.service.State = call.StateAt(&t.state, (*state).copy)
	return t
}

func (s *state) copy() *state {
	return &state{topics: maps.Clone(s.topics), messages: slices.Clone(s.messages)}
}

// Client has the methods of the SDK's *sns.Client that the account implements.
type Client struct{ topics *Topics }

// SNS returns a client.
func (t *Topics) SNS() *Client { return &Client{topics: t} }

// Message is a message published to a topic.
type Message struct {
	ID         string
	TopicARN   string
	Subject    string            // "" if there is none
	Text       string            // as published; a JSON object with a text per protocol if Structure is "json"
	Structure  string            // "json" or ""
	Attributes map[string]string // values of the message attributes, as text
	At         time.Time
	Caller     call.Caller
}

// Published returns all messages so far, oldest first.
func (t *Topics) Published() []Message {
	t.service.Lock()
	defer t.service.Unlock()
	return call.Clone(t.messages)
}

// AddTopic creates a standard topic with one confirmed subscription, and returns its ARN.
func (t *Topics) AddTopic(name string) string {
	defer t.service.Change()()
	arn := t.service.ARN("sns", name)
	t.topics[arn] = Subscribers{Confirmed: 1}
	return arn
}

var publish = call.Operation{
	Name: "Publish", Mutating: true,
	Needs: []string{"Message"}, Reads: []string{"TopicArn", "Subject", "MessageStructure", "MessageAttributes"},
}

// Publish follows https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func (c *Client) Publish(ctx context.Context, in *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	t := c.topics
	return call.Invoke(ctx, t.service, publish, in, func(in *sns.PublishInput) (*sns.PublishOutput, error) {
		if err := t.checkPublish(in); err != nil {
			return nil, err
		}
		m := newMessage(in)
		m.ID, m.At, m.Caller = t.service.NewUUID("message"), t.service.Now(), call.CallerOf(ctx)
		t.messages = append(t.messages, m)
		return &sns.PublishOutput{MessageId: &m.ID}, nil
	})
}
