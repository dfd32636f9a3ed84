// Command lambda is the watch function on AWS Lambda.
package main

import (
	"context"
	"errors"
	"log/slog"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/functions/measures/identity"
	"github.com/ec2-quarantine/quarantine/functions/measures/instance"
	"github.com/ec2-quarantine/quarantine/functions/measures/network"
	"github.com/ec2-quarantine/quarantine/functions/measures/scaling"
	"github.com/ec2-quarantine/quarantine/functions/watch"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/elb"
	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
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

func main() { lambdaboundary.Main("watch", build) }

func build(ctx context.Context, c config, _ *slog.Logger) (boundary.Function, error) {
	if err := errors.Join(c.Ledger.Validate(), c.Place.Validate()); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	reach := accounts.New(cloud, c.Place.Account, cloud.Region)
	fleet := ec2.Across(reach, nil)
	book := ledger.New(dynamodb.NewFromConfig(cloud), c.Ledger.Table)
	scaled := scaling.Services{Fleet: fleet, Groups: autoscaling.Across(reach), TargetGroups: elbv2.Across(reach), Classic: elb.Across(reach)}
	h := &watch.Handler{
		Instances: fleet, Cut: fleet,
		Measures: slices.Concat(network.Measures(fleet, book), instance.Measures(fleet, book), scaling.Measures(scaled, book),
			identity.Measures(fleet, iam.Across(reach))),
		Ledger: book, Clock: quarantine.SystemClock{}, Meter: c.Metrics.Meter(),
	}
	return boundary.Preflight{Function: "watch", Trials: h.Trials}.Beside(boundary.Wrap(h.Handle)), nil
}
