package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	awscloudwatch "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	awsevents "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	awsguardduty "github.com/aws/aws-sdk-go-v2/service/guardduty"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	awsquotas "github.com/aws/aws-sdk-go-v2/service/servicequotas"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/ec2-quarantine/quarantine/functions/triage"
	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/cloudwatch"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/servicequotas"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/aws/sqs"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	lab "github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/moto"
	"github.com/ec2-quarantine/quarantine/internal/preflight/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// A preflight of a deployed stack and of a laptop, on an account that nobody here wrote.
func TestPreflightScripts(t *testing.T) {
	t.Parallel()
	moto.NewAccount(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/preflight", RequireExplicitExec: true, Setup: newPreflights,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"deploy": deploy, "breaks": breaks, "denies": denies},
	})
}

// preflightWorld is the world in which EC2 knows DryRun of every call, EventBridge tries patterns, Lambda
// has quotas and IAM simulates: what moto does not.
type preflightWorld struct {
	*world
	stack account.Stack
	lab   *lab.Account // answers for EventBridge and Service Quotas

	mu     sync.Mutex
	denied []string // operations
}

type preflightWorldKey struct{}

func newPreflights(e *testscript.Env) error {
	if err := newWorld(e); err != nil {
		return err
	}
	w := &preflightWorld{world: e.Values[worldKey{}].(*world), lab: lab.New(lab.Options{})}
	server := httptest.NewServer(heldToHelp(e.T().(testing.TB), w))
	e.Defer(server.Close)
	e.Setenv("AWS_ENDPOINT_URL", server.URL)
	e.Values[preflightWorldKey{}] = w
	w.steps.config.BaseEndpoint = aws.String(server.URL)
	w.steps.config.HTTPClient = http.DefaultClient
	return w.healthy(e)
}

// ServeHTTP answers what moto does not, and denies what it is told to.
func (w *preflightWorld) ServeHTTP(to http.ResponseWriter, from *http.Request) {
	body, _ := io.ReadAll(from.Body)
	from.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	operation := form.Get("Action")
	if _, named, is := strings.Cut(from.Header.Get("X-Amz-Target"), "."); is {
		operation = named
	}
	w.mu.Lock()
	denied := slices.Contains(w.denied, operation)
	w.mu.Unlock()
	switch {
	case denied:
		denyAs(to, from, string(body))
	case form.Get("DryRun") == "true":
		to.WriteHeader(http.StatusPreconditionFailed)
		fmt.Fprint(to, "<Response><Errors><Error><Code>DryRunOperation</Code><Message>Request would have succeeded, but DryRun flag is set.</Message></Error></Errors></Response>")
	case operation == "SimulatePrincipalPolicy":
		allowedAll(to, form)
	case operation == "TestEventPattern":
		fromMemory(to, body, func(in *awsevents.TestEventPatternInput) (any, error) {
			return w.lab.EventBridge().TestEventPattern(from.Context(), in)
		})
	case operation == "GetServiceQuota":
		fromMemory(to, body, func(in *awsquotas.GetServiceQuotaInput) (any, error) {
			return w.lab.ServiceQuotas().GetServiceQuota(from.Context(), in)
		})
	case operation == "GetAWSDefaultServiceQuota":
		fromMemory(to, body, func(in *awsquotas.GetAWSDefaultServiceQuotaInput) (any, error) {
			return w.lab.ServiceQuotas().GetAWSDefaultServiceQuota(from.Context(), in)
		})
	default:
		w.world.ServeHTTP(to, from)
	}
}

// fromMemory has the account in memory answer a request of the JSON protocol.
func fromMemory[I any](to http.ResponseWriter, body []byte, by func(*I) (any, error)) {
	in := new(I)
	_ = json.Unmarshal(body, in)
	out, err := by(in)
	if api, is := errors.AsType[smithy.APIError](err); is {
		fault(to, api.ErrorCode())
		return
	}
	reply(to, out)
}

