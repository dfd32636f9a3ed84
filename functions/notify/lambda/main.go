// Command lambda is the notify function on AWS Lambda.
package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/functions/notify"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/channels"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// config is the environment of the ledger, of the stack, of the channels, of which at least one is
// needed, of the metrics, and:
//
//	LOG_LEVEL  optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	Ledger   lambdaboundary.Ledger
	Stack    lambdaboundary.Stack
	Channels channels.Config
	Metrics  lambdaboundary.Metrics
}

func main() { lambdaboundary.Main("notify", build) }

func build(ctx context.Context, c config, log *slog.Logger) (boundary.Function, error) {
	if err := errors.Join(c.Ledger.Validate(), c.Channels.Validate()); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	h := &notify.Handler{
		Ledger: ledger.New(dynamodb.NewFromConfig(cloud), c.Ledger.Table), Commands: c.Stack.Commands(c.Ledger, cloud.Region),
		Channels: channels.Open(ctx, c.Channels, cloud, log), Clock: quarantine.SystemClock{}, Log: log, Meter: c.Metrics.Meter(),
	}
	started := func(ctx context.Context) (string, error) { return channels.Started(ctx, h.Channels) }
	return boundary.Preflight{Function: "notify", Started: started, Trials: h.Trials}.Beside(boundary.Wrap(h.Handle)), nil
}
