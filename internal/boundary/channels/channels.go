// Package channels opens the notification channels (SNS, Slack, the event bus) that a
// function's environment configures.
package channels

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsevents "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/boundary/secret"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/slack"
)

// Config is the part of the environment that configures the channels.
//
//	ALERTS_TOPIC_ARN         optional  ARN of the SNS topic that people subscribe to
//	SLACK_WEBHOOK_PARAMETER  optional  name or ARN of the SSM SecureString with the URL of the Slack webhook
//	EVENT_BUS                optional  name of the event bus that programs get the news from
type Config struct {
	TopicARN         string `env:"ALERTS_TOPIC_ARN"`
	WebhookParameter string `env:"SLACK_WEBHOOK_PARAMETER"`
	Bus              string `env:"EVENT_BUS"`
}

// Validate fails with NotTold if no channel that reaches people is configured.
func (c Config) Validate() error {
	if c.TopicARN == "" && c.WebhookParameter == "" {
		return quarantine.Failf(quarantine.NotTold,
			"no channel is configured, so nobody was told: set ALERTS_TOPIC_ARN, SLACK_WEBHOOK_PARAMETER, or both")
	}
	return nil
}

// Open makes the channels. If the webhook's URL cannot be read now, the Slack
// channel reads it again at the next message, and so it does once Slack refuses that URL.
func Open(ctx context.Context, c Config, cloud aws.Config, log *slog.Logger) (all []quarantine.Channel) {
	if c.TopicARN != "" {
		all = append(all, sns.NewSubscribed(awssns.NewFromConfig(cloud), c.TopicARN, quarantine.SystemClock{}, log))
	}
	if c.WebhookParameter != "" {
		parameters := ssm.New(awsssm.NewFromConfig(cloud))
		room := &lateChannel{&secret.Late[quarantine.Channel]{
			Name: "the Slack webhook", Clock: quarantine.SystemClock{}, Log: log,
			Read: func(ctx context.Context) (string, error) {
				url, err := parameters.Parameter(ctx, c.WebhookParameter)
				if err != nil {
					return "", fmt.Errorf("the channel's address cannot be had: %w", err)
				}
				return url, nil
			},
			Make: func(url string) (quarantine.Channel, error) { return slack.New(url, &http.Client{}) },
		}}
		if _, err := room.address.Get(ctx); err != nil {
			log.Error("Slack cannot be used for now", "errorType", quarantine.NameOf(err), "error", err)
		}
		all = append(all, room)
	}
	if c.Bus != "" {
		all = append(all, eventbridge.New(bus{cloud}, c.Bus, quarantine.SystemClock{}))
	}
	return all
}

// bus is the one method of EventBridge's client that is called. The client itself, as a value of an
// interface, would be linked with all of its sixty into a program whose templates call methods by
// name: 2 MB of the approval function's. See internal/aws/slim.
type bus struct{ cloud aws.Config }

// PutEvents makes a client, which has connections from the configuration, and calls it.
func (b bus) PutEvents(ctx context.Context, in *awsevents.PutEventsInput, opts ...func(*awsevents.Options)) (*awsevents.PutEventsOutput, error) {
	return awsevents.NewFromConfig(b.cloud).PutEvents(ctx, in, opts...)
}
