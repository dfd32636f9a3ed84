package asl_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

const publish = "arn:aws:states:::sns:publish.waitForTaskToken"

var publishResource = history.TaskResource{ResourceType: "sns", Resource: "publish.waitForTaskToken"}

// answered runs a state that waits for its token; answer is called after some time.
func answered(t *testing.T, fields string, answer func(r *asl.Runner, token string)) *history.Execution {
	t.Helper()
	r := &asl.Runner{NewToken: func() string { return "secret-1" }}
	r.Tasks = func(_ context.Context, k asl.Task) (json.RawMessage, error) {
		go answer(r, k.Token)
		return json.RawMessage(`{"MessageId":"m"}`), nil
	}
	return run(t, machine(t, "T", task(publish, `,"Arguments":{"Token":"{% $states.context.Task.Token %}"}`+fields)+`,"Z":{"Type":"Succeed"}`), bench{Runner: r})
}

func TestTaskTokenSuccess(t *testing.T) {
	t.Parallel()
	x := answered(t, `,"HeartbeatSeconds":20,"TimeoutSeconds":"{% 600 %}"`, func(r *asl.Runner, token string) {
		time.Sleep(10 * time.Second)
		want(t, r.SendTaskSuccess(token, json.RawMessage(`{"approved": true}`)), nil)
	})
	wantOutput(t, x, `{"approved":true}`)
	want(t, lasted(x), 10*time.Second)
	wantChain(t, x, "1 ExecutionStarted < 0", "2 TaskStateEntered < 0", "3 TaskScheduled < 2", "4 TaskStarted < 3",
		"5 TaskSubmitted < 4", "6 TaskSucceeded < 5", "7 TaskStateExited < 6", "8 ExecutionSucceeded < 7")
	want(t, x.History[2].TaskScheduled, &history.TaskScheduled{TaskResource: publishResource, Region: "eu-west-1",
		Parameters: `{"Token":"secret-1"}`, TimeoutInSeconds: 600, HeartbeatInSeconds: 20})
	want(t, x.History[4].TaskSubmitted, &history.TaskResult{TaskResource: publishResource, Result: history.Result{Output: `{"MessageId":"m"}`}})
	want(t, x.History[5].TaskSucceeded, &history.TaskResult{TaskResource: publishResource, Result: history.Result{Output: `{"approved":true}`}})
}

func TestTaskTokenFailure(t *testing.T) {
	t.Parallel()
	x := answered(t, ``, func(r *asl.Runner, token string) { _ = r.SendTaskFailure(token, "Rejected", "not today") })
	wantFailed(t, x, "Rejected", "not today")
	want(t, x.History[5].TaskFailed, &history.TaskProblem{TaskResource: publishResource,
		Problem: history.Problem{Error: "Rejected", Cause: "not today"}})
}

func TestTaskTokenTimeout(t *testing.T) {
	t.Parallel()
	x := answered(t, `,"TimeoutSeconds":60`, func(r *asl.Runner, token string) {
		time.Sleep(61 * time.Second)
		wantToken(t, r.SendTaskSuccess(token, json.RawMessage(`1`)), asl.TaskTimedOut)
	})
	wantFailed(t, x, "States.Timeout", "")
	want(t, lasted(x), time.Minute)
	want(t, x.History[5].TaskTimedOut, &history.TaskProblem{TaskResource: publishResource, Problem: history.Problem{Error: "States.Timeout"}})
}

// A missed heartbeat is a States.Timeout that a Catch can distinguish from others.
func TestTaskTokenHeartbeat(t *testing.T) {
	tests := map[string]struct {
		beats   int
		caught  string
		lasting time.Duration
	}{
		"none":                       {0, "States.HeartbeatTimeout", 10 * time.Second},
		"three, then none":           {3, "States.HeartbeatTimeout", (3*8 + 10) * time.Second},
		"is caught as timeout":       {0, "States.Timeout", 10 * time.Second},
		"is caught by States.ALL":    {0, "States.ALL", 10 * time.Second},
		"more than the timeout lets": {100, "States.Timeout", 100 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x := answered(t, `,"HeartbeatSeconds":10,"TimeoutSeconds":100,"Catch":[{"ErrorEquals":["`+test.caught+`"],"Next":"Z"}]`,
				func(r *asl.Runner, token string) {
					for range test.beats {
						time.Sleep(8 * time.Second)
						if r.SendTaskHeartbeat(token) != nil {
							return
						}
					}
				})
			wantOutput(t, x, `{"Error":"States.Timeout","Cause":""}`)
			want(t, lasted(x), test.lasting)
		})
	}
}

func TestACatchOfTaskFailedDoesNotCatchAMissedHeartbeat(t *testing.T) {
	t.Parallel()
	x := answered(t, `,"HeartbeatSeconds":10,"Catch":[{"ErrorEquals":["States.TaskFailed"],"Next":"Z"}]`,
		func(*asl.Runner, string) {})
	wantFailed(t, x, "States.Timeout", "")
}

func wantToken(t *testing.T, err error, name string) {
	t.Helper()
	refused, ok := errors.AsType[*asl.TokenError](err)
	if !ok || refused.Name != name || !strings.HasPrefix(err.Error(), name) || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want %s and no token in the text", err, name)
	}
}

func TestTokensThatAreRefused(t *testing.T) {
	t.Parallel()
	x := answered(t, ``, func(r *asl.Runner, token string) {
		wantToken(t, r.SendTaskSuccess("secret-2", json.RawMessage(`1`)), asl.TaskDoesNotExist)
		wantToken(t, r.SendTaskFailure("secret-2", "E", ""), asl.TaskDoesNotExist)
		wantToken(t, r.SendTaskHeartbeat("secret-2"), asl.TaskDoesNotExist)
		wantToken(t, r.SendTaskSuccess(token, json.RawMessage(`{`)), asl.InvalidOutput)
		want(t, r.SendTaskSuccess(token, json.RawMessage(`"first"`)), nil)
		wantToken(t, r.SendTaskSuccess(token, json.RawMessage(`"second"`)), asl.TaskTimedOut)
		wantToken(t, r.SendTaskFailure(token, "E", ""), asl.TaskTimedOut)
		wantToken(t, r.SendTaskHeartbeat(token), asl.TaskTimedOut)
	})
	wantOutput(t, x, `"first"`)
}

func TestAnAnswerBeforeTheTaskFuncReturns(t *testing.T) {
	t.Parallel()
	r := &asl.Runner{}
	r.Tasks = func(_ context.Context, k asl.Task) (json.RawMessage, error) {
		return nil, r.SendTaskSuccess(k.Token, json.RawMessage(`"at once"`))
	}
	wantOutput(t, run(t, machine(t, "T", task(publish, ``)), bench{Runner: r}), `"at once"`)
}

func TestEveryAttemptHasItsOwnToken(t *testing.T) {
	t.Parallel()
	var tokens []string
	r := &asl.Runner{}
	r.Tasks = func(_ context.Context, k asl.Task) (json.RawMessage, error) {
		tokens = append(tokens, k.Token)
		return nil, nil
	}
	synctest.Test(t, func(t *testing.T) {
		bench{Runner: r}.run(t, machine(t, "T", task(publish, `,"TimeoutSeconds":9,"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1}]`)))
	})
	if len(tokens) != 2 || tokens[0] == tokens[1] || len(tokens[0]) < 20 {
		t.Errorf("tokens %q, want two different ones of enough length", tokens)
	}
	wantToken(t, r.SendTaskSuccess(tokens[0], json.RawMessage(`1`)), asl.TaskTimedOut)
}
