package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

// CloudFormation has the operations of CloudFormation that are called.
type CloudFormation struct {
	createStack         operation[cloudformation.CreateStackInput, cloudformation.CreateStackOutput, cloudformation.Options]
	deleteStack         operation[cloudformation.DeleteStackInput, cloudformation.DeleteStackOutput, cloudformation.Options]
	describeStackEvents operation[cloudformation.DescribeStackEventsInput, cloudformation.DescribeStackEventsOutput, cloudformation.Options]
	describeStacks      operation[cloudformation.DescribeStacksInput, cloudformation.DescribeStacksOutput, cloudformation.Options]
	listStackResources  operation[cloudformation.ListStackResourcesInput, cloudformation.ListStackResourcesOutput, cloudformation.Options]
	listStacks          operation[cloudformation.ListStacksInput, cloudformation.ListStacksOutput, cloudformation.Options]
}

// NewCloudFormation makes the client.
func NewCloudFormation(config aws.Config, options ...func(*cloudformation.Options)) CloudFormation {
	client := cloudformation.NewFromConfig(config, options...)
	return CloudFormation{
		createStack:         client.CreateStack,
		deleteStack:         client.DeleteStack,
		describeStackEvents: client.DescribeStackEvents,
		describeStacks:      client.DescribeStacks,
		listStackResources:  client.ListStackResources,
		listStacks:          client.ListStacks,
	}
}

func (c CloudFormation) CreateStack(ctx context.Context, in *cloudformation.CreateStackInput, o ...func(*cloudformation.Options)) (*cloudformation.CreateStackOutput, error) {
	return c.createStack(ctx, in, o...)
}

func (c CloudFormation) DeleteStack(ctx context.Context, in *cloudformation.DeleteStackInput, o ...func(*cloudformation.Options)) (*cloudformation.DeleteStackOutput, error) {
	return c.deleteStack(ctx, in, o...)
}

func (c CloudFormation) DescribeStackEvents(ctx context.Context, in *cloudformation.DescribeStackEventsInput, o ...func(*cloudformation.Options)) (*cloudformation.DescribeStackEventsOutput, error) {
	return c.describeStackEvents(ctx, in, o...)
}

func (c CloudFormation) DescribeStacks(ctx context.Context, in *cloudformation.DescribeStacksInput, o ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	return c.describeStacks(ctx, in, o...)
}

func (c CloudFormation) ListStackResources(ctx context.Context, in *cloudformation.ListStackResourcesInput, o ...func(*cloudformation.Options)) (*cloudformation.ListStackResourcesOutput, error) {
	return c.listStackResources(ctx, in, o...)
}

func (c CloudFormation) ListStacks(ctx context.Context, in *cloudformation.ListStacksInput, o ...func(*cloudformation.Options)) (*cloudformation.ListStacksOutput, error) {
	return c.listStacks(ctx, in, o...)
}
