// Command lambda is the triage function on AWS Lambda.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// config is the function's environment.
//
//	POLICY_PARAMETER  optional  name or ARN of the SSM parameter with the policy, read once a minute at most; without it, the embedded policy holds
//	MEASURE_GROUPS    optional  the groups of measures that are deployed, with commas between: network,instance; without it, all are
//	LOG_LEVEL         optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	PolicyParameter string          `env:"POLICY_PARAMETER"`
	Groups          []measure.Group `env:"MEASURE_GROUPS"`
	Metrics         lambdaboundary.Metrics
}

func main() { lambdaboundary.Main("triage", build) }

func build(ctx context.Context, c config, log *slog.Logger) (boundary.Function, error) {
	policies, err := c.policies(ctx, log)
	if err != nil {
		return nil, err
	}
	if err := known(c.Groups); err != nil {
		return nil, err
	}
	h := &triage.Handler{Policies: policies, Groups: c.Groups, Clock: quarantine.SystemClock{}, Log: log}
	checked := boundary.Preflight{Function: "triage", Started: func(ctx context.Context) (string, error) { return c.started(ctx, policies) }}
	return checked.Beside(boundary.Wrap(h.Handle)), nil
}

// started says which policy the function judges by, and fails where that is not the newest one.
func (c config) started(ctx context.Context, policies triage.Policies) (string, error) {
	current, err := policies.Newest(ctx)
	switch {
	case err != nil:
		return "", err
	case current.Note != "":
		return "", quarantine.Failf(current.Failure, "%s", current.Note)
	case c.PolicyParameter == "":
		return "It started, with the default policy.", nil
	}
	return fmt.Sprintf("It started, with version %d of the policy in %s.", current.Version, c.PolicyParameter), nil
}

// known fails unless the groups are some that there are.
func known(groups []measure.Group) error {
	for _, g := range groups {
		if !slices.ContainsFunc(register.Grouped(), func(m measure.Info) bool { return m.Group == g }) {
			return fmt.Errorf("MEASURE_GROUPS names %q, and there is no such group of measures", g)
		}
	}
	return nil
}

// policies returns an error rather than the embedded policy if no version of the parameter can be
// used: the embedded policy lacks the owner's exemptions from isolation.
func (c config) policies(ctx context.Context, log *slog.Logger) (triage.Policies, error) {
	if c.PolicyParameter == "" {
		return triage.Always(triage.DefaultPolicy()), nil
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	p := &triage.Parameter{
		Revisions: ssm.New(awsssm.NewFromConfig(cloud)).Text(c.PolicyParameter), Clock: quarantine.SystemClock{}, Meter: c.Metrics.Meter(), Log: log,
	}
	_, err = p.Current(ctx)
	return p, err
}
