// Package lambda is what the mains of the measures functions share. Each main has a folder
// below, with the measures of its group of services.
package lambda

import (
	"context"
	"errors"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// config is the environment: the ledger's and the place's.
//
//	LOG_LEVEL  optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	Ledger lambdaboundary.Ledger
	Place  lambdaboundary.Place
}

// Main runs the function of a group with these measures: each group links the clients of its own
// services alone.
func Main(group measure.Group, of func(*accounts.Accounts, *ledger.Ledger) []measure.Measure) {
	lambdaboundary.Main(group.Function(), func(ctx context.Context, c config, _ *slog.Logger) (boundary.Function, error) {
		if err := errors.Join(c.Ledger.Validate(), c.Place.Validate()); err != nil {
			return nil, err
		}
		cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
		if err != nil {
			return nil, err
		}
		book := ledger.New(dynamodb.NewFromConfig(cloud), c.Ledger.Table)
		reach := accounts.New(Once(cloud), c.Place.Account, cloud.Region)
		return boundary.Wrap(handler(reach, book, of).Handle), nil
	})
}

func handler(reach *accounts.Accounts, book *ledger.Ledger, of func(*accounts.Accounts, *ledger.Ledger) []measure.Measure) *measures.Handler {
	return &measures.Handler{Accounts: reach, Measures: of(reach, book), Ledger: book, Clock: quarantine.SystemClock{}}
}

// Once makes each call once: of one that is tried again and answered, nobody could say that
// the first attempt is not carried out later. The state machine retries.
func Once(cloud aws.Config) aws.Config {
	cloud.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return cloud
}
