package main

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	awssts "github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"

	"github.com/ec2-quarantine/quarantine/internal/aws/awserror"
	"github.com/ec2-quarantine/quarantine/internal/aws/dryrun"
	"github.com/ec2-quarantine/quarantine/internal/aws/slim"
	"github.com/ec2-quarantine/quarantine/internal/aws/sns"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// tableWait is how long a new table may take to become active.
const tableWait = 2 * time.Minute

// clients are the SDK's, for one account and region.
type clients struct {
	config          aws.Config
	account, region string
	identity        string // our ARN
	ec2             slim.EC2
	autoscaling     slim.AutoScaling
	elbv2           slim.ELBv2
	elb             slim.ELB
	dynamodb        slim.DynamoDB
	iam             slim.IAM
	sts             slim.STS
	sfn             slim.SFN
}

// connect makes the clients through the SDK's ordinary credential chain and
// asks who we are. Without an endpoint they talk to AWS, and without a region or a
// profile by those of the AWS configuration.
func connect(ctx context.Context, profile, endpoint, region string) (*clients, error) {
	options := []func(*config.LoadOptions) error{
		config.WithRegion(region), config.WithSharedConfigProfile(profile),
		config.WithAPIOptions([]func(*middleware.Stack) error{dryrun.Guard}),
		// What it warns of, as that a connection is not used again, people cannot act on; its errors are told.
		config.WithLogger(logging.Nop{}),
	}
	if endpoint != "" {
		options = append(options, config.WithBaseEndpoint(endpoint))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, usage("the AWS configuration cannot be read: %w", err)
	}
	if cfg.Region == "" {
		return nil, usage("no region: use --region, or set AWS_REGION")
	}
	out := &clients{
		config: cfg, region: cfg.Region,
		ec2: slim.NewEC2(cfg), autoscaling: slim.NewAutoScaling(cfg), elbv2: slim.NewELBv2(cfg), elb: slim.NewELB(cfg),
		dynamodb: slim.NewDynamoDB(cfg), iam: slim.NewIAM(cfg), sts: slim.NewSTS(cfg), sfn: slim.NewSFN(cfg),
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return nil, usage("no AWS credentials that work: sign in (aws sso login), or use --profile or AWS_PROFILE: %w", err)
	}
	who, err := out.sts.GetCallerIdentity(ctx, &awssts.GetCallerIdentityInput{})
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, err
	case awserror.Unanswered(err):
		return nil, usage("AWS does not answer: look at the network, a proxy, the region and the endpoint: %w", err)
	case err != nil:
		return nil, usage("no AWS credentials that work: AWS refuses these; sign in (aws sso login), or use --profile or AWS_PROFILE: %w", err)
	}
	out.account, out.identity = aws.ToString(who.Account), aws.ToString(who.Arn)
	return out, nil
}

// topic is the channel to an SNS topic.
func (c *clients) topic(arn string) quarantine.Channel {
	return sns.New(slim.NewSNS(c.config), arn)
}

// hasTable tells whether the ledger's table is there.
func (c *clients) hasTable(ctx context.Context, table string) (bool, error) {
	_, err := c.dynamodb.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return false, nil
	}
	return err == nil, err
}

// makeTable makes the ledger's table and waits until it can be used.
func (c *clients) makeTable(ctx context.Context, table string) error {
	_, err := c.dynamodb.CreateTable(ctx, ledger.TableDefinition(table))
	if _, there := errors.AsType[*types.ResourceInUseException](err); err != nil && !there {
		return err
	}
	if err := dynamodb.NewTableExistsWaiter(c.dynamodb).Wait(ctx, &dynamodb.DescribeTableInput{TableName: &table}, tableWait); err != nil {
		return err
	}
	_, err = c.dynamodb.UpdateTimeToLive(ctx, ledger.TimeToLive(table))
	if awserror.HasCode(err, "ValidationException") { // another run has enabled it already
		return nil
	}
	return err
}
