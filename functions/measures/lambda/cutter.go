package lambda

import (
	"context"
	"errors"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/ec2-quarantine/quarantine/functions/measures"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
)

// cutter is the environment of a function that contains incidents: a group's, and the metrics'.
//
//	LOG_LEVEL  optional  DEBUG, INFO (the default), WARN or ERROR
type cutter struct {
	Ledger  lambdaboundary.Ledger
	Place   lambdaboundary.Place
	Metrics lambdaboundary.Metrics
}

// CutterMain runs the function of a group that has the cut of a kind of resource.
func CutterMain(group measure.Group, of func(*accounts.Accounts, *ledger.Ledger) []measure.Measure) {
	lambdaboundary.Main(group.Function(), func(ctx context.Context, c cutter, _ *slog.Logger) (boundary.Function, error) {
		if err := errors.Join(c.Ledger.Validate(), c.Place.Validate()); err != nil {
			return nil, err
		}
		cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
		if err != nil {
			return nil, err
		}
		book := ledger.New(dynamodb.NewFromConfig(cloud), c.Ledger.Table)
		reach := accounts.New(Once(cloud), c.Place.Account, cloud.Region)
		h := &measures.Cutter{Handler: *handler(reach, book, of), Incidents: book, Meter: c.Metrics.Meter()}
		return boundary.Wrap(h.Handle), nil
	})
}
