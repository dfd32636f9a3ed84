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
//	POLICY_PARAMETER  optional  name or ARN of the SSM parameter with the policy; without it, the embedded policy holds
//	MEASURE_GROUPS    optional  the groups of measures that are deployed, with commas between: network,instance; without it, all are
//	LOG_LEVEL         optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	PolicyParameter string          `env:"POLICY_PARAMETER"`
	Groups          []measure.Group `env:"MEASURE_GROUPS"`
}

func main() { lambdaboundary.Main("triage", build) }

func build(ctx context.Context, c config, log *slog.Logger) (boundary.Function, error) {
	policy, err := c.policy(ctx)
	if err != nil {
		return nil, err
	}
	if err := known(c.Groups); err != nil {
		return nil, err
	}
	h := &triage.Handler{Policy: policy, Groups: c.Groups, Clock: quarantine.SystemClock{}, Log: log}
	return boundary.Preflight{Function: "triage", Started: c.started}.Beside(boundary.Wrap(h.Handle)), nil
}

// started says which policy the function judges by: without one that parses it does not start.
func (c config) started(context.Context) (string, error) {
	if c.PolicyParameter == "" {
		return "It started, with the default policy.", nil
	}
	return "It started, with the policy in " + c.PolicyParameter + ".", nil
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

// policy returns an error rather than the embedded policy if the parameter cannot be
// used: the embedded policy lacks the owner's exemptions from isolation.
func (c config) policy(ctx context.Context) (*triage.Policy, error) {
	if c.PolicyParameter == "" {
		return triage.DefaultPolicy(), nil
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	text, err := ssm.New(awsssm.NewFromConfig(cloud)).Parameter(ctx, c.PolicyParameter)
	if err != nil {
		return nil, fmt.Errorf("the policy in the parameter that POLICY_PARAMETER names: %w", err)
	}
	policy, err := triage.ParsePolicy([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("the policy in the parameter that POLICY_PARAMETER names: %w", err)
	}
	return policy, nil
}
