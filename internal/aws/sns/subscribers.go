package sns

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

const (
	// lookTime is how long a report of a sent message waits for the list of subscriptions.
	lookTime = time.Second
	// lookAge is how long a confirmed subscriber counts as still there.
	lookAge = 5 * time.Minute
)

// API is the part of the SDK's client that a SubscribedChannel calls.
type API interface {
	Publisher
	ListSubscriptionsByTopic(ctx context.Context, in *sns.ListSubscriptionsByTopicInput, opts ...func(*sns.Options)) (*sns.ListSubscriptionsByTopicOutput, error)
}

// SubscribedChannel is a [Channel] that fails where its topic has no confirmed
// subscriber: SNS takes such a message, and nobody gets it.
//
// IAM actions: those of [Channel], and sns:ListSubscriptionsByTopic.
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
// to. The log is told where the subscriptions cannot be listed.
func NewSubscribed(client API, topicARN string, clock quarantine.Clock, log *slog.Logger) *SubscribedChannel {
	return &SubscribedChannel{Channel: New(client, topicARN), client: client, clock: clock, log: log}
}

// Send publishes the message as [Channel.Send] does. The subscriptions are
// listed beside that, so that the message never waits; its report does, a second
// at most. A list that cannot be had is no reason to say that nobody listens.
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
	found, err := c.subscribers(ctx)
	switch {
	case err != nil:
		c.log.WarnContext(ctx, "it is not known whether anybody has subscribed to the topic", "topic", c.topicARN, "error", err.Error())
		return nil
	case !found.confirmed:
		return quarantine.Failf(quarantine.NotTold, "SNS took the message, but no subscriber of the topic is confirmed, so nobody gets it: %s", todo(found.pending))
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
