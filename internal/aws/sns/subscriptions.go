package sns

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/arn"
)

// maxPages is the maximum number of pages that are read: a page has up to 100 subscriptions.
const maxPages = 10

// Values of SubscriptionArn before a subscription is confirmed, and after it is deleted.
const (
	pendingARN = "PendingConfirmation"
	deletedARN = "Deleted"
)

// subscribers summarizes a topic's list of subscriptions.
type subscribers struct {
	confirmed int
	pending   int
}

// subscribers reads the topic's list up to the first confirmed subscription. It is an
// error if it finds none and could not read or understand a part of the list.
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
		if found.confirmed > 0 {
			return found, nil
		}
	}
	return found, unclear
}

// add returns an error if a subscription is in a state that SNS does not document.
func (s *subscribers) add(page []types.Subscription) (err error) {
	for _, one := range page {
		id := aws.ToString(one.SubscriptionArn)
		_, isARN := arn.Parse(id)
		switch {
		case isARN:
			s.confirmed++
		case id == pendingARN:
			s.pending++
		case id != deletedARN:
			err = fmt.Errorf("the ARN of a subscription is %q", id)
		}
	}
	return err
}
