// Command lambda is the isolate function on AWS Lambda.
package main

import (
	"context"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// config is the environment: the ledger's and the metrics'.
//
//	LOG_LEVEL  optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	Ledger  lambdaboundary.Ledger
	Metrics lambdaboundary.Metrics
}

func main() { lambdaboundary.Main("isolate", build) }

func build(ctx context.Context, c config, log *slog.Logger) (boundary.Function, error) {
	if err := c.Ledger.Validate(); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	fleet := ec2.New(awsec2.NewFromConfig(cloud))
	h := &isolate.Handler{
		Instances: fleet, ACLs: fleet, Ledger: ledger.New(dynamodb.NewFromConfig(cloud), c.Ledger.Table),
		Clock: quarantine.SystemClock{}, Log: log, Meter: c.Metrics.Meter(),
	}
	return boundary.Wrap(h.Handle), nil
}
