package aws_test

import (
	"context"

	awsautoscaling "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	awscfn "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	awscloudwatch "github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awsec2 "github.com/aws/aws-sdk-go-v2/service/ec2"
	awselb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	awselbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	awsevents "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	awsgd "github.com/aws/aws-sdk-go-v2/service/guardduty"
	awsiam "github.com/aws/aws-sdk-go-v2/service/iam"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	awsquotas "github.com/aws/aws-sdk-go-v2/service/servicequotas"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"
	awssns "github.com/aws/aws-sdk-go-v2/service/sns"
	awssqs "github.com/aws/aws-sdk-go-v2/service/sqs"
	awsssm "github.com/aws/aws-sdk-go-v2/service/ssm"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ec2-quarantine/quarantine/internal/aws/autoscaling"
	"github.com/ec2-quarantine/quarantine/internal/aws/cloudformation"
	"github.com/ec2-quarantine/quarantine/internal/aws/cloudwatch"
	"github.com/ec2-quarantine/quarantine/internal/aws/ec2"
	"github.com/ec2-quarantine/quarantine/internal/aws/elb"
	"github.com/ec2-quarantine/quarantine/internal/aws/elbv2"
	"github.com/ec2-quarantine/quarantine/internal/aws/eventbridge"
	"github.com/ec2-quarantine/quarantine/internal/aws/guardduty"
	"github.com/ec2-quarantine/quarantine/internal/aws/iam"
	"github.com/ec2-quarantine/quarantine/internal/aws/s3"
	"github.com/ec2-quarantine/quarantine/internal/aws/servicequotas"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/aws/sqs"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm"
	"github.com/ec2-quarantine/quarantine/internal/aws/sts"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func enterStandby(ctx context.Context, answer error) error {
	return autoscaling.New(groups{err: answer}).EnterStandby(ctx, quarantine.Resource{}, "web")
}

type groups struct {
	autoscaling.API
	err error
}

func (g groups) EnterStandby(context.Context, *awsautoscaling.EnterStandbyInput, ...func(*awsautoscaling.Options)) (*awsautoscaling.EnterStandbyOutput, error) {
	return nil, g.err
}

func describeStack(ctx context.Context, answer error) error {
	_, err := cloudformation.New(stacks{err: answer}).Stack(ctx, "quarantine")
	return err
}

type stacks struct {
	cloudformation.API
	err error
}

func (s stacks) DescribeStacks(context.Context, *awscfn.DescribeStacksInput, ...func(*awscfn.Options)) (*awscfn.DescribeStacksOutput, error) {
	return nil, s.err
}

func getItem(ctx context.Context, answer error) error {
	_, err := ledger.New(items{err: answer}, "table").Body(ctx, "inc-1", "instance")
	return err
}

type items struct {
	ledger.API
	err error
}

func (i items) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	return nil, i.err
}

func describeNetworkACLs(ctx context.Context, answer error) error {
	_, err := ec2.New(acls{err: answer}).NetworkACLs(ctx, quarantine.Resource{}, "vpc-1")
	return err
}

type acls struct {
	ec2.API
	err error
}

func (a acls) DescribeNetworkAcls(context.Context, *awsec2.DescribeNetworkAclsInput, ...func(*awsec2.Options)) (*awsec2.DescribeNetworkAclsOutput, error) {
	return nil, a.err
}

func registerInstance(ctx context.Context, answer error) error {
	return elb.New(balancers{err: answer}).Register(ctx, quarantine.Resource{}, "web")
}

type balancers struct {
	elb.API
	err error
}

func (b balancers) RegisterInstancesWithLoadBalancer(context.Context, *awselb.RegisterInstancesWithLoadBalancerInput, ...func(*awselb.Options)) (*awselb.RegisterInstancesWithLoadBalancerOutput, error) {
	return nil, b.err
}

func registerTarget(ctx context.Context, answer error) error {
	return elbv2.New(targets{err: answer}).Register(ctx, quarantine.Resource{}, quarantine.Target{})
}

type targets struct {
	elbv2.API
	err error
}

func (t targets) RegisterTargets(context.Context, *awselbv2.RegisterTargetsInput, ...func(*awselbv2.Options)) (*awselbv2.RegisterTargetsOutput, error) {
	return nil, t.err
}

func putEvents(ctx context.Context, answer error) error {
	return eventbridge.New(bus{err: answer}, "default", quarantine.SystemClock{}).Send(ctx, quarantine.Message{})
}

type bus struct {
	eventbridge.API
	err error
}

func (b bus) PutEvents(context.Context, *awsevents.PutEventsInput, ...func(*awsevents.Options)) (*awsevents.PutEventsOutput, error) {
	return nil, b.err
}

func getRole(ctx context.Context, answer error) error {
	_, err := iam.New(roles{err: answer}).Role(ctx, quarantine.Resource{}, "web")
	return err
}

type roles struct {
	iam.API
	err error
}

func (r roles) GetRole(context.Context, *awsiam.GetRoleInput, ...func(*awsiam.Options)) (*awsiam.GetRoleOutput, error) {
	return nil, r.err
}

