package graph_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/report/graph"
	"github.com/ec2-quarantine/quarantine/statemachine"
)

const definition = `{"StartAt": "Ask", "States": {
	"Ask": {"Type": "Choice", "Comment": "Which way.", "Choices": [{"Next": "Both"}], "Default": "Stop"},
	"Both": {"Type": "Parallel", "Next": "Done", "Catch": [{"Next": "Stop"}], "Branches": [
		{"StartAt": "Left", "States": {"Left": {"Type": "Task", "Next": "LeftEnd", "Catch": [{"Next": "Mend"}]}, "LeftEnd": {"Type": "Pass"}, "Mend": {"Type": "Pass"}}},
		{"StartAt": "Right", "States": {"Right": {"Type": "Task"}}}]},
	"Done": {"Type": "Succeed"}, "Stop": {"Type": "Task", "Next": "Far"}, "Far": {"Type": "Fail"}}}`

// story makes a history: each line is the event before it, its type and its state.
type story struct{ events []history.Event }

func (s *story) add(previous int64, kind, state string, more func(*history.Event)) int64 {
	e := history.Event{ID: int64(len(s.events) + 1), PreviousEventID: previous, Type: kind}
	switch {
	case strings.HasSuffix(kind, "Entered"):
		e.StateEntered = &history.StateEntered{Name: state}
	case strings.HasSuffix(kind, "Exited"):
		e.StateExited = &history.StateExited{Name: state}
	}
	if more != nil {
		more(&e)
	}
	s.events = append(s.events, e)
	return e.ID
}

func (s *story) visit(previous int64, state string) int64 {
	return s.add(s.add(previous, "TaskStateEntered", state, nil), "TaskStateExited", state, nil)
}

// told is an execution whose left branch has an error that is caught, and whose right one is at work.
func told() history.Execution {
	var s story
	s.add(0, "ExecutionStarted", "", nil)
	both := s.add(s.visit(0, "Ask"), "ParallelStateEntered", "Both", nil)
	branches := s.add(both, "ParallelStateStarted", "", nil)
	failed := s.add(s.add(branches, "TaskStateEntered", "Left", nil), "TaskFailed", "", nil)
	s.visit(s.add(failed, "TaskStateExited", "Left", nil), "Mend")
	s.add(s.add(branches, "TaskStateEntered", "Right", nil), "TaskSubmitted", "", func(e *history.Event) {
		e.TaskSubmitted = &history.TaskResult{
			TaskResource: history.TaskResource{ResourceType: "states", Resource: "startExecution.sync:2"},
			Result:       history.Result{Output: `{"ExecutionArn":"arn:nested"}`},
		}
	})
	return history.FromEvents("arn:x", s.events)
}

func TestAWayIsReadAsTheConsoleColoursIt(t *testing.T) {
	t.Parallel()
	w := graph.WayOf(told())
	want := map[string]graph.Outcome{
		"Ask": graph.Succeeded, "Both": graph.InProgress, "Left": graph.Caught, "Mend": graph.Succeeded, "Right": graph.InProgress,
	}
	if diff := cmp.Diff(want, w.Outcomes); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if !w.Steps[graph.Step{From: "Ask", To: "Both"}] || !w.Steps[graph.Step{From: "Left", To: "Mend"}] || len(w.Steps) != 2 {
		t.Errorf("the steps are %v", w.Steps)
	}
	if got := w.Started["Right"]; !slices.Equal(got, []string{"arn:nested"}) {
		t.Errorf("Right started %v", got)
	}
}

// What was at work when the execution failed is the failure, or was cut off by it.
func TestWhatAFailedExecutionLeftIsFailedOrCutOff(t *testing.T) {
	t.Parallel()
	x := told()
	at := int64(len(x.History))
	x.History = append(x.History, history.Event{ID: at + 1, PreviousEventID: at, Type: "TaskFailed", TaskFailed: &history.TaskProblem{}},
		history.Event{ID: at + 2, PreviousEventID: at + 1, Type: "ExecutionFailed", ExecutionFailed: &history.Problem{Error: "no"}})
	w := graph.WayOf(history.FromEvents("arn:x", x.History))
	if w.Outcomes["Right"] != graph.Failed || w.Outcomes["Both"] != graph.CutOff {
		t.Errorf("outcomes %v", w.Outcomes)
	}
}

