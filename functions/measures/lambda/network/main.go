// Command network is the measures function of network interfaces and security groups, which
// contains by them, too.
package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/functions/measures/contain"
	"github.com/ec2-quarantine/quarantine/functions/measures/lambda"
	"github.com/ec2-quarantine/quarantine/functions/measures/network"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
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

func main() { lambdaboundary.Main(measure.Network.Function(), build) }

func build(ctx context.Context, c config, _ *slog.Logger) (boundary.Function, error) {
	if err := errors.Join(c.Ledger.Validate(), c.Place.Validate()); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	book := ledger.New(dynamodb.NewFromConfig(cloud), c.Ledger.Table)
	reach := accounts.New(lambda.Once(cloud), c.Place.Account, cloud.Region)
	fleet := ec2.Across(reach, nil)
	h := &contain.Handler{
		Handler:   measures.Handler{Accounts: reach, Measures: network.Measures(fleet, book), Ledger: book, Clock: quarantine.SystemClock{}},
		Instances: fleet, Contained: book, Meter: c.Metrics.Meter(),
	}
	return boundary.Wrap(h.Handle), nil
}