func listBuckets(ctx context.Context, answer error) error {
	_, err := s3.New(buckets{err: answer}, "eu-west-1").Buckets(ctx, "quarantine")
	return err
}

type buckets struct {
	s3.API
	err error
}

func (b buckets) ListBuckets(context.Context, *awss3.ListBucketsInput, ...func(*awss3.Options)) (*awss3.ListBucketsOutput, error) {
	return nil, b.err
}

func sendTaskSuccess(ctx context.Context, answer error) error {
	return sfn.New(tasks{answer}).Succeed(ctx, "token", quarantine.Decision{})
}

type tasks struct{ err error }

func (t tasks) SendTaskSuccess(context.Context, *awssfn.SendTaskSuccessInput, ...func(*awssfn.Options)) (*awssfn.SendTaskSuccessOutput, error) {
	return nil, t.err
}

func publish(ctx context.Context, answer error) error {
	return sns.New(topic{answer}, "arn:aws:sns:eu-west-1:111122223333:alerts").Send(ctx, quarantine.Message{})
}

type topic struct{ err error }

func (t topic) Publish(context.Context, *awssns.PublishInput, ...func(*awssns.Options)) (*awssns.PublishOutput, error) {
	return nil, t.err
}

func getParameter(ctx context.Context, answer error) error {
	_, err := ssm.New(parameters{err: answer}).Parameter(ctx, "/name")
	return err
}

type parameters struct {
	ssm.API
	err error
}

func (p parameters) GetParameter(context.Context, *awsssm.GetParameterInput, ...func(*awsssm.Options)) (*awsssm.GetParameterOutput, error) {
	return nil, p.err
}

func getCallerIdentity(ctx context.Context, answer error) error {
	_, err := sts.New(caller{answer}).Identity(ctx)
	return err
}

type caller struct{ err error }

func (c caller) GetCallerIdentity(context.Context, *awssts.GetCallerIdentityInput, ...func(*awssts.Options)) (*awssts.GetCallerIdentityOutput, error) {
	return nil, c.err
}

func listDetectors(ctx context.Context, answer error) error {
	_, err := guardduty.NewDetectorReader(detectors{answer}).Detectors(ctx)
	return err
}

type detectors struct{ err error }

func (d detectors) ListDetectors(context.Context, *awsgd.ListDetectorsInput, ...func(*awsgd.Options)) (*awsgd.ListDetectorsOutput, error) {
	return nil, d.err
}

func (d detectors) GetDetector(context.Context, *awsgd.GetDetectorInput, ...func(*awsgd.Options)) (*awsgd.GetDetectorOutput, error) {
	return nil, d.err
}

func describeAlarms(ctx context.Context, answer error) error {
	_, err := cloudwatch.New(alarms{err: answer}).Alarms(ctx, "quarantine-")
	return err
}

type alarms struct {
	cloudwatch.API
	err error
}

func (a alarms) DescribeAlarms(context.Context, *awscloudwatch.DescribeAlarmsInput, ...func(*awscloudwatch.Options)) (*awscloudwatch.DescribeAlarmsOutput, error) {
	return nil, a.err
}

func describeRule(ctx context.Context, answer error) error {
	_, err := eventbridge.NewRules(rules{err: answer}).Rule(ctx, "findings")
	return err
}

type rules struct {
	eventbridge.RulesAPI
	err error
}

func (r rules) DescribeRule(context.Context, *awsevents.DescribeRuleInput, ...func(*awsevents.Options)) (*awsevents.DescribeRuleOutput, error) {
	return nil, r.err
}

func getServiceQuota(ctx context.Context, answer error) error {
	_, err := servicequotas.New(quotas{err: answer}).Quota(ctx, "vpc", "L-B4A6D682")
	return err
}

type quotas struct {
	servicequotas.API
	err error
}

func (q quotas) GetServiceQuota(context.Context, *awsquotas.GetServiceQuotaInput, ...func(*awsquotas.Options)) (*awsquotas.GetServiceQuotaOutput, error) {
	return nil, q.err
}

func getQueueAttributes(ctx context.Context, answer error) error {
	_, err := sqs.New(queues{answer}).Messages(ctx, "https://sqs.eu-west-1.amazonaws.com/111122223333/dead")
	return err
}

type queues struct{ err error }

func (q queues) GetQueueAttributes(context.Context, *awssqs.GetQueueAttributesInput, ...func(*awssqs.Options)) (*awssqs.GetQueueAttributesOutput, error) {
	return nil, q.err
}

func listSubscriptions(ctx context.Context, answer error) error {
	_, err := sns.NewTopics(subscriptions{answer}).Subscribers(ctx, "arn:aws:sns:eu-west-1:111122223333:alerts")
	return err
}

type subscriptions struct{ err error }

func (s subscriptions) ListSubscriptionsByTopic(context.Context, *awssns.ListSubscriptionsByTopicInput, ...func(*awssns.Options)) (*awssns.ListSubscriptionsByTopicOutput, error) {
	return nil, s.err
}
