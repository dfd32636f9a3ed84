package snstest

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// tellsNobody checks the channel's answer against the subscriptions that the topic lists.
func tellsNobody(t *testing.T, env Env) {
	send := func(topicARN string) error {
		return sns.NewSubscribed(env.Client, topicARN, quarantine.SystemClock{}, slog.New(slog.DiscardHandler)).Send(t.Context(), message())
	}
	if err := send(env.TopicARN); err != nil {
		t.Errorf("with a subscriber: %v", err)
	}
	env.Leave(t)
	if err := send(env.TopicARN); !quarantine.Is(err, quarantine.NotTold) {
		t.Errorf("without one: got %v, want NotTold", err)
	}
	missing := env.TopicARN + "-missing"
	if err := send(missing); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("without a topic: got %v, want BadRequest", err)
	}
	_, err := env.Client.ListSubscriptionsByTopic(t.Context(), &awssns.ListSubscriptionsByTopicInput{TopicArn: &missing})
	if _, ok := errors.AsType[*types.NotFoundException](err); !ok {
		t.Errorf("the subscriptions of a missing topic: %v", err)
	}
}

// pageLimit is the maximum number of subscriptions in a page of a topic's list.
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
const pageLimit = 100

// listsEverySubscription checks what a channel relies on in the topic's list: each
// subscription occurs once, on pages linked by tokens, with an ARN if it is confirmed.
func listsEverySubscription(t *testing.T, env Env) {
	const joined = pageLimit + 1
	env.Join(t, joined)
	pages := awssns.NewListSubscriptionsByTopicPaginator(env.Client, &awssns.ListSubscriptionsByTopicInput{TopicArn: &env.TopicARN})
	seen := map[string]bool{}
	for n := 0; pages.HasMorePages(); n++ {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 && len(page.Subscriptions) != pageLimit {
			t.Errorf("%d subscriptions on the first page, want %d", len(page.Subscriptions), pageLimit)
		}
		for _, s := range page.Subscriptions {
			id := aws.ToString(s.SubscriptionArn)
			if _, ok := arn.Parse(id); !ok || seen[id] {
				t.Errorf("a confirmed subscription is %q (before: %t)", id, seen[id])
			}
			seen[id] = true
		}
	}
	if len(seen) != joined+1 {
		t.Errorf("%d subscriptions, want the observer's and %d", len(seen), joined)
	}
}
