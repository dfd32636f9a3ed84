package sns

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Subscribers are the numbers of a topic's subscriptions.
type Subscribers struct {
	Confirmed int
	Pending   int // not confirmed by the link in the first e-mail
	Deleted   int // unsubscribed, but still listed
}

// SetSubscribers sets a topic's subscriptions, as if people subscribed, confirmed and unsubscribed.
func (t *Topics) SetSubscribers(topicARN string, now Subscribers) {
	defer t.service.Change()()
	if _, ok := t.topics[topicARN]; !ok {
		panic("there is no topic " + topicARN)
	}
	t.topics[topicARN] = now
}

// pageSize is the maximum number of subscriptions in an answer.
const pageSize = 100

var listSubscriptionsByTopic = call.Operation{
	Name: "ListSubscriptionsByTopic", Needs: []string{"TopicArn"}, Reads: []string{"NextToken"},
}

// ListSubscriptionsByTopic lists the confirmed subscriptions last, so that only a caller that
// follows the token finds them:
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
func (c *Client) ListSubscriptionsByTopic(ctx context.Context, in *sns.ListSubscriptionsByTopicInput, _ ...func(*sns.Options)) (*sns.ListSubscriptionsByTopicOutput, error) {
	t := c.topics
	return call.Invoke(ctx, t.service, listSubscriptionsByTopic, in, func(in *sns.ListSubscriptionsByTopicInput) (*sns.ListSubscriptionsByTopicOutput, error) {
		subscribers, ok := t.topics[*in.TopicArn]
		if !ok {
			return nil, noTopic()
		}
		all := subscribers.list(*in.TopicArn, t.service.AccountID())
		from, err := start(in.NextToken, len(all))
		if err != nil {
			return nil, err
		}
		out := &sns.ListSubscriptionsByTopicOutput{Subscriptions: all[from:min(from+pageSize, len(all))]}
		if next := from + pageSize; next < len(all) {
			out.NextToken = aws.String(strconv.Itoa(next))
		}
		return out, nil
	})
}

// start is the offset of a token's page.
func start(token *string, length int) (int, error) {
	if token == nil {
		return 0, nil
	}
	from, err := strconv.Atoi(*token)
	if err != nil || from < 0 || from > length {
		return 0, badParameter("NextToken")
	}
	return from, nil
}

func (s Subscribers) list(topicARN, owner string) []types.Subscription {
	arns := slices.Concat(slices.Repeat([]string{"Deleted"}, s.Deleted), slices.Repeat([]string{"PendingConfirmation"}, s.Pending))
	for n := range s.Confirmed {
		arns = append(arns, fmt.Sprintf("%s:00000000-0000-4000-8000-%012d", topicARN, n))
	}
	var all []types.Subscription
	for n, arn := range arns {
		all = append(all, types.Subscription{
			SubscriptionArn: aws.String(arn), TopicArn: aws.String(topicARN), Owner: aws.String(owner),
			Protocol: aws.String("email"), Endpoint: aws.String(fmt.Sprintf("subscriber-%d@example.com", n)),
		})
	}
	return all
}
