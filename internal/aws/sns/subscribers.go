package sns

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	// lookTime is how long a report of a sent message waits for the subscribers' count.
	lookTime = time.Second
	// lookAge is how long a confirmed subscriber counts as still there.
	lookAge = 5 * time.Minute
)

// API is the part of the SDK's client that a SubscribedChannel calls.
type API interface {
	Publisher
	GetTopicAttributes(ctx context.Context, in *sns.GetTopicAttributesInput, opts ...func(*sns.Options)) (*sns.GetTopicAttributesOutput, error)
}

// SubscribedChannel is a [Channel] that fails where its topic has no confirmed
// subscriber: SNS takes such a message, and nobody gets it.
//
// IAM actions: those of [Channel], and sns:GetTopicAttributes.
type SubscribedChannel struct {
	*Channel
	client API
	clock  quarantine.Clock
	log    *slog.Logger

	mu       sync.Mutex
	lastSeen time.Time // when a confirmed subscriber was there
}

var (
	_ quarantine.Channel = (*SubscribedChannel)(nil)
	_ API                = (*sns.Client)(nil)
)

// NewSubscribed gives the channel of a topic that somebody must have subscribed
// to. The log is told where the subscribers cannot be counted.
func NewSubscribed(client API, topicARN string, clock quarantine.Clock, log *slog.Logger) *SubscribedChannel {
	return &SubscribedChannel{Channel: New(client, topicARN), client: client, clock: clock, log: log}
}

// Send publishes the message as [Channel.Send] does. The subscribers are counted
// beside that, so that the message never waits; its report does, a second at
// most. A count that cannot be had is no reason to say that nobody listens.
//
// Errors: those of [Channel.Send]; NotTold if no subscriber is confirmed.
func (c *SubscribedChannel) Send(ctx context.Context, m quarantine.Message) error {
	if c.seenLately() {
		return c.Channel.Send(ctx, m)
	}
	var sent, unheard error
	c.clock.RunSideBySide(
		func() { sent = c.Channel.Send(ctx, m) },
		func() { unheard = c.look(ctx) },
	)
	if sent != nil {
		return sent
	}
	return unheard
}

func (c *SubscribedChannel) seenLately() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clock.Now().Sub(c.lastSeen) < lookAge
}

// look is NotTold if the topic certainly has no confirmed subscriber. Only that
// somebody is there is remembered: whoever confirms is heard of with the next message.
func (c *SubscribedChannel) look(ctx context.Context) error {
	confirmed, pending, err := c.subscribers(ctx)
	switch {
	case err != nil:
		c.log.WarnContext(ctx, "it is not known whether anybody has subscribed to the topic", "topic", c.topicARN, "error", err.Error())
		return nil
	case confirmed == 0:
		return quarantine.Failf(quarantine.NotTold, "SNS took the message, but no subscriber of the topic is confirmed, so nobody gets it: %s", todo(pending))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lastSeen = c.clock.Now()
	return nil
}

func todo(pending int) string {
	if pending == 0 {
		return "subscribe an e-mail address to the topic, and confirm it by the link in its first e-mail"
	}
	return fmt.Sprintf("%d wait for confirmation: follow the link in the e-mail \"AWS Notification - Subscription Confirmation\"", pending)
}

// subscribers counts those who have confirmed, and those who have not yet.
// https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html
func (c *SubscribedChannel) subscribers(ctx context.Context) (confirmed, pending int, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	out, err := c.client.GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &c.topicARN})
	if err != nil {
		return 0, 0, err
	}
	confirmed, err = strconv.Atoi(out.Attributes["SubscriptionsConfirmed"])
	if err != nil {
		return 0, 0, fmt.Errorf("SubscriptionsConfirmed: %w", err)
	}
	pending, _ = strconv.Atoi(out.Attributes["SubscriptionsPending"]) // without it, the advice is the longer one
	return confirmed, pending, nil
}
