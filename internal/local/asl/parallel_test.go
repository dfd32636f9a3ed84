package asl_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/local/asl"
)

// byResource is a TaskFunc that waits for the resource's duration, and fails if the resource's name says so.
func byResource(after map[string]time.Duration) asl.TaskFunc {
	return func(ctx context.Context, k asl.Task) (json.RawMessage, error) {
		if err := asl.WallClock().Sleep(ctx, after[k.Resource]); err != nil {
			return nil, err
		}
		if k.Resource == "fails" {
			return nil, &asl.TaskError{Name: "E", Cause: "why"}
		}
		return json.RawMessage(`"` + k.Resource + `"`), nil
	}
}

func branch(name, resource string) string {
	return `{"StartAt":"` + name + `","States":{"` + name + `":{"Type":"Task","Resource":"` + resource + `","End":true}}}`
}

func TestParallel(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "P", `"P":{"Type":"Parallel","Branches":[`+branch("A", "slow")+`,`+branch("B", "quick")+`],
		"Arguments":{"from":"{% $states.input.k %}"},"Output":{"r":"{% $states.result %}"},"Assign":{"n":"{% $count($states.result) %}"},"Next":"Z"},
		"Z":{"Type":"Succeed","Output":["{% $n %}","{% $states.input %}"]}`),
		bench{input: `{"k":1}`, Runner: &asl.Runner{Tasks: byResource(map[string]time.Duration{"slow": 2 * time.Second, "quick": time.Second})}})
	wantOutput(t, x, `[2,{"r":["slow","quick"]}]`)
	want(t, lasted(x), 2*time.Second)
	want(t, x.Path[0], "P")
	want(t, len(x.Path), 4)
	for _, e := range events(x, "TaskStateEntered") {
		want(t, e.PreviousEventID, 3)
		want(t, e.StateEntered.Input, `{"from":1}`)
	}
	last := len(x.History)
	exited := events(x, "TaskStateExited")
	want(t, exited[1].StateExited.Name, "A")
	want(t, x.History[last-5].Type, "ParallelStateSucceeded")
	want(t, x.History[last-5].PreviousEventID, exited[1].ID)
	want(t, x.History[last-4].Type, "ParallelStateExited")
	want(t, x.History[last-4].PreviousEventID, exited[1].ID)
}

// Each event's previous event is in its own branch.
func TestParallelChainsFollowTheirBranches(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "P", `"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Wait","Seconds":2,"Next":"C"},"C":{"Type":"Succeed"}}}]}`), bench{})
	byName := map[string]int64{}
	for _, e := range events(x, "WaitStateEntered") {
		byName[e.StateEntered.Name] = e.ID
		want(t, e.PreviousEventID, 3)
	}
	tail := *x
	tail.History = x.History[5:]
	want(t, x.History[5].PreviousEventID, byName["A"])
	want(t, x.History[6].PreviousEventID, byName["B"])
	tail.History = x.History[7:]
	wantChain(t, &tail, "8 SucceedStateEntered < 7", "9 SucceedStateExited < 8", "10 ParallelStateSucceeded < 9",
		"11 ParallelStateExited < 9", "12 ExecutionSucceeded < 11")
}

func TestAFailingBranchStopsTheOthers(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "P", `"P":{"Type":"Parallel","End":true,"Branches":[`+branch("A", "slow")+`,`+branch("B", "fails")+`,
		{"StartAt":"C","States":{"C":{"Type":"Wait","Seconds":1,"End":true}}},
		{"StartAt":"D","States":{"D":{"Type":"Wait","Seconds":100,"End":true}}}]}`),
		bench{Runner: &asl.Runner{Tasks: byResource(map[string]time.Duration{"slow": time.Hour, "fails": 5 * time.Second})}})
	wantFailed(t, x, "E", "why")
	want(t, lasted(x), 5*time.Second)
	failed := events(x, "TaskFailed")[0].ID
	tail := *x
	tail.History = x.History[failed:]
	want(t, failed, int64(13))
	// In the order of the branches: A was running, B failed, C had ended, D was waiting.
	wantChain(t, &tail, "14 TaskStateAborted < 13", "15 TaskStateAborted < 13", "16 WaitStateAborted < 13",
		"17 ParallelStateFailed < 13", "18 ExecutionFailed < 17")
}

func TestParallelRetryAndCatch(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "P", `"P":{"Type":"Parallel","Branches":[`+branch("B", "fails")+`],"Next":"Y",
		"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],
		"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Z","Output":"{% $states.errorOutput %}"}]},
		"Y":{"Type":"Succeed"},"Z":{"Type":"Succeed"}`), bench{Runner: &asl.Runner{Tasks: byResource(nil)}})
	wantOutput(t, x, `{"Error":"E","Cause":"why"}`)
	wantChain(t, x, "1 ExecutionStarted < 0", "2 ParallelStateEntered < 0",
		"3 ParallelStateStarted < 2", "4 TaskStateEntered < 3", "5 TaskScheduled < 4", "6 TaskStarted < 5", "7 TaskFailed < 6",
		"8 TaskStateAborted < 7",
		"9 ParallelStateStarted < 7", "10 TaskStateEntered < 9", "11 TaskScheduled < 10", "12 TaskStarted < 11", "13 TaskFailed < 12",
		"14 TaskStateAborted < 13", "15 ParallelStateFailed < 13",
		"16 ParallelStateExited < 15", "17 SucceedStateEntered < 16", "18 SucceedStateExited < 17", "19 ExecutionSucceeded < 18")
	want(t, x.Path, []string{"P", "B", "B", "Z"})
}

func TestAFailStateFailsItsBranch(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "P", `"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Bad","Cause":"it was"}}}]}`), bench{})
	wantFailed(t, x, "Bad", "it was")
	wantChain(t, x, "1 ExecutionStarted < 0", "2 ParallelStateEntered < 0", "3 ParallelStateStarted < 2",
		"4 FailStateEntered < 3", "5 ParallelStateFailed < 4", "6 ExecutionFailed < 5")
}

func TestNestedLinesAreAborted(t *testing.T) {
	t.Parallel()
	x := run(t, machine(t, "P", `"P":{"Type":"Parallel","End":true,"Branches":[`+branch("B", "fails")+`,
		{"StartAt":"M","States":{"M":{"Type":"Map","Items":[1],"End":true,"ItemProcessor":
			{"StartAt":"Q","States":{"Q":{"Type":"Parallel","End":true,"Branches":[`+branch("A", "slow")+`]}}}}}}]}`),
		bench{Runner: &asl.Runner{Tasks: byResource(map[string]time.Duration{"slow": time.Hour, "fails": time.Second})}})
	var types []string
	for _, e := range x.History[events(x, "TaskFailed")[0].ID:] {
		types = append(types, e.Type)
	}
	want(t, types, []string{"TaskStateAborted", "MapStateAborted", "MapIterationAborted", "ParallelStateAborted",
		"TaskStateAborted", "ParallelStateFailed", "ExecutionFailed"})
}
