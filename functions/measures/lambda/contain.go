package lambda

import (
	"context"
	"log/slog"

	"github.com/ec2-quarantine/quarantine/functions/measures/contain"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// containing is the environment of a function that contains incidents: a group's, and the metrics'.
//
//	LOG_LEVEL  optional  DEBUG, INFO (the default), WARN or ERROR
type containing struct {
	Ledger  lambdaboundary.Ledger
	Place   lambdaboundary.Place
	Metrics lambdaboundary.Metrics
}

// ContainMain runs the function of a group that contains incidents, with the group's own part of the
// handler: its measures, and what those that contain need.
func ContainMain(group measure.Group, of func(*accounts.Accounts, *ledger.Ledger) (contain.Handler, Trials)) {
	lambdaboundary.Main(group.Function(), func(ctx context.Context, c containing, _ *slog.Logger) (boundary.Function, error) {
		reach, book, err := open(ctx, c.Ledger, c.Place)
		if err != nil {
			return nil, err
		}
		h, trials := of(reach, book)
		h.Accounts, h.Ledger, h.Clock, h.Incidents, h.Meter = reach, book, quarantine.SystemClock{}, book, c.Metrics.Meter()
		return boundary.Preflight{Function: group.Function(), Trials: trials}.Beside(boundary.Wrap(h.Handle)), nil
	})
}
