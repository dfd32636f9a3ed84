// Command lambda is the preflight function on AWS Lambda.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awscloudwatch "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	awsevents "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	awsguardduty "github.com/aws/aws-sdk-go-v2/service/guardduty"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	awsquotas "github.com/aws/aws-sdk-go-v2/service/servicequotas"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"

	handler "github.com/ec2-quarantine/quarantine/functions/preflight"
	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/accounts"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/cloudwatch"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/servicequotas"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/aws/sqs"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/boundary/lambdaboundary"
	"github.com/ec2-quarantine/quarantine/internal/preflight/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// config is the environment: the ledger's, the place's, the stack's and the metrics', what the functions'
// calls that have no DryRun are about, and what the stack has deployed.
//
//	FUNCTION_ROLES               required  ARNs of the functions' roles, by their names: isolate=arn:...,notify=arn:...
//	STATE_MACHINE_ARN            optional  ARN of the state machine that asks people; without it, nothing is said of handing their words over
//	ALERTS_TOPIC_ARN             optional  ARN of the SNS topic that people subscribe to
//	FINDINGS_RULE                required  name of the rule that takes findings
//	RULE_TARGET_ARN              required  ARN of the state machine that the rule starts
//	DEAD_LETTER_QUEUE_URL        required  URL of the queue of findings that could not be handed over
//	WATCH_DEAD_LETTER_QUEUE_URL  required  URL of the queue of looks that could not be started
//	OPERATIONS_TOPIC_ARN         required  ARN of the topic for alarms
//	APPROVAL_URL                 optional  address of the page where questions are decided; without it there is none
//	POLICY_PARAMETER             optional  name or ARN of the SSM parameter with the policy; without it, the embedded policy holds
//	LOG_LEVEL                    optional  DEBUG, INFO (the default), WARN or ERROR
type config struct {
	Roles   string `env:"FUNCTION_ROLES"`
	Machine string `env:"STATE_MACHINE_ARN"`
	Topic   string `env:"ALERTS_TOPIC_ARN"`
	Ledger  lambdaboundary.Ledger
	Place   lambdaboundary.Place
	Stack   lambdaboundary.Stack
	Metrics lambdaboundary.Metrics

	Rule             string `env:"FINDINGS_RULE"`
	RuleTarget       string `env:"RULE_TARGET_ARN"`
	DeadLetters      string `env:"DEAD_LETTER_QUEUE_URL"`
	WatchDeadLetters string `env:"WATCH_DEAD_LETTER_QUEUE_URL"`
	Operations       string `env:"OPERATIONS_TOPIC_ARN"`
	Page             string `env:"APPROVAL_URL"`
	PolicyParameter  string `env:"POLICY_PARAMETER"`
}

// deployed names everything that is missing: without it, a check would be left out unseen.
func (c config) deployed() error {
	var missing []error
	for _, v := range []struct{ name, value string }{
		{"STACK_NAME", c.Stack.Name}, {"FINDINGS_RULE", c.Rule}, {"RULE_TARGET_ARN", c.RuleTarget}, {"DEAD_LETTER_QUEUE_URL", c.DeadLetters},
		{"WATCH_DEAD_LETTER_QUEUE_URL", c.WatchDeadLetters}, {"OPERATIONS_TOPIC_ARN", c.Operations},
	} {
		if v.value == "" {
			missing = append(missing, fmt.Errorf("%s is not set: a preflight would not check what it names", v.name))
		}
	}
	return errors.Join(missing...)
}

func main() { lambdaboundary.Main("preflight", build) }

func build(ctx context.Context, c config, _ *slog.Logger) (boundary.Function, error) {
	roles, err := rolesOf(c.Roles)
	if err := errors.Join(err, c.Ledger.Validate(), c.Place.Validate(), c.deployed()); err != nil {
		return nil, err
	}
	cloud, err := lambdaboundary.AWS(ctx, lambdaboundary.AttemptTime)
	if err != nil {
		return nil, err
	}
	_, identity := roles["measures-identity"]
	h := &handler.Handler{
		Account: c.reader(cloud, roles), Simulator: iam.NewSimulator(awsiam.NewFromConfig(cloud)),
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

// reader reads the account and the stack, under the function's own role.
func (c config) reader(cloud aws.Config, roles map[string]string) account.Reader {
	reach := accounts.New(cloud, c.Place.Account, cloud.Region)
	return account.Reader{
		Account: c.Place.Account, Region: cloud.Region,
		Stack: account.Stack{
			Name: c.Stack.Name, Rule: c.Rule, Machine: c.RuleTarget, DeadLetters: c.DeadLetters, WatchDeadLetters: c.WatchDeadLetters,
			Alerts: c.Topic, Operations: c.Operations, Page: c.Page, Alarms: account.Alarms(), Roles: slices.Sorted(maps.Values(roles)),
		},
		Detectors: guardduty.NewDetectorReader(awsguardduty.NewFromConfig(cloud)), Rules: eventbridge.NewRules(awsevents.NewFromConfig(cloud)),
		Queues: sqs.New(awssqs.NewFromConfig(cloud)), Topics: sns.NewTopics(awssns.NewFromConfig(cloud)),
		Metrics: cloudwatch.New(awscloudwatch.NewFromConfig(cloud)), Quotas: servicequotas.New(awsquotas.NewFromConfig(cloud)),
		Network: ec2.Across(reach, nil), Groups: autoscaling.Across(reach), Principals: iam.NewPrincipals(awsiam.NewFromConfig(cloud)),
		Pages: account.Web{}, Clock: quarantine.SystemClock{},
		Policy: func(ctx context.Context) (account.Policy, error) {
			current, err := c.policies(ssm.New(awsssm.NewFromConfig(cloud))).Current(ctx)
			if err != nil {
				return account.Policy{}, err
			}
			return account.PolicyOf(current.Policy), nil
		},
	}
}

// policies are triage's, read anew each time: what judges is looked at, also where the newest version does
// not parse. That is triage's own to tell.
func (c config) policies(parameters *ssm.Client) triage.Policies {
	if c.PolicyParameter == "" {
		return triage.Always(triage.DefaultPolicy())
	}
	return &triage.Parameter{
		Revisions: parameters.Text(c.PolicyParameter), Clock: quarantine.SystemClock{}, Log: slog.New(slog.DiscardHandler),
	}
}