// allowedAll allows every action that is asked about.
func allowedAll(to http.ResponseWriter, form url.Values) {
	fmt.Fprint(to, `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>`)
	for n := 1; form.Get(fmt.Sprintf("ActionNames.member.%d", n)) != ""; n++ {
		fmt.Fprintf(to, "<member><EvalActionName>%s</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>allowed</EvalDecision></member>", form.Get(fmt.Sprintf("ActionNames.member.%d", n)))
	}
	fmt.Fprint(to, "</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>")
}

// healthy makes what the stack guard would have, and has its preflight read that.
func (w *preflightWorld) healthy(e *testscript.Env) error {
	ctx, cloud := context.Background(), w.account.Config()
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Robots-Tag", "noindex, nofollow") // as the page does
		http.NotFound(w, r)
	}))
	e.Defer(page.Close)
	w.stack = account.Stack{
		Name: "guard", Rule: "guard-FindingsRule", Machine: "arn:aws:states:eu-west-1:" + w.account.ID + ":stateMachine:guard-contain", Page: page.URL,
	}
	queues, topics := awssqs.NewFromConfig(cloud), awssns.NewFromConfig(cloud)
	for name, url := range map[string]*string{"dead": &w.stack.DeadLetters, "watch-dead": &w.stack.WatchDeadLetters} {
		made, err := queues.CreateQueue(ctx, &awssqs.CreateQueueInput{QueueName: &name})
		if err != nil {
			return err
		}
		*url = *made.QueueUrl
	}
	for name, arn := range map[string]*string{"alerts": &w.stack.Alerts, "operations": &w.stack.Operations} {
		made, err := topics.CreateTopic(ctx, &awssns.CreateTopicInput{Name: &name})
		if err != nil {
			return err
		}
		*arn = *made.TopicArn
		if _, err := topics.Subscribe(ctx, &awssns.SubscribeInput{TopicArn: arn, Protocol: aws.String("email"), Endpoint: aws.String("oncall@example.com")}); err != nil {
			return err
		}
	}
	if err := w.rule(ctx, eventstypes.RuleStateEnabled); err != nil {
		return err
	}
	if err := w.evidence(ctx, e.Getenv("INSTANCE_1")); err != nil {
		return err
	}
	w.steps.reader = w.reader()
	return w.alarm(ctx, true)
}

func (w *preflightWorld) rule(ctx context.Context, state eventstypes.RuleState) error {
	api, name := awsevents.NewFromConfig(w.account.Config()), &w.stack.Rule
	if _, err := api.PutRule(ctx, &awsevents.PutRuleInput{
		Name: name, State: state, EventPattern: aws.String(`{"source":["aws.guardduty"],"detail-type":["GuardDuty Finding"],"detail":{"accountId":["` + w.account.ID + `"]}}`),
	}); err != nil {
		return err
	}
	_, err := api.PutTargets(ctx, &awsevents.PutTargetsInput{Rule: name, Targets: []eventstypes.Target{{
		Id: aws.String("StateMachine"), Arn: &w.stack.Machine, DeadLetterConfig: &eventstypes.DeadLetterConfig{Arn: aws.String("arn:aws:sqs:eu-west-1:" + w.account.ID + ":dead")},
	}}})
	return err
}

// evidence is a snapshot that a containment took before.
func (w *preflightWorld) evidence(ctx context.Context, instance string) error {
	_, err := awsec2.NewFromConfig(w.account.Config()).CreateSnapshots(ctx, &awsec2.CreateSnapshotsInput{
		InstanceSpecification: &ec2types.InstanceSpecification{InstanceId: &instance},
		TagSpecifications: []ec2types.TagSpecification{{ResourceType: ec2types.ResourceTypeSnapshot, Tags: []ec2types.Tag{{
			Key: aws.String(quarantine.TagProduct), Value: aws.String(quarantine.Product),
		}}}},
	})
	return err
}

func (w *preflightWorld) alarm(ctx context.Context, acts bool) error {
	_, err := awscloudwatch.NewFromConfig(w.account.Config()).PutMetricAlarm(ctx, &awscloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("guard-DeadLetters"), AlarmActions: []string{w.stack.Operations}, ActionsEnabled: &acts,
		Namespace: aws.String("AWS/SQS"), MetricName: aws.String("ApproximateNumberOfMessagesVisible"), Statistic: cwtypes.StatisticSum,
		Period: aws.Int32(300), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(0), ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold,
	})
	return err
}

