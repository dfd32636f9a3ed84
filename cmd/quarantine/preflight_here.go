package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"

	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/arn"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/servicequotas"
	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/story"
	"github.com/ec2-quarantine/quarantine/internal/local/runner"
	"github.com/ec2-quarantine/quarantine/internal/local/wiring"
	"github.com/ec2-quarantine/quarantine/internal/preflight/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// preflightHere runs the definition on this computer: the calls of all functions are made with the
// caller's credentials, as respond makes them.
func (c *onCall) preflightHere(ctx context.Context, policy *triage.Policy, name string, input json.RawMessage) (string, history.Event, error) {
	machines, err := wiring.New(
		wiring.Clients{
			EC2: c.aws.ec2, AutoScaling: c.aws.autoscaling, ELBv2: c.aws.elbv2, ELB: c.aws.elb, DynamoDB: c.aws.dynamodb, IAM: c.aws.iam, STS: c.aws.sts,
			Simulation: c.aws.iam,
		},
		wiring.Options{
			AccountID: c.aws.account, Region: c.aws.region, Table: c.Table, Commands: c.place(), Policy: policy,
			Clock: runner.WallClock(), Log: slog.New(slog.NewTextHandler(c.s.err, &slog.HandlerOptions{Level: slog.LevelError})),
			Account: c.reader(policy), Principal: c.principal(ctx), Caller: true,
		})
	if err != nil {
		return "", history.Event{}, err
	}
	var turn sync.Mutex
	told := story.NewProgress(c.s.out, c.st)
	machines.OnEvent = func(_ string, e history.Event) {
		turn.Lock()
		defer turn.Unlock()
		told.Event(e)
	}
	running, err := machines.Start(ctx, c.deployed.Preflight, name, input)
	if err != nil {
		return "", history.Event{}, err
	}
	if _, err := machines.Wait(ctx); err != nil {
		return "", history.Event{}, err
	}
	if err := ctx.Err(); err != nil {
		return "", history.Event{}, err
	}
	events := running.Result.History
	return running.ARN, events[len(events)-1], nil
}

// reader reads the account with the caller's credentials, and no stack.
func (c *onCall) reader(policy *triage.Policy) account.Reader {
	return account.Reader{
		Account: c.aws.account, Region: c.aws.region,
		Detectors: guardduty.NewDetectorReader(slim.NewGuardDuty(c.aws.config)), Quotas: servicequotas.New(slim.NewServiceQuotas(c.aws.config)),
		Network: ec2.New(c.aws.ec2), Groups: autoscaling.New(c.aws.autoscaling), Principals: iam.NewPrincipals(c.aws.iam),
		Policy: func(context.Context) (account.Policy, error) {
			return account.PolicyOf(policy), nil
		},
		Clock: quarantine.SystemClock{},
	}
}

// principal is whose policies IAM is asked about: the caller's user, or role, whose ARN has a path that
// its session's has not. Where that cannot be read it is "", and what IAM would say is not known.
func (c *onCall) principal(ctx context.Context) string {
	id, ok := arn.Parse(c.aws.identity)
	session, assumed := strings.CutPrefix(id.Resource, "assumed-role/")
	if !ok || !assumed {
		return c.aws.identity
	}
	name, _, _ := strings.Cut(session, "/")
	role, err := c.aws.iam.GetRole(ctx, &awsiam.GetRoleInput{RoleName: &name})
	if err != nil {
		return ""
	}
	return *role.Role.Arn
}
