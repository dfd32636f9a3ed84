// Package executions starts executions of Step Functions and reads their
// histories, for people: as the interpreter's events, and without task tokens.
//
// It is apart from package sfn, because the interpreter's types bring the
// interpreter with them, and a Lambda function has no use for that.
package executions

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// API is what the package calls of the SDK's client.
type API interface {
	GetExecutionHistory(context.Context, *sfn.GetExecutionHistoryInput, ...func(*sfn.Options)) (*sfn.GetExecutionHistoryOutput, error)
}

var _ API = (*sfn.Client)(nil)

// pageSize is the most that one answer has.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
const pageSize = 1000

// History gives an execution's events up to now, the oldest first, without
// task tokens. Errors are the SDK's; for an execution that is not there
// *types.ExecutionDoesNotExist.
//
// IAM actions: states:GetExecutionHistory on the execution.
func History(ctx context.Context, api API, arn string) ([]asl.Event, error) {
	pages := sfn.NewGetExecutionHistoryPaginator(api, &sfn.GetExecutionHistoryInput{ExecutionArn: &arn, MaxResults: pageSize})
	var out []asl.Event
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, from := range page.Events {
			e, err := Event(from)
			if err != nil {
				return nil, err
			}
			out = append(out, e)
		}
	}
	return WithoutTokens(out), nil
}

// Event is the SDK's event as the interpreter has it: the two differ in the
// case of names alone, which decoding JSON does not mind. Of kinds that the
// interpreter does not write, the details are left out.
func Event(from types.HistoryEvent) (asl.Event, error) {
	text, err := json.Marshal(from)
	if err != nil {
		return asl.Event{}, fmt.Errorf("event %d of the history has no JSON form: %w", from.Id, err)
	}
	var to asl.Event
	if err := json.Unmarshal(text, &to); err != nil {
		return asl.Event{}, fmt.Errorf("event %d of the history (%s) is not as it should be: %w", from.Id, from.Type, err)
	}
	to.Timestamp = to.Timestamp.UTC()
	return to, nil
}
