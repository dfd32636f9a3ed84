// Command lambda is the preflight function on AWS Lambda.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	handler "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// config is the environment: the ledger's, the place's and the metrics', and what the functions' calls
// that have no DryRun are about.
//
//	FUNCTION_ROLES     required  ARNs of the functions' roles, by their names: isolate=arn:...,notify=arn:...
//	STATE_MACHINE_ARN  optional  ARN of the state machine that asks people; without it, nothing is said of handing their words over
//	ALERTS_TOPIC_ARN   optional  ARN of the SNS topic that people subscribe to
//	LOG_LEVEL          optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	Roles   string `env:"FUNCTION_ROLES"`
	Machine string `env:"STATE_MACHINE_ARN"`
	Topic   string `env:"ALERTS_TOPIC_ARN"`
	Ledger  lambdaboundary.Ledger
	Place   lambdaboundary.Place
	Metrics lambdaboundary.Metrics
}

func main() { lambdaboundary.Main("preflight", build) }

func build(ctx context.Context, c config, _ *slog.Logger) (boundary.Function, error) {
	roles, err := rolesOf(c.Roles)
	if err := errors.Join(err, c.Ledger.Validate(), c.Place.Validate()); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	_, identity := roles["measures-identity"]
	h := &handler.Handler{
		Account: unread{}, Simulator: iam.NewSimulator(awsiam.NewFromConfig(cloud)),
		Deployment: handler.Deployment{
			Account: c.Place.Account, Region: cloud.Region, Table: c.Ledger.Table, Topic: c.Topic, Machine: c.Machine, Identity: identity, Roles: roles,
		},
		Clock: quarantine.SystemClock{}, Meter: c.Metrics.Meter(),
	}
	return boundary.Wrap(h.Handle), nil
}

// rolesOf are the ARNs of roles by the names of functions.
func rolesOf(list string) (map[string]string, error) {
	out := map[string]string{}
	for part := range strings.SplitSeq(list, ",") {
		function, role, ok := strings.Cut(part, "=")
		if !ok || function == "" || !strings.HasPrefix(role, "arn:") {
			return nil, fmt.Errorf("FUNCTION_ROLES has %q, which is no function=arn:...: give the function the roles of the others", part)
		}
		out[function] = role
	}
	return out, nil
}

// unread knows nothing of the account: every power over its things is not known then.
type unread struct{}

func (unread) Read(context.Context, []string) (preflight.Targets, []preflight.Check, error) {
	return preflight.Targets{}, nil, nil
}
