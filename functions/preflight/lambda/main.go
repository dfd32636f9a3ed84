// Command lambda is the preflight function on AWS Lambda.
package main

import (
	"context"
	"log/slog"

	handler "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// config is the environment: the metrics'.
//
//	LOG_LEVEL  optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	Metrics lambdaboundary.Metrics
}

func main() { lambdaboundary.Main("preflight", build) }

func build(_ context.Context, c config, _ *slog.Logger) (boundary.Function, error) {
	h := &handler.Handler{Account: unread{}, Clock: quarantine.SystemClock{}, Meter: c.Metrics.Meter()}
	return boundary.Wrap(h.Handle), nil
}

// unread knows nothing of the account: every power is not known then.
type unread struct{}

func (unread) Read(context.Context, []string) (preflight.Targets, []preflight.Check, error) {
	return preflight.Targets{}, nil, nil
}
