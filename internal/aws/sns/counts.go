package sns

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Topics counts the subscribers of topics. It holds no state and is safe for concurrent use.
type Topics struct {
	client sns.ListSubscriptionsByTopicAPIClient
}

// NewTopics makes Topics with the SDK's client, or any other implementation of its list.
func NewTopics(client sns.ListSubscriptionsByTopicAPIClient) Topics { return Topics{client} }

// Subscribers counts those of a topic, as far as the list is read.
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
//
// IAM actions: sns:ListSubscriptionsByTopic on the topic.
//
// Errors: ThingGone; AccessDenied; Throttled; Unavailable; Unexpected.
func (t Topics) Subscribers(ctx context.Context, topic string) (preflight.Subscribers, error) {
	var found subscribers
	pages := sns.NewListSubscriptionsByTopicPaginator(t.client, &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
	for range maxPages {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return preflight.Subscribers{}, awserror.Failure("ListSubscriptionsByTopic", err, listNames, listAdvice)
		}
		if err := found.add(page.Subscriptions); err != nil {
			return preflight.Subscribers{}, quarantine.Failf(quarantine.Unexpected, "SNS listed what is not foreseen: %w", err)
		}
		if !pages.HasMorePages() {
			return preflight.Subscribers{Confirmed: found.confirmed, Pending: found.pending}, nil
		}
	}
	return preflight.Subscribers{Confirmed: found.confirmed, Pending: found.pending, AtLeast: true}, nil
}

// listNames are SNS's codes of the list.
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html#API_ListSubscriptionsByTopic_Errors
var listNames = map[string]string{
	"AuthorizationError": quarantine.AccessDenied,
	"Throttled":          quarantine.Throttled,
	"NotFound":           quarantine.ThingGone,
}

// listAdvice is the error text, including what to do, by failure name; %[1]s is the operation.
var listAdvice = map[string]string{
	quarantine.ThingGone:    "SNS has no such topic (%[1]s): %[2]w",
	quarantine.AccessDenied: "SNS denied %[1]s: allow sns:%[1]s on the topic: %[2]w",
	quarantine.Throttled:    "SNS throttled %[1]s, try again later: %[2]w",
	quarantine.Unavailable:  "SNS did not answer %[1]s: %[2]w",
	quarantine.Unexpected:   "SNS refused %[1]s in a way that is not foreseen: %[2]w",
}
