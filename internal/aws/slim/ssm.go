package slim

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// SSM has the operations of Systems Manager that are called.
type SSM struct {
	getParameter        operation[ssm.GetParameterInput, ssm.GetParameterOutput, ssm.Options]
	getParameterHistory operation[ssm.GetParameterHistoryInput, ssm.GetParameterHistoryOutput, ssm.Options]
	putParameter        operation[ssm.PutParameterInput, ssm.PutParameterOutput, ssm.Options]
}

// NewSSM makes the client.
func NewSSM(config aws.Config, options ...func(*ssm.Options)) SSM {
	client := ssm.NewFromConfig(config, options...)
	return SSM{
		getParameter:        client.GetParameter,
		getParameterHistory: client.GetParameterHistory,
		putParameter:        client.PutParameter,
	}
}

func (c SSM) GetParameter(ctx context.Context, in *ssm.GetParameterInput, o ...func(*ssm.Options)) (*ssm.GetParameterOutput, error) {
	return c.getParameter(ctx, in, o...)
}

func (c SSM) GetParameterHistory(ctx context.Context, in *ssm.GetParameterHistoryInput, o ...func(*ssm.Options)) (*ssm.GetParameterHistoryOutput, error) {
	return c.getParameterHistory(ctx, in, o...)
}

func (c SSM) PutParameter(ctx context.Context, in *ssm.PutParameterInput, o ...func(*ssm.Options)) (*ssm.PutParameterOutput, error) {
	return c.putParameter(ctx, in, o...)
}
