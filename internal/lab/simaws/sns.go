package simaws

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// SNS has the methods of the SDK's *sns.Client that the account implements.
type SNS struct{ account *Account }

// SNS gives a client.
func (a *Account) SNS() *SNS { return &SNS{account: a} }

// Message is what was published to a topic.
type Message struct {
	ID         string
	TopicARN   string
	Subject    string            // "" if there was none
	Text       string            // the message as published; JSON with a text a protocol where Structure is "json"
	Structure  string            // "json" or ""
	Attributes map[string]string // values of the message attributes, as text
	At         time.Time
	Caller     Caller
}

// Published gives every message so far, oldest first.
func (a *Account) Published() []Message {
	a.mu.Lock()
	defer a.mu.Unlock()
	return clone(a.messages)
}

// AddTopic makes a standard topic, and gives its ARN.
func (a *Account) AddTopic(name string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	arn := a.arn("sns", name)
	a.topics[arn] = true
	return arn
}

var publish = operation{
	service: snsService, name: "Publish", mutating: true,
	needs: []string{"Message"}, reads: []string{"TopicArn", "Subject", "MessageStructure", "MessageAttributes"},
}

// Publish follows https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
func (c *SNS) Publish(ctx context.Context, in *sns.PublishInput, _ ...func(*sns.Options)) (*sns.PublishOutput, error) {
	a := c.account
	return invoke(ctx, a, publish, in, func(in *sns.PublishInput) (*sns.PublishOutput, error) {
		if err := a.checkPublish(in); err != nil {
			return nil, err
		}
		m := newMessage(in)
		m.ID, m.At, m.Caller = a.newUUID("message"), a.now(), callerOf(ctx)
		a.messages = append(a.messages, m)
		return &sns.PublishOutput{MessageId: &m.ID}, nil
	})
}
