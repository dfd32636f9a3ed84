// Command lambda is the isolate function on AWS Lambda.
package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/functions/isolate"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// config is the environment: the ledger's, the place's and the metrics'.
//
//	LOG_LEVEL  optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	Ledger  lambdaboundary.Ledger
	Place   lambdaboundary.Place
	Metrics lambdaboundary.Metrics
}

func main() { lambdaboundary.Main("isolate", build) }

func build(ctx context.Context, c config, log *slog.Logger) (boundary.Function, error) {
	if err := errors.Join(c.Ledger.Validate(), c.Place.Validate()); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	reach := accounts.New(cloud, c.Place.Account, cloud.Region)
	fleet := ec2.Across(reach, nil)
	h := &isolate.Handler{
		Accounts: reach, Instances: fleet, Beside: fleet, Groups: autoscaling.Across(reach), ACLs: fleet, Ledger: ledger.New(dynamodb.NewFromConfig(cloud), c.Ledger.Table),
		Clock: quarantine.SystemClock{}, Log: log, Meter: c.Metrics.Meter(),
	}
	return boundary.Preflight{Function: "isolate", Trials: h.Trials}.Beside(boundary.Wrap(h.Serve)), nil
}
