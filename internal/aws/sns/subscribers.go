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
	// lookTime limits how long Send waits for the list of subscriptions.
	lookTime = time.Second
	// lookAge is how long a confirmed subscriber is assumed to remain subscribed.
	lookAge = 5 * time.Minute
)

// API is the part of the SDK's client that a SubscribedChannel calls.
type API interface {
	Publisher
	ListSubscriptionsByTopic(ctx context.Context, in *sns.ListSubscriptionsByTopicInput, opts ...func(*sns.Options)) (*sns.ListSubscriptionsByTopicOutput, error)
}

// SubscribedChannel is a [Channel] that fails if its topic has no confirmed
// subscriber: SNS accepts a message for such a topic, and nobody gets it.
//
// IAM actions: those of [Channel], and sns:ListSubscriptionsByTopic.
type SubscribedChannel struct {
	*Channel
	client API
	clock  quarantine.Clock
	log    *slog.Logger

	mu       sync.Mutex
	lastSeen time.Time // when the list last had a confirmed subscriber
}

var (
	_ quarantine.Channel = (*SubscribedChannel)(nil)
	_ API                = (*sns.Client)(nil)
)

// NewSubscribed makes the channel for a topic that must have a subscriber. It logs
// when the subscriptions cannot be listed.
func NewSubscribed(client API, topicARN string, clock quarantine.Clock, log *slog.Logger) *SubscribedChannel {
	return &SubscribedChannel{Channel: New(client, topicARN), client: client, clock: clock, log: log}
}

// Send publishes the message as [Channel.Send] does. It lists the subscriptions at
// the same time, so that the message is not delayed; Send returns at most a second
// later. If the list cannot be read, Send assumes that there is a subscriber.
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

// look returns NotTold if the topic certainly has no confirmed subscriber. Only a
// positive result is cached, so that a new confirmation counts for the next message.
func (c *SubscribedChannel) look(ctx context.Context) error {
	found, err := c.subscribers(ctx)
	switch {
	case err != nil:
		c.log.WarnContext(ctx, "it is not known whether anybody has subscribed to the topic", "topic", c.topicARN, "error", err.Error())
		return nil
	case found.confirmed == 0:
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
