package asl_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// The JSON has the form that `aws stepfunctions get-execution-history` prints.
func TestEventsAsJSON(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "W", `"W":{"Type":"Wait","Seconds":1,"Next":"T"},`+
		task(invoke, `,"Arguments":{"a":"<é>"},"Assign":{"v":1},"Retry":[{"ErrorEquals":["E"]}]`)),
		bench{input: `{"k": 1}`, Runner: &asl.Runner{Tasks: answers(`E|why`, `[]`)}})
	wants := []string{
		`{"timestamp":"2000-01-01T00:00:00Z","type":"ExecutionStarted","id":1,"previousEventId":0,"executionStartedEventDetails":{"input":"{\"k\": 1}","inputDetails":{"truncated":false},"roleArn":"arn:aws:iam::111122223333:role/r"}}`,
		`{"timestamp":"2000-01-01T00:00:00Z","type":"WaitStateEntered","id":2,"previousEventId":0,"stateEnteredEventDetails":{"name":"W","input":"{\"k\": 1}","inputDetails":{"truncated":false}}}`,
		`{"timestamp":"2000-01-01T00:00:01Z","type":"WaitStateExited","id":3,"previousEventId":2,"stateExitedEventDetails":{"name":"W","output":"{\"k\": 1}","outputDetails":{"truncated":false}}}`,
		`{"timestamp":"2000-01-01T00:00:01Z","type":"TaskStateEntered","id":4,"previousEventId":3,"stateEnteredEventDetails":{"name":"T","input":"{\"k\": 1}","inputDetails":{"truncated":false}}}`,
		`{"timestamp":"2000-01-01T00:00:01Z","type":"TaskScheduled","id":5,"previousEventId":4,"taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"eu-west-1","parameters":"{\"a\":\"\u003cé\u003e\"}"}}`,
		`{"timestamp":"2000-01-01T00:00:01Z","type":"TaskStarted","id":6,"previousEventId":5,"taskStartedEventDetails":{"resourceType":"lambda","resource":"invoke"}}`,
		`{"timestamp":"2000-01-01T00:00:01Z","type":"TaskFailed","id":7,"previousEventId":6,"taskFailedEventDetails":{"resourceType":"lambda","resource":"invoke","error":"E","cause":"why"}}`,
		`{"timestamp":"2000-01-01T00:00:02Z","type":"TaskScheduled","id":8,"previousEventId":7,"taskScheduledEventDetails":{"resourceType":"lambda","resource":"invoke","region":"eu-west-1","parameters":"{\"a\":\"\u003cé\u003e\"}"}}`,
		`{"timestamp":"2000-01-01T00:00:02Z","type":"TaskStarted","id":9,"previousEventId":8,"taskStartedEventDetails":{"resourceType":"lambda","resource":"invoke"}}`,
		`{"timestamp":"2000-01-01T00:00:02Z","type":"TaskSucceeded","id":10,"previousEventId":9,"taskSucceededEventDetails":{"resourceType":"lambda","resource":"invoke","output":"[]","outputDetails":{"truncated":false}}}`,
		`{"timestamp":"2000-01-01T00:00:02Z","type":"TaskStateExited","id":11,"previousEventId":10,"stateExitedEventDetails":{"name":"T","output":"[]","outputDetails":{"truncated":false},"assignedVariables":{"v":"1"},"assignedVariablesDetails":{"truncated":false}}}`,
		`{"timestamp":"2000-01-01T00:00:02Z","type":"ExecutionSucceeded","id":12,"previousEventId":11,"executionSucceededEventDetails":{"output":"[]","outputDetails":{"truncated":false}}}`,
	}
	var got []string
	for _, e := range x.History {
		text, err := json.Marshal(e)
		want(t, err, nil)
		got = append(got, string(text))
		var again history.Event
		want(t, json.Unmarshal(text, &again), nil)
		want(t, again, e)
	}
	want(t, got, wants)
}

func TestMapEventsAsJSONHaveTheIndex0(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "M", mapState(`"Items":[],`, passItem)), bench{})
	text, err := json.Marshal(x.History[2])
	want(t, err, nil)
	want(t, string(text), `{"timestamp":"2000-01-01T00:00:00Z","type":"MapStateStarted","id":3,"previousEventId":2,"mapStateStartedEventDetails":{"length":0}}`)
	y := run(t, machine(t, "M", mapState(`"Items":[1],`, passItem)), bench{})
	text, err = json.Marshal(y.History[3])
	want(t, err, nil)
	want(t, string(text), `{"timestamp":"2000-01-01T00:00:00Z","type":"MapIterationStarted","id":4,"previousEventId":3,"mapIterationStartedEventDetails":{"name":"M","index":0}}`)
}

func TestOnEventSeesTheHistoryAsItIsWritten(t *testing.T) {
	t.Parallel()
	var seen []history.Event
	x := run(t, machine(t, "P", `"P":{"Type":"Parallel","End":true,"Branches":[`+branch("A", "a")+`,`+branch("B", "b")+`]}`),
		bench{Runner: &asl.Runner{Tasks: echo, OnEvent: func(arn string, e history.Event) {
			want(t, arn, executionArn)
			seen = append(seen, e)
		}}})
	want(t, seen, x.History)
}

// One machine and one Runner run many executions at the same time.
func TestManyExecutionsOfOneMachine(t *testing.T) {
	t.Parallel()
	m := machine(t, "A", `
		"A":{"Type":"Pass","Assign":{"me":"{% $states.input.n %}"},"Next":"M"},
		"M":{"Type":"Map","Items":"{% [1..5] %}","End":true,"ItemProcessor":{"StartAt":"T","States":{
			"T":{"Type":"Task","Resource":"r","Arguments":"{% $me * 100 + $states.input %}","End":true,
				"Retry":[{"ErrorEquals":["E"],"IntervalSeconds":1,"JitterStrategy":"FULL"}]}}}}`)
	r := &asl.Runner{Clock: quickClock{asl.WallClock()}, Tasks: func(_ context.Context, k asl.Task) (json.RawMessage, error) {
		if k.Attempt == 0 {
			return nil, &asl.TaskError{Name: "E"}
		}
		return k.Arguments, nil
	}}
	var all sync.WaitGroup
	for n := range 20 {
		all.Go(func() {
			input, _ := json.Marshal(map[string]int{"n": n})
			x := r.Run(t.Context(), m, asl.Start{Input: input})
			sums := make([]int, 5)
			for i := range sums {
				sums[i] = n*100 + i + 1
			}
			output, _ := json.Marshal(sums)
			wantOutput(t, x, string(output))
			for i, e := range x.History {
				if e.ID != int64(i)+1 || e.PreviousEventID >= e.ID {
					t.Errorf("event %d has id %d and follows %d", i, e.ID, e.PreviousEventID)
				}
			}
		})
	}
	all.Wait()
}

// quickClock is the real clock, but its sleeps are a thousand times shorter.
type quickClock struct{ asl.Clock }

func (c quickClock) Sleep(within context.Context, d time.Duration) error {
	return c.Clock.Sleep(within, d/1000)
}
