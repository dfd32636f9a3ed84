// Command lambda is the notify function on AWS Lambda.
package main

import (
	"context"
	"log/slog"
	"net/http"

	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/ec2-quarantine/quarantine/functions/notify"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/slack"
	"github.com/ec2-quarantine/quarantine/internal/sns"
	"github.com/ec2-quarantine/quarantine/internal/ssm"
)

// config is the environment. At least one channel is needed.
//
//	ALERTS_TOPIC_ARN         optional  ARN of the SNS topic that people subscribe to
//	SLACK_WEBHOOK_PARAMETER  optional  name or ARN of the SSM SecureString with the URL of the Slack webhook
//	LOG_LEVEL                optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	TopicARN         string `env:"ALERTS_TOPIC_ARN"`
	WebhookParameter string `env:"SLACK_WEBHOOK_PARAMETER"`
}

// Validate reports every fault.
func (c config) Validate() error {
	if c.TopicARN == "" && c.WebhookParameter == "" {
		return quarantine.Failf(quarantine.NotTold,
			"no channel is configured, so nobody was told: set ALERTS_TOPIC_ARN, SLACK_WEBHOOK_PARAMETER, or both")
	}
	return nil
}

func main() { lambdaboundary.Main("notify", build) }

func build(ctx context.Context, c config, log *slog.Logger) (boundary.Function, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	h := &notify.Handler{Log: log}
	if c.TopicARN != "" {
		h.Channels = append(h.Channels, sns.New(awssns.NewFromConfig(cloud), c.TopicARN))
	}
	if c.WebhookParameter != "" {
		parameters := ssm.New(awsssm.NewFromConfig(cloud))
		room := &lateChannel{name: "slack", open: func(ctx context.Context) (quarantine.Channel, error) {
			url, err := parameters.Parameter(ctx, c.WebhookParameter)
			if err != nil {
				return nil, err
			}
			return slack.New(url, &http.Client{})
		}}
		if _, err := room.channel(ctx); err != nil {
			log.Error("Slack cannot be used for now", "errorType", quarantine.NameOf(err), "error", err)
		}
		h.Channels = append(h.Channels, room)
	}
	return boundary.Wrap(h.Handle), nil
}
