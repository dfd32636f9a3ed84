package executions_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/sfn/executions"
	"github.com/ec2-quarantine/quarantine/internal/history"
)

var (
	moment = time.Date(2026, 3, 4, 12, 0, 0, 5e6, time.UTC)
	token  = strings.Repeat("AAAAKgAAAAIAAAAA+/", 20) + "=="
)

// pages is an API that returns one page after the other.
type pages [][]types.HistoryEvent

func (p pages) GetExecutionHistory(_ context.Context, in *sfn.GetExecutionHistoryInput, _ ...func(*sfn.Options)) (*sfn.GetExecutionHistoryOutput, error) {
	page := len(aws.ToString(in.NextToken))
	if page == len(p) {
		return nil, &types.ExecutionDoesNotExist{}
	}
	out := &sfn.GetExecutionHistoryOutput{Events: p[page]}
	if page+1 < len(p) {
		out.NextToken = aws.String(strings.Repeat("x", page+1))
	}
	return out, nil
}

func TestAnEventOfTheSDKIsConverted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from types.HistoryEvent
		want history.Event
	}{
		"ExecutionStarted": {
			types.HistoryEvent{ExecutionStartedEventDetails: &types.ExecutionStartedEventDetails{
				Input: aws.String("{}"), InputDetails: &types.HistoryEventExecutionDataDetails{Truncated: true}, RoleArn: aws.String("role")}},
			history.Event{ExecutionStarted: &history.ExecutionStarted{Input: "{}", InputDetails: history.DataDetails{Truncated: true}, RoleArn: "role"}},
		},
		"TaskStateEntered": {
			types.HistoryEvent{StateEnteredEventDetails: &types.StateEnteredEventDetails{Name: aws.String("A"), Input: aws.String("1")}},
			history.Event{StateEntered: &history.StateEntered{Name: "A", Input: "1"}},
		},
		"TaskStateExited": {
			types.HistoryEvent{StateExitedEventDetails: &types.StateExitedEventDetails{
				Name: aws.String("A"), Output: aws.String("2"), AssignedVariables: map[string]string{"x": "3"}, AssignedVariablesDetails: &types.AssignedVariablesDetails{}}},
			history.Event{StateExited: &history.StateExited{Name: "A", Output: "2", AssignedVariables: map[string]string{"x": "3"}, AssignedVariablesDetails: &history.DataDetails{}}},
		},
		"TaskScheduled": {
			types.HistoryEvent{TaskScheduledEventDetails: &types.TaskScheduledEventDetails{
				ResourceType: aws.String("lambda"), Resource: aws.String("invoke"), Region: aws.String("eu-west-1"), Parameters: aws.String("{}"), TimeoutInSeconds: aws.Int64(60)}},
			history.Event{TaskScheduled: &history.TaskScheduled{TaskResource: history.TaskResource{ResourceType: "lambda", Resource: "invoke"}, Region: "eu-west-1", Parameters: "{}", TimeoutInSeconds: 60}},
		},
		"TaskSucceeded": {
			types.HistoryEvent{TaskSucceededEventDetails: &types.TaskSucceededEventDetails{
				ResourceType: aws.String("lambda"), Resource: aws.String("invoke"), Output: aws.String("4")}},
			history.Event{TaskSucceeded: &history.TaskResult{TaskResource: history.TaskResource{ResourceType: "lambda", Resource: "invoke"}, Result: history.Result{Output: "4"}}},
		},
		"TaskFailed": {
			types.HistoryEvent{TaskFailedEventDetails: &types.TaskFailedEventDetails{
				ResourceType: aws.String("lambda"), Resource: aws.String("invoke"), Error: aws.String("Throttled"), Cause: aws.String("slow")}},
			history.Event{TaskFailed: &history.TaskProblem{TaskResource: history.TaskResource{ResourceType: "lambda", Resource: "invoke"}, Problem: history.Problem{Error: "Throttled", Cause: "slow"}}},
		},
		"MapIterationStarted": {
			types.HistoryEvent{MapIterationStartedEventDetails: &types.MapIterationEventDetails{Name: aws.String("FanOut"), Index: 2}},
			history.Event{MapIterationStarted: &history.MapIteration{Name: "FanOut", Index: 2}},
		},
		"EvaluationFailed": {
			types.HistoryEvent{EvaluationFailedEventDetails: &types.EvaluationFailedEventDetails{State: aws.String("A"), Location: aws.String("Output"), Error: aws.String("States.QueryEvaluationError")}},
			history.Event{EvaluationFailed: &history.EvaluationFailed{State: "A", Location: "Output", Error: "States.QueryEvaluationError"}},
		},
		"ExecutionFailed": {
			types.HistoryEvent{ExecutionFailedEventDetails: &types.ExecutionFailedEventDetails{Error: aws.String("ReleaseFailed"), Cause: aws.String("why")}},
			history.Event{ExecutionFailed: &history.Problem{Error: "ReleaseFailed", Cause: "why"}},
		},
	} {
		here := time.FixedZone("elsewhere", 3600)
		c.from.Id, c.from.PreviousEventId, c.from.Type, c.from.Timestamp = 7, 6, types.HistoryEventType(name), aws.Time(moment.In(here))
		c.want.ID, c.want.PreviousEventID, c.want.Type, c.want.Timestamp = 7, 6, name, moment
		got, err := executions.Event(c.from)
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestAHistoryHasEveryPageAndNoToken(t *testing.T) {
	t.Parallel()
	ask := types.HistoryEvent{Id: 2, Type: "TaskScheduled", TaskScheduledEventDetails: &types.TaskScheduledEventDetails{
		ResourceType: aws.String("lambda"), Resource: aws.String("invoke.waitForTaskToken"), Parameters: aws.String(`{"Payload":{"token":"` + token + `"}}`),
	}}
	got, err := executions.History(t.Context(), pages{{{Id: 1}}, {ask}, {{Id: 3}}}, "arn")
	if err != nil || len(got) != 3 || got[2].ID != 3 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if text := got[1].TaskScheduled.Parameters; text != `{"Payload":{"token":"(task token)"}}` {
		t.Errorf("the parameters are %s", text)
	}
	_, err = executions.History(t.Context(), pages{}, "arn")
	if _, gone := errors.AsType[*types.ExecutionDoesNotExist](err); !gone {
		t.Errorf("got %v", err)
	}
}
