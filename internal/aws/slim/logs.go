package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

// Logs has the operations of CloudWatch Logs that are called.
type Logs struct {
	filterLogEvents operation[cloudwatchlogs.FilterLogEventsInput, cloudwatchlogs.FilterLogEventsOutput, cloudwatchlogs.Options]
}

// NewLogs makes the client.
func NewLogs(config aws.Config, options ...func(*cloudwatchlogs.Options)) Logs {
	client := cloudwatchlogs.NewFromConfig(config, options...)
	return Logs{filterLogEvents: client.FilterLogEvents}
}

func (c Logs) FilterLogEvents(ctx context.Context, in *cloudwatchlogs.FilterLogEventsInput, o ...func(*cloudwatchlogs.Options)) (*cloudwatchlogs.FilterLogEventsOutput, error) {
	return c.filterLogEvents(ctx, in, o...)
}
