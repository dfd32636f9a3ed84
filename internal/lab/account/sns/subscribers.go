package sns

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Subscribers are how many have subscribed to a topic.
type Subscribers struct {
	Confirmed int
	Pending   int // have not followed the link in their first e-mail
}

// SetSubscribers is what people do: they subscribe, confirm and leave.
func (t *Topics) SetSubscribers(topicARN string, now Subscribers) {
	defer t.service.Change()()
	if _, ok := t.topics[topicARN]; !ok {
		panic("there is no topic " + topicARN)
	}
	t.topics[topicARN] = now
}

var getTopicAttributes = call.Operation{Name: "GetTopicAttributes", Needs: []string{"TopicArn"}}

// GetTopicAttributes gives the attributes that say which topic it is and who has subscribed:
// https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
func (c *Client) GetTopicAttributes(ctx context.Context, in *sns.GetTopicAttributesInput, _ ...func(*sns.Options)) (*sns.GetTopicAttributesOutput, error) {
	t := c.topics
	return call.Invoke(ctx, t.service, getTopicAttributes, in, func(in *sns.GetTopicAttributesInput) (*sns.GetTopicAttributesOutput, error) {
		subscribers, ok := t.topics[*in.TopicArn]
		if !ok {
			return nil, noTopic()
		}
		return &sns.GetTopicAttributesOutput{Attributes: map[string]string{
			"TopicArn":               *in.TopicArn,
			"SubscriptionsConfirmed": strconv.Itoa(subscribers.Confirmed),
			"SubscriptionsPending":   strconv.Itoa(subscribers.Pending),
			"SubscriptionsDeleted":   "0",
		}}, nil
	})
}