func TestAPathHasWhatWasReachedAndNamesTheRest(t *testing.T) {
	t.Parallel()
	d, err := graph.Parse([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	d = d.Placed(column(d))
	w := graph.WayOf(told())
	path, err := graph.Path(d, w)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(path); got != "Ask Both Left Mend Right" {
		t.Errorf("the path has %s", got)
	}
	beside, err := graph.Beside(d, w)
	if err != nil {
		t.Fatal(err)
	}
	if got := names(beside); got != "Ask Both Stop Done Left Mend Right" {
		t.Errorf("beside it are %s", got)
	}
	for _, n := range path.Nodes {
		if n.Name == "Both" && !slices.Equal(n.Others, []string{"Done", "Stop"}) || n.Name == "Left" && !slices.Equal(n.Others, []string{"LeftEnd"}) {
			t.Errorf("instead of what came after %s: %v", n.Name, n.Others)
		}
	}
	if beyond := graph.Beyond(d, w); len(beyond) != 1 || beyond[0].Name != "Far" {
		t.Errorf("beyond is %v", beyond)
	}
	inBounds(t, path)
	inBounds(t, beside)
}

// column has all states of each level below each other.
func column(d graph.Definition) graph.Layout {
	l := graph.Layout{Nodes: map[string]graph.Place{}}
	var put func(d graph.Definition)
	put = func(d graph.Definition) {
		for i, name := range d.Order() {
			l.Nodes[name] = graph.Place{Layer: i}
			for _, inner := range d.States[name].Within() {
				put(inner)
			}
		}
	}
	put(d)
	return l
}

// What is not shown leaves no gap, and a way that does not lead to the next layer goes past the others.
func TestWhatIsNotShownLeavesNoGap(t *testing.T) {
	t.Parallel()
	d, err := graph.Parse([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	d = d.Placed(column(d))
	path, err := graph.Path(d, graph.WayOf(told()))
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]graph.Node{}
	for _, n := range path.Nodes {
		at[n.Name] = n
	}
	ask, both, left, mend := at["Ask"], at["Both"], at["Left"], at["Mend"]
	if both.Y-(ask.Y+ask.Height) != mend.Y-(left.Y+left.Height) || left.Y <= both.Y {
		t.Errorf("Ask %+v, Both %+v, Left %+v, Mend %+v", ask, both, left, mend)
	}
	beside, err := graph.Beside(d, graph.WayOf(told()))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range beside.Edges {
		if first, last := e.Points[0], e.Points[len(e.Points)-1]; last.Y > first.Y+100 && len(e.Points) == 2 {
			t.Errorf("a way leads through others: %+v", e)
		}
	}
}

func TestADefinitionWithoutALayoutIsNotDrawn(t *testing.T) {
	t.Parallel()
	d, err := graph.Parse([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := graph.Path(d, graph.WayOf(told())); err == nil || !strings.Contains(err.Error(), "tools/graphlayout") {
		t.Errorf("%v", err)
	}
}

func names(d graph.Drawing) string {
	var out []string
	for _, n := range d.Nodes {
		out = append(out, n.Name)
	}
	return strings.Join(out, " ")
}

// inBounds checks that everything is inside the drawing, and that no two states lie upon each other but
// those of a box.
func inBounds(t *testing.T, d graph.Drawing) {
	t.Helper()
	for i, n := range d.Nodes {
		if n.X < 0 || n.Y < 0 || n.X+n.Width > d.Width+0.5 || n.Y+n.Height > d.Height+0.5 {
			t.Errorf("%s is outside: %+v of %v x %v", n.Name, n, d.Width, d.Height)
		}
		for _, o := range d.Nodes[i+1:] {
			apart := n.X+n.Width <= o.X || o.X+o.Width <= n.X || n.Y+n.Height <= o.Y || o.Y+o.Height <= n.Y
			within := n.Box && o.X >= n.X && o.Y > n.Y && o.X+o.Width <= n.X+n.Width && o.Y+o.Height < n.Y+n.Height
			if !apart && !within {
				t.Errorf("%s lies upon %s", n.Name, o.Name)
			}
		}
	}
}

// Every definition can be drawn as if all of it had been reached.
func TestTheDefinitionsCanBeDrawnWhole(t *testing.T) {
	t.Parallel()
	for name, text := range map[string][]byte{"quarantine": statemachine.Quarantine, "quarantine-approval": statemachine.Approval, "release": statemachine.Release, "watch": statemachine.Watch, "preflight": statemachine.Preflight} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := graph.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			w := graph.Way{Outcomes: map[string]graph.Outcome{}}
			reach(d, w)
			all, err := graph.Path(d, w)
			if err != nil {
				t.Fatal(err)
			}
			if len(all.Nodes) != len(w.Outcomes) {
				t.Errorf("%d of %d states are drawn", len(all.Nodes), len(w.Outcomes))
			}
			inBounds(t, all)
		})
	}
}

func reach(d graph.Definition, w graph.Way) {
	for name, s := range d.States {
		w.Outcomes[name] = graph.Succeeded
		for _, b := range s.Branches {
			reach(b, w)
		}
		if s.ItemProcessor != nil {
			reach(*s.ItemProcessor, w)
		}
	}
}
