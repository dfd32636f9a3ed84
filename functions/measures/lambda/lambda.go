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
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// config is the environment: the ledger's and the place's.
//
//	LOG_LEVEL  optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	Ledger lambdaboundary.Ledger
	Place  lambdaboundary.Place
}

// Trials are a group's calls for a preflight.
type Trials func(preflight.Targets) []preflight.Trial

// Main runs the function of a group with these measures: each group links the clients of its own
// services alone.
func Main(group measure.Group, of func(*accounts.Accounts, *ledger.Ledger) ([]measure.Measure, Trials)) {
	lambdaboundary.Main(group.Function(), func(ctx context.Context, c config, _ *slog.Logger) (boundary.Function, error) {
		reach, book, err := open(ctx, c.Ledger, c.Place)
		if err != nil {
			return nil, err
		}
		taken, trials := of(reach, book)
		h := &measures.Handler{Accounts: reach, Measures: taken, Ledger: book, Clock: quarantine.SystemClock{}}
		return boundary.Preflight{Function: group.Function(), Trials: trials}.Beside(boundary.Wrap(h.Handle)), nil
	})
}

// open is what every group works on.
func open(ctx context.Context, table lambdaboundary.Ledger, place lambdaboundary.Place) (*accounts.Accounts, *ledger.Ledger, error) {
	if err := errors.Join(table.Validate(), place.Validate()); err != nil {
		return nil, nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, nil, err
	}
	return accounts.New(Once(cloud), place.Account, cloud.Region), ledger.New(dynamodb.NewFromConfig(cloud), table.Table), nil
}

// Once makes each call once: of one that is tried again and answered, nobody could say that
// the first attempt is not carried out later. The state machine retries.
func Once(cloud aws.Config) aws.Config {
	cloud.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return cloud
}
