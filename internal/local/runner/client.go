package runner

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	awssfn "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// TaskTokens has the SDK client's method that answers task tokens, for the
// executions of a local StepFunctions.
type TaskTokens struct{ Of *StepFunctions }

// SendTaskSuccess follows https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
func (t TaskTokens) SendTaskSuccess(ctx context.Context, in *awssfn.SendTaskSuccessInput, _ ...func(*awssfn.Options)) (*awssfn.SendTaskSuccessOutput, error) {
	err := t.Of.SendTaskSuccess(ctx, aws.ToString(in.TaskToken), json.RawMessage(aws.ToString(in.Output)))
	if gone, ok := errors.AsType[*asl.TokenError](err); ok {
		err = &smithy.GenericAPIError{Code: gone.Name, Message: gone.Error()}
	}
	return &awssfn.SendTaskSuccessOutput{}, err
}
