package recorded_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/local/asl/recorded"
)

// firstExecution returns the first execution of a case.
func firstExecution(t *testing.T, name string) recorded.Execution {
	t.Helper()
	cases, err := recorded.Load(os.DirFS("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(cases, func(c recorded.Case) bool { return c.Name == name })
	return cases[i].Executions[0]
}

// rewritten is the execution with a text replaced in its n-th event.
func rewritten(t *testing.T, x recorded.Execution, n int, before, after string) recorded.Execution {
	t.Helper()
	if !strings.Contains(string(x.Events[n]), before) {
		t.Fatalf("no %s in %s", before, x.Events[n])
	}
	x.Events = slices.Clone(x.Events)
	x.Events[n] = json.RawMessage(strings.ReplaceAll(string(x.Events[n]), before, after))
	return x
}

func find(t *testing.T, was, is recorded.Execution) (found []string) {
	t.Helper()
	all, err := recorded.Compare("case", was, is)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range all {
		found = append(found, f.Event+": "+f.Field)
	}
	return found
}

func TestCompare(t *testing.T) {
	t.Parallel()
	x := firstExecution(t, "retry-exhausted")
	short := x
	short.Events = slices.Delete(slices.Clone(x.Events), 13, 14)
	failed := x
	failed.Status = "FAILED"
	for name, c := range map[string]struct {
		is   recorded.Execution
		want []string
	}{
		"nothing":          {x, nil},
		"a time":           {rewritten(t, x, 3, `"timestamp": "20`, `"timestamp": "21`), nil},
		"a detail":         {rewritten(t, x, 4, "because", "it must"), []string{"TaskFailed T: taskFailedEventDetails.cause.errorMessage"}},
		"a detail less":    {rewritten(t, x, 2, `, "timeoutInSeconds": 5`, ``), []string{"TaskScheduled T: taskScheduledEventDetails.timeoutInSeconds"}},
		"a detail more":    {rewritten(t, x, 3, `"resource": "invoke"`, `"resource": "invoke", "more": 1`), []string{"TaskStarted T: taskStartedEventDetails.more"}},
		"the event before": {rewritten(t, x, 10, `"previousEventId": 10`, `"previousEventId": 9`), []string{"TaskFailed T (3): previousEventId"}},
		"an event less":    {short, []string{"SucceedStateExited Caught: ", "ExecutionSucceeded Caught: ", "ExecutionSucceeded: "}},
		"a type": {rewritten(t, x, 4, `"type": "TaskFailed"`, `"type": "TaskTimedOut"`), []string{"TaskFailed T: ", "TaskTimedOut T: ",
			"TaskScheduled T (2): previousEventId"}},
		"the way it ended": {failed, []string{"execution: status"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := find(t, x, c.is)
			for _, want := range c.want {
				if !slices.Contains(got, want) {
					t.Errorf("%q not found in %q", want, got)
				}
			}
			if len(c.want) == 0 && len(got) > 0 {
				t.Errorf("found %q", got)
			}
		})
	}
}

// made is an execution of these events, each with its type, its previous event and the state that it enters, if any.
func made(t *testing.T, events ...string) recorded.Execution {
	t.Helper()
	var x recorded.Execution
	for i, e := range events {
		part := append(strings.Fields(e), "")
		x.Events = append(x.Events, fmt.Appendf(nil, `{"timestamp": "2026-01-15T09:30:00Z", "id": %d, "type": %q, "previousEventId": %s`, i+1, part[0], part[1]))
		if part[2] != "" {
			x.Events[i] = fmt.Appendf(x.Events[i], `, "stateEnteredEventDetails": {"name": %q}`, part[2])
		}
		x.Events[i] = append(x.Events[i], '}')
	}
	return x
}

// Which branch writes an event first depends on timing; which ends last does not, because the next event follows it.
func TestCompareIgnoresTheOrderBetweenBranches(t *testing.T) {
	t.Parallel()
	one := made(t, "ExecutionStarted 0", "ParallelStateEntered 0 R", "ParallelStateStarted 2",
		"PassStateEntered 3 A", "PassStateExited 4", "PassStateEntered 3 B", "PassStateExited 6",
		"ParallelStateSucceeded 7", "ParallelStateExited 7", "ExecutionSucceeded 9")
	other := made(t, "ExecutionStarted 0", "ParallelStateEntered 0 R", "ParallelStateStarted 2",
		"PassStateEntered 3 B", "PassStateEntered 3 A", "PassStateExited 5", "PassStateExited 4",
		"ParallelStateSucceeded 7", "ParallelStateExited 7", "ExecutionSucceeded 9")
	if got := find(t, one, other); len(got) > 0 {
		t.Errorf("found %q", got)
	}
	last := made(t, "ExecutionStarted 0", "ParallelStateEntered 0 R", "ParallelStateStarted 2",
		"PassStateEntered 3 B", "PassStateExited 4", "PassStateEntered 3 A", "PassStateExited 6",
		"ParallelStateSucceeded 7", "ParallelStateExited 7", "ExecutionSucceeded 9")
	want := []string{"ParallelStateSucceeded R: previousEventId", "ParallelStateExited R: previousEventId"}
	if got := find(t, one, last); !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func TestJudgeAcceptsDeclaredDifferences(t *testing.T) {
	t.Parallel()
	cases := []recorded.Case{{Name: "token-rejected"}}
	declared := recorded.Found{Case: "token-rejected", Event: "TaskFailed T", Field: "taskFailedEventDetails.cause", Local: `"not today"`}
	other := declared
	other.Local = `"tomorrow"`
	for name, c := range map[string]struct {
		found []recorded.Found
		want  string
	}{
		"what is declared":          {[]recorded.Found{declared}, ""},
		"what is not":               {[]recorded.Found{declared, other}, "tomorrow"},
		"what is declared and gone": {nil, "remove it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(recorded.Judge(cases, c.found), "\n")
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("judged %q, want %q in it", got, c.want)
			}
		})
	}
}
