package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// SFN has the operations of Step Functions that are called.
type SFN struct {
	describeStateMachine operation[sfn.DescribeStateMachineInput, sfn.DescribeStateMachineOutput, sfn.Options]
	describeExecution    operation[sfn.DescribeExecutionInput, sfn.DescribeExecutionOutput, sfn.Options]
	getExecutionHistory  operation[sfn.GetExecutionHistoryInput, sfn.GetExecutionHistoryOutput, sfn.Options]
	listExecutions       operation[sfn.ListExecutionsInput, sfn.ListExecutionsOutput, sfn.Options]
	sendTaskSuccess      operation[sfn.SendTaskSuccessInput, sfn.SendTaskSuccessOutput, sfn.Options]
	startExecution       operation[sfn.StartExecutionInput, sfn.StartExecutionOutput, sfn.Options]
	stopExecution        operation[sfn.StopExecutionInput, sfn.StopExecutionOutput, sfn.Options]
}

// NewSFN makes the client.
func NewSFN(config aws.Config, options ...func(*sfn.Options)) SFN {
	client := sfn.NewFromConfig(config, options...)
	return SFN{
		describeStateMachine: client.DescribeStateMachine,
		describeExecution:    client.DescribeExecution,
		getExecutionHistory:  client.GetExecutionHistory,
		listExecutions:       client.ListExecutions,
		sendTaskSuccess:      client.SendTaskSuccess,
		startExecution:       client.StartExecution,
		stopExecution:        client.StopExecution,
	}
}

func (c SFN) DescribeExecution(ctx context.Context, in *sfn.DescribeExecutionInput, o ...func(*sfn.Options)) (*sfn.DescribeExecutionOutput, error) {
	return c.describeExecution(ctx, in, o...)
}

func (c SFN) DescribeStateMachine(ctx context.Context, in *sfn.DescribeStateMachineInput, o ...func(*sfn.Options)) (*sfn.DescribeStateMachineOutput, error) {
	return c.describeStateMachine(ctx, in, o...)
}

func (c SFN) GetExecutionHistory(ctx context.Context, in *sfn.GetExecutionHistoryInput, o ...func(*sfn.Options)) (*sfn.GetExecutionHistoryOutput, error) {
	return c.getExecutionHistory(ctx, in, o...)
}

func (c SFN) ListExecutions(ctx context.Context, in *sfn.ListExecutionsInput, o ...func(*sfn.Options)) (*sfn.ListExecutionsOutput, error) {
	return c.listExecutions(ctx, in, o...)
}

func (c SFN) SendTaskSuccess(ctx context.Context, in *sfn.SendTaskSuccessInput, o ...func(*sfn.Options)) (*sfn.SendTaskSuccessOutput, error) {
	return c.sendTaskSuccess(ctx, in, o...)
}

func (c SFN) StartExecution(ctx context.Context, in *sfn.StartExecutionInput, o ...func(*sfn.Options)) (*sfn.StartExecutionOutput, error) {
	return c.startExecution(ctx, in, o...)
}

func (c SFN) StopExecution(ctx context.Context, in *sfn.StopExecutionInput, o ...func(*sfn.Options)) (*sfn.StopExecutionOutput, error) {
	return c.stopExecution(ctx, in, o...)
}
