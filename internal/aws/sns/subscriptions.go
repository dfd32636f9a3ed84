package sns

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/arn"
)

// maxPages is how much of a topic's list is read: a page has up to 100 subscriptions.
const maxPages = 10

// What a subscription has in the place of an ARN before it is confirmed, and after it is deleted.
const (
	pendingARN = "PendingConfirmation"
	deletedARN = "Deleted"
)

// subscribers is what a topic's list of subscriptions says of them.
type subscribers struct {
	confirmed bool // at least one
	pending   int
}

// subscribers reads the topic's list up to the first confirmed subscription. It
// is an error if there is none in what could be read and understood of the list.
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
func (c *SubscribedChannel) subscribers(ctx context.Context) (subscribers, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	var found subscribers
	var unclear error
	pages := sns.NewListSubscriptionsByTopicPaginator(c.client, &sns.ListSubscriptionsByTopicInput{TopicArn: &c.topicARN})
	for n := 0; pages.HasMorePages(); n++ {
		if n == maxPages {
			return subscribers{}, fmt.Errorf("no subscription on the first %d pages of the list is confirmed, and there are more", maxPages)
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return subscribers{}, err
		}
		if err := found.add(page.Subscriptions); err != nil {
			unclear = err
		}
		if found.confirmed {
			return found, nil
		}
	}
	return found, unclear
}

// add is an error if a subscription is in no state that SNS documents.
func (s *subscribers) add(page []types.Subscription) (err error) {
	for _, one := range page {
		id := aws.ToString(one.SubscriptionArn)
		_, isARN := arn.Parse(id)
		switch {
		case isARN:
			s.confirmed = true
		case id == pendingARN:
			s.pending++
		case id != deletedARN:
			err = fmt.Errorf("the ARN of a subscription is %q", id)
		}
	}
	return err
}
