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

func mapState(fields, states string) string {
	return `"M":{"Type":"Map",` + fields + `"ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE"},"StartAt":"I","States":{` + states + `}},"End":true}`
}

const passItem = `"I":{"Type":"Pass","End":true}`

func TestMapItems(t *testing.T) {
	tests := map[string]struct{ fields, states, input, output string }{
		"the state's input":         {``, passItem, `[1,"b",null]`, `[1,"b",null]`},
		"an array":                  {`"Items":[1,"{% $states.input %}"],`, passItem, `5`, `[1,5]`},
		"an expression":             {`"Items":"{% $states.input.l %}",`, passItem, `{"l":[3,4]}`, `[3,4]`},
		"none":                      {`"Items":[],`, passItem, `{}`, `[]`},
		"ItemSelector":              {`"ItemSelector":{"i":"{% $states.context.Map.Item.Index %}","v":"{% $states.context.Map.Item.Value %}","all":"{% $states.input %}"},`, passItem, `["a"]`, `[{"i":0,"v":"a","all":["a"]}]`},
		"the context in iterations": {``, `"I":{"Type":"Pass","Output":"{% $states.context.Map.Item.Index * 10 + $states.input %}","End":true}`, `[1,2,3]`, `[1,12,23]`},
		"Output sees the result":    {`"Output":"{% $sum($states.result) %}",`, passItem, `[1,2,3]`, `6`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantOutput(t, run(t, machine(t, "M", mapState(test.fields, test.states)), bench{input: test.input}), test.output)
		})
	}
}

func TestMapOneAtATimeInTheHistory(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "M", mapState(`"MaxConcurrency":1,`, passItem)), bench{input: `[7,8]`})
	wantOutput(t, x, `[7,8]`)
	wantChain(t, x, "1 ExecutionStarted < 0", "2 MapStateEntered < 0", "3 MapStateStarted < 2",
		"4 MapIterationStarted < 3", "5 PassStateEntered < 4", "6 PassStateExited < 5", "7 MapIterationSucceeded < 6",
		"8 MapIterationStarted < 6", "9 PassStateEntered < 8", "10 PassStateExited < 9", "11 MapIterationSucceeded < 10",
		"12 MapStateSucceeded < 11", "13 MapStateExited < 11", "14 ExecutionSucceeded < 13")
	want(t, x.History[2].MapStateStarted, &history.MapStateStarted{Length: 2})
	want(t, x.History[7].MapIterationStarted, &history.MapIteration{Name: "M", Index: 1})
	want(t, x.History[10].MapIterationSucceeded, &history.MapIteration{Name: "M", Index: 1})
	want(t, x.Path, []string{"M", "I", "I"})
}

func TestMapWithoutItemsInTheHistory(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "M", mapState(`"Items":[],`, passItem)), bench{})
	wantChain(t, x, "1 ExecutionStarted < 0", "2 MapStateEntered < 0", "3 MapStateStarted < 2",
		"4 MapStateSucceeded < 3", "5 MapStateExited < 3", "6 ExecutionSucceeded < 5")
}

func TestMapConcurrency(t *testing.T) {
	tests := map[string]struct {
		fields string
		most   int
		lasts  time.Duration
	}{
		"unlimited is 40":       {``, 40, 3 * time.Second},
		"0 is unlimited":        {`"MaxConcurrency":0,`, 40, 3 * time.Second},
		"limited":               {`"MaxConcurrency":10,`, 10, 10 * time.Second},
		"limited by expression": {`"MaxConcurrency":"{% 5 * 5 %}",`, 25, 4 * time.Second},
		"one at a time":         {`"MaxConcurrency":1,`, 1, 100 * time.Second},
		"more than can be had":  {`"MaxConcurrency":1000,`, 40, 3 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mutex sync.Mutex
			now, most := 0, 0
			count := func(by int) {
				mutex.Lock()
				defer mutex.Unlock()
				now += by
				most = max(most, now)
			}
			x := run(t, machine(t, "M", mapState(`"Items":"{% [1..100] %}",`+test.fields, `"I":{"Type":"Task","Resource":"r","End":true}`)),
				bench{Runner: &asl.Runner{Tasks: func(_ context.Context, k asl.Task) (json.RawMessage, error) {
					count(1)
					defer count(-1)
					time.Sleep(time.Second)
					return k.Arguments, nil
				}}})
			want(t, x.Status, history.StatusSucceeded)
			want(t, most, test.most)
			want(t, lasted(x), test.lasts)
		})
	}
}

