// Package executions reads the histories of executions from Step Functions, for
// people: without task tokens.
//
// It is separate from package sfn, so that the functions, which only answer tasks,
// do not link it.
package executions

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

// API is the part of the SDK's client that the package calls.
type API interface {
	GetExecutionHistory(context.Context, *sfn.GetExecutionHistoryInput, ...func(*sfn.Options)) (*sfn.GetExecutionHistoryOutput, error)
}

var _ API = (*sfn.Client)(nil)

// pageSize is the maximum number of events in one answer.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetExecutionHistory.html
const pageSize = 1000

// History returns an execution's events so far, oldest first, without task tokens.
// The errors are the SDK's; a missing execution gives
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

// Event converts the SDK's event. The two types differ only in the case of field
// names, which decoding JSON ignores. Details of kinds that history.Event has no
// field for are dropped.
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
