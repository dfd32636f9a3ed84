package number_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/number"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// started is the history of an execution that starts others.
func started(others ...string) []history.Event {
	events := []history.Event{{Type: "ExecutionStarted"}}
	for _, name := range others {
		answer := fmt.Sprintf(`{"ExecutionArn":"arn:aws:states:eu-west-1:111122223333:execution:quarantine:%s"}`, name)
		events = append(events, history.Event{Type: "TaskSubmitted", TaskSubmitted: &history.TaskResult{
			TaskResource: history.TaskResource{ResourceType: "states", Resource: "startExecution.sync:2"}, Result: history.Result{Output: answer}}})
	}
	return events
}

// A finding has the number of its execution, and what that starts has it too.
func TestWhatAnExecutionStartsHasItsNumber(t *testing.T) {
	t.Parallel()
	all := []history.Execution{
		{Name: "one", History: started("contain-1", "release-1")}, {Name: "two", History: started("contain-2")},
		{Name: "contain-2", History: started("look")}, {Name: "contain-1"}, {Name: "look"}, {Name: "release-1"}, {Name: "person"},
	}
	numbers := number.Of(all)
	for name, want := range map[string]string{"one": "#1", "two": "#2", "contain-1": "#1a", "contain-2": "#2a", "look": "#2b", "release-1": "#1b", "person": "#3"} {
		if got := numbers.Of(name).String(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// While executions run, what was started is known before who started it.
func TestANumberIsGivenInTheOrderOfStarts(t *testing.T) {
	t.Parallel()
	var live number.Numbers
	for _, name := range []string{"one", "two", "contain"} {
		live.Event(name, history.Event{Type: "ExecutionStarted"})
	}
	live.Event("two", started("contain")[1])
	for _, name := range []string{"contain", "two", "one"} {
		if got, want := live.Of(name).String(), map[string]string{"one": "#1", "two": "#2", "contain": "#2a"}[name]; got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestNumbersInARowAreWrittenShort(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	st := terminal.NewStyle(&out)
	for want, all := range map[string][]number.Number{
		"#1 #2":         {{Of: 1}, {Of: 2}},
		"#1-#3 #5":      {{Of: 1}, {Of: 2}, {Of: 3}, {Of: 5}},
		"#1a-#3a #4":    {{Of: 1, Nested: "a"}, {Of: 2, Nested: "a"}, {Of: 3, Nested: "a"}, {Of: 4}},
		"#1 #2a #3 #4b": {{Of: 1}, {Of: 2, Nested: "a"}, {Of: 3}, {Of: 4, Nested: "b"}},
	} {
		if got := number.Who(st, all); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