func TestAFailingIterationStopsTheOthers(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "M", mapState(`"MaxConcurrency":3,"Items":["slow","fails","quick","never"],`,
		`"I":{"Type":"Task","Resource":"r","End":true}`)),
		bench{Runner: &asl.Runner{Tasks: func(ctx context.Context, k asl.Task) (json.RawMessage, error) {
			k.Resource = string(k.Arguments[1 : len(k.Arguments)-1])
			return byResource(map[string]time.Duration{"slow": time.Hour, "fails": 5 * time.Second, "never": time.Hour})(ctx, k)
		}}})
	wantFailed(t, x, "E", "why")
	want(t, lasted(x), 5*time.Second)
	failed := events(x, "TaskFailed")[0].ID
	var types []string
	for _, e := range x.History[failed : len(x.History)-1] {
		types = append(types, e.Type)
		want(t, e.PreviousEventID, failed)
	}
	want(t, types, []string{"MapIterationAborted", "TaskStateAborted", "MapIterationFailed", "TaskStateAborted",
		"MapIterationAborted", "TaskStateAborted", "MapStateFailed"})
	want(t, events(x, "MapIterationFailed")[0].MapIterationFailed, &history.MapIteration{Name: "M", Index: 1})
	want(t, events(x, "MapIterationAborted")[1].MapIterationAborted, &history.MapIteration{Name: "M", Index: 3})
	want(t, events(x, "ExecutionFailed")[0].PreviousEventID, events(x, "MapStateFailed")[0].ID)
}

func TestMapWithItemsThatAreNotAnArray(t *testing.T) {
	for _, input := range []string{`{"a":1}`, `"x"`, `5`, `null`} {
		t.Run(input, func(t *testing.T) {
			t.Parallel()
			x := run(t, machine(t, "M", mapState(``, passItem)), bench{input: input})
			wantFailed(t, x, "States.QueryEvaluationError",
				"An error occurred while executing the state 'M' (entered at the event id #2). Map state input must be an array but was: "+input)
			wantChain(t, x, "1 ExecutionStarted < 0", "2 MapStateEntered < 0", "3 EvaluationFailed < 2",
				"4 MapStateFailed < 3", "5 ExecutionFailed < 4")
			want(t, x.History[2].EvaluationFailed, &history.EvaluationFailed{Error: x.Error, Cause: x.Cause, State: "M"})
		})
	}
}

func TestAnItemSelectorThatFailsFailsItsIteration(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "M", mapState(`"ItemSelector":{"v":"{% $states.context.Map.Item.Value.x %}"},`, passItem)), bench{input: `[{}]`})
	wantFailed(t, x, "States.QueryEvaluationError", "specified for the field 'ItemSelector/v' returned nothing")
	wantChain(t, x, "1 ExecutionStarted < 0", "2 MapStateEntered < 0", "3 MapStateStarted < 2", "4 MapIterationStarted < 3",
		"5 EvaluationFailed < 4", "6 MapIterationFailed < 5", "7 MapStateFailed < 5", "8 ExecutionFailed < 7")
}

func TestMapRetryRunsAllItemsAgain(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "M", mapState(`"MaxConcurrency":1,"Retry":[{"ErrorEquals":["E"]}],`,
		`"I":{"Type":"Task","Resource":"r","End":true}`)),
		bench{input: `[1,2]`, Runner: &asl.Runner{Tasks: answers(`"a"`, `E|`, `"b"`, `"c"`)}})
	wantOutput(t, x, `["b","c"]`)
	want(t, len(events(x, "MapStateStarted")), 2)
	want(t, len(events(x, "MapStateFailed")), 0)
}