// reader reads as the function preflight does, over moto.
func (w *preflightWorld) reader() account.Reader {
	cloud, policy := w.steps.config, triage.DefaultPolicy()
	return account.Reader{
		Account: w.account.ID, Region: moto.Region, Stack: w.stack,
		Detectors: guardduty.NewDetectorReader(awsguardduty.NewFromConfig(cloud)), Rules: eventbridge.NewRules(awsevents.NewFromConfig(cloud)),
		Queues: sqs.New(awssqs.NewFromConfig(cloud)), Topics: sns.NewTopics(awssns.NewFromConfig(cloud)),
		Metrics: cloudwatch.New(awscloudwatch.NewFromConfig(cloud)), Quotas: servicequotas.New(awsquotas.NewFromConfig(cloud)),
		Network: ec2.New(awsec2.NewFromConfig(cloud)), Groups: autoscaling.New(awsautoscaling.NewFromConfig(cloud)),
		Principals: iam.NewPrincipals(awsiam.NewFromConfig(cloud)), Pages: account.Web{}, Clock: quarantine.SystemClock{},
		Policy: func(context.Context) (account.Policy, error) {
			return account.Policy{Exempt: policy.Exemptions(), Limits: policy.Limits(), Measures: policy.Measures()}, nil
		},
	}
}

// breaks THING breaks it, and mends what was broken before.
func breaks(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(preflightWorldKey{}).(*preflightWorld)
	ctx := context.Background()
	state, acts := eventstypes.RuleStateEnabled, true
	w.breaks(nil)
	switch thing := strings.Join(args, " "); thing {
	case "rule":
		state = eventstypes.RuleStateDisabled
	case "alarm":
		acts = false
	case "queue":
		_, err := awssqs.NewFromConfig(w.account.Config()).SendMessage(ctx, &awssqs.SendMessageInput{QueueUrl: &w.stack.DeadLetters, MessageBody: aws.String("{}")})
		ts.Check(err)
	case "policy": // that of triage does not parse, and so it does not start
		_, err := triage.ParsePolicy([]byte("version: 1\nthresholds: {isolate: 1000}\n"))
		w.breaks(map[string]boundary.Function{"triage": failing(err)})
	case "secret": // that of notify is gone
		started := func(context.Context) (string, error) {
			return "", quarantine.Failf(quarantine.Unexpected, "there is no such parameter: create it, or correct its name in the function's configuration")
		}
		w.breaks(map[string]boundary.Function{"notify": boundary.Preflight{Function: "notify", Started: started}.Beside(nil)})
	case "function":
		w.breaks(map[string]boundary.Function{"isolate": failing(quarantine.Failf(quarantine.Unexpected, "LEDGER_TABLE is not set: give the function the name of the ledger's table"))})
	case "quota":
		w.lab.SetQuota("vpc", "L-B4A6D682", 1)
	case "":
		w.lab.SetQuota("vpc", "L-B4A6D682", 200)
		_, err := awssqs.NewFromConfig(w.account.Config()).PurgeQueue(ctx, &awssqs.PurgeQueueInput{QueueUrl: &w.stack.DeadLetters})
		ts.Check(err)
	default:
		ts.Fatalf("nothing is known of %s", thing)
	}
	ts.Check(w.rule(ctx, state))
	ts.Check(w.alarm(ctx, acts))
}

// breaks has functions answer something else.
func (w *preflightWorld) breaks(functions map[string]boundary.Function) {
	w.steps.mu.Lock()
	defer w.steps.mu.Unlock()
	w.steps.broken = functions
}

// failing answers everything with an error.
func failing(err error) boundary.Function {
	return boundary.Wrap(func(context.Context, map[string]any) (any, error) { return nil, err })
}

// denies OPERATION... denies these from now on, and no others.
func denies(ts *testscript.TestScript, _ bool, args []string) {
	w := ts.Value(preflightWorldKey{}).(*preflightWorld)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.denied = args
}
