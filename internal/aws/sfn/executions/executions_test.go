package executions_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/aws/sfn/executions"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

var (
	moment = time.Date(2026, 3, 4, 12, 0, 0, 5e6, time.UTC)
	token  = strings.Repeat("AAAAKgAAAAIAAAAA+/", 20) + "=="
)

// pages answers with one page after the other.
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

func TestAnEventIsTheSameInTheSDKAndHere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		from types.HistoryEvent
		want asl.Event
	}{
		"ExecutionStarted": {
			types.HistoryEvent{ExecutionStartedEventDetails: &types.ExecutionStartedEventDetails{
				Input: aws.String("{}"), InputDetails: &types.HistoryEventExecutionDataDetails{Truncated: true}, RoleArn: aws.String("role")}},
			asl.Event{ExecutionStarted: &asl.ExecutionStarted{Input: "{}", InputDetails: asl.DataDetails{Truncated: true}, RoleArn: "role"}},
		},
		"TaskStateEntered": {
			types.HistoryEvent{StateEnteredEventDetails: &types.StateEnteredEventDetails{Name: aws.String("A"), Input: aws.String("1")}},
			asl.Event{StateEntered: &asl.StateEntered{Name: "A", Input: "1"}},
		},
		"TaskStateExited": {
			types.HistoryEvent{StateExitedEventDetails: &types.StateExitedEventDetails{
				Name: aws.String("A"), Output: aws.String("2"), AssignedVariables: map[string]string{"x": "3"}, AssignedVariablesDetails: &types.AssignedVariablesDetails{}}},
			asl.Event{StateExited: &asl.StateExited{Name: "A", Output: "2", AssignedVariables: map[string]string{"x": "3"}, AssignedVariablesDetails: &asl.DataDetails{}}},
		},
		"TaskScheduled": {
			types.HistoryEvent{TaskScheduledEventDetails: &types.TaskScheduledEventDetails{
				ResourceType: aws.String("lambda"), Resource: aws.String("invoke"), Region: aws.String("eu-west-1"), Parameters: aws.String("{}"), TimeoutInSeconds: aws.Int64(60)}},
			asl.Event{TaskScheduled: &asl.TaskScheduled{TaskResource: asl.TaskResource{ResourceType: "lambda", Resource: "invoke"}, Region: "eu-west-1", Parameters: "{}", TimeoutInSeconds: 60}},
		},
		"TaskSucceeded": {
			types.HistoryEvent{TaskSucceededEventDetails: &types.TaskSucceededEventDetails{
				ResourceType: aws.String("lambda"), Resource: aws.String("invoke"), Output: aws.String("4")}},
			asl.Event{TaskSucceeded: &asl.TaskResult{TaskResource: asl.TaskResource{ResourceType: "lambda", Resource: "invoke"}, Result: asl.Result{Output: "4"}}},
		},
		"TaskFailed": {
			types.HistoryEvent{TaskFailedEventDetails: &types.TaskFailedEventDetails{
				ResourceType: aws.String("lambda"), Resource: aws.String("invoke"), Error: aws.String("Throttled"), Cause: aws.String("slow")}},
			asl.Event{TaskFailed: &asl.TaskProblem{TaskResource: asl.TaskResource{ResourceType: "lambda", Resource: "invoke"}, Problem: asl.Problem{Error: "Throttled", Cause: "slow"}}},
		},
		"MapIterationStarted": {
			types.HistoryEvent{MapIterationStartedEventDetails: &types.MapIterationEventDetails{Name: aws.String("FanOut"), Index: 2}},
			asl.Event{MapIterationStarted: &asl.MapIteration{Name: "FanOut", Index: 2}},
		},
		"EvaluationFailed": {
			types.HistoryEvent{EvaluationFailedEventDetails: &types.EvaluationFailedEventDetails{State: aws.String("A"), Location: aws.String("Output"), Error: aws.String("States.QueryEvaluationError")}},
			asl.Event{EvaluationFailed: &asl.EvaluationFailed{State: "A", Location: "Output", Error: "States.QueryEvaluationError"}},
		},
		"ExecutionFailed": {
			types.HistoryEvent{ExecutionFailedEventDetails: &types.ExecutionFailedEventDetails{Error: aws.String("ReleaseFailed"), Cause: aws.String("why")}},
			asl.Event{ExecutionFailed: &asl.Problem{Error: "ReleaseFailed", Cause: "why"}},
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

func TestNestedExecutionsAreThoseThatTasksStarted(t *testing.T) {
	t.Parallel()
	started := func(resource, arn string) *asl.TaskResult {
		return &asl.TaskResult{TaskResource: asl.TaskResource{ResourceType: "states", Resource: resource}, Result: asl.Result{Output: `{"ExecutionArn":"` + arn + `"}`}}
	}
	got := executions.Nested([]asl.Event{
		{TaskSubmitted: started("startExecution.sync:2", "a")},
		{TaskSucceeded: started("startExecution.sync:2", "a")},
		{TaskSucceeded: started("startExecution", "b")},
		{TaskSucceeded: started("describeExecution", "c")},
		{TaskSucceeded: &asl.TaskResult{TaskResource: asl.TaskResource{ResourceType: "lambda", Resource: "invoke"}, Result: asl.Result{Output: `{"ExecutionArn":"d"}`}}},
	})
	if diff := cmp.Diff([]string{"a", "b"}, got); diff != "" {
		t.Error(diff)
	}
}

func scheduled(resource, parameters string) asl.Event {
	return asl.Event{TaskScheduled: &asl.TaskScheduled{TaskResource: asl.TaskResource{Resource: resource}, Parameters: parameters}}
}

func TestTokensAreMaskedByNameAndByLook(t *testing.T) {
	t.Parallel()
	const wait, plain = "invoke.waitForTaskToken", "invoke"
	for _, c := range []struct{ resource, parameters, want string }{
		{wait, `{"Payload":{"token":"short"}}`, `{"Payload":{"token":"(task token)"}}`},
		{plain, `{"Token":"short","n":12345678901234567890}`, `{"Token":"(task token)","n":12345678901234567890}`},
		{plain, `{"TaskToken":["a","b"]}`, `{"TaskToken":["(task token)","(task token)"]}`},
		{plain, `{"task_token":"a<b"}`, `{"task_token":"(task token)"}`},
		{wait, `{"link":"https://one.example/answer?t=` + token + `&x=1"}`, `{"link":"https://one.example/answer?t=(task token)&x=1"}`},
		{wait, `{"list":["` + token + `","an ordinary text"]}`, `{"list":["(task token)","an ordinary text"]}`},
		{plain, `{"ClientToken": "stays", "x": 1}`, `{"ClientToken": "stays", "x": 1}`},
		{plain, `{"token": ""}`, `{"token": ""}`},
		{plain, `{"data":"` + token + `"}`, `{"data":"` + token + `"}`},
		{wait, `{"token":"` + token, "(not shown: no JSON)"},
	} {
		got := executions.WithoutTokens([]asl.Event{scheduled(c.resource, c.parameters)})
		if text := got[0].TaskScheduled.Parameters; text != c.want {
			t.Errorf("%s %s:\n got %s\nwant %s", c.resource, c.parameters, text, c.want)
		}
	}
}

func TestATokenIsMaskedWhereverElseItStands(t *testing.T) {
	t.Parallel()
	in := []asl.Event{
		{StateEntered: &asl.StateEntered{Name: "A", Input: `{"was":"` + token + `"}`}},
		scheduled("invoke", `{"token":"`+token+`"}`),
		{StateExited: &asl.StateExited{Name: "A", Output: "{}", AssignedVariables: map[string]string{"t": `"` + token + `"`}}},
	}
	text, err := json.Marshal(executions.WithoutTokens(in))
	if err != nil || strings.Contains(string(text), token[:20]) || strings.Count(string(text), executions.Masked) != 3 {
		t.Errorf("%v: %s", err, text)
	}
	if in[1].TaskScheduled.Parameters == executions.WithoutTokens(in)[1].TaskScheduled.Parameters {
		t.Error("the caller's events were changed, or nothing was")
	}
}

func FuzzWithoutTokens(f *testing.F) {
	f.Add("invoke.waitForTaskToken", `{"token":"0123456789abcdef"}`, `{"x":"0123456789abcdef"}`)
	f.Add("invoke", `{"token":"\"name\":\"\",\"out"}`, `{"output":"x"}`)
	f.Add("invoke", `{"Token":["0123456789\\\"abcdef",{"a":1e400}]}`, ``)
	f.Fuzz(func(t *testing.T, resource, parameters, output string) {
		got := executions.WithoutTokens([]asl.Event{scheduled(resource, parameters), {StateExited: &asl.StateExited{Output: output}}})
		if len(got) != 2 {
			t.Fatal("an event is missing")
		}
		var in struct{ Token string }
		if json.Unmarshal([]byte(parameters), &in) != nil || len(in.Token) < 16 || in.Token != strings.ToValidUTF8(in.Token, "") {
			return
		}
		if s := got[1].StateExited; s != nil && strings.Contains(s.Output, in.Token) && !strings.Contains(executions.Masked, in.Token) {
			t.Errorf("the token %q stands in %q", in.Token, s.Output)
		}
	})
}
