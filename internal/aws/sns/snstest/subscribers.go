package snstest

import (
	"errors"
	"log/slog"
	"testing"

	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// tellsNobody holds a channel to the subscribers that the topic itself counts.
func tellsNobody(t *testing.T, env Env) {
	send := func(topicARN string) error {
		return sns.NewSubscribed(env.Client, topicARN, quarantine.SystemClock{}, slog.New(slog.DiscardHandler)).Send(t.Context(), message())
	}
	if !env.Differs.Has(t, moto.SubscribersUncounted) {
		if err := send(env.TopicARN); err != nil {
			t.Errorf("with a subscriber: %v", err)
		}
	}
	env.Leave(t)
	if err := send(env.TopicARN); !quarantine.Is(err, quarantine.NotTold) {
		t.Errorf("without one: got %v, want NotTold", err)
	}
	missing := env.TopicARN + "-missing"
	if err := send(missing); !quarantine.Is(err, quarantine.BadRequest) {
		t.Errorf("without a topic: got %v, want BadRequest", err)
	}
	_, err := env.Client.GetTopicAttributes(t.Context(), &awssns.GetTopicAttributesInput{TopicArn: &missing})
	if _, ok := errors.AsType[*types.NotFoundException](err); !ok {
		t.Errorf("the attributes of a missing topic: %v", err)
	}
}
