// Package executions reads the histories of executions from Step Functions, for
// people: without task tokens.
//
// It is apart from package sfn, which functions link: they answer tasks, and
// read no history.
package executions

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/ec2-quarantine/quarantine/internal/history"
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
func History(ctx context.Context, api API, arn string) ([]history.Event, error) {
	pages := sfn.NewGetExecutionHistoryPaginator(api, &sfn.GetExecutionHistoryInput{ExecutionArn: &arn, MaxResults: pageSize})
	var out []history.Event
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
	return history.WithoutTokens(out), nil
}

// Event is the SDK's event as package history has it: the two differ in the
// case of names alone, which decoding JSON does not mind. Of kinds that
// history.Event has no details for, the details are left out.
func Event(from types.HistoryEvent) (history.Event, error) {
	text, err := json.Marshal(from)
	if err != nil {
		return history.Event{}, fmt.Errorf("event %d of the history has no JSON form: %w", from.Id, err)
	}
	var to history.Event
	if err := json.Unmarshal(text, &to); err != nil {
		return history.Event{}, fmt.Errorf("event %d of the history (%s) is not as it should be: %w", from.Id, from.Type, err)
	}
	to.Timestamp = to.Timestamp.UTC()
	return to, nil
}
