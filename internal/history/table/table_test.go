package table_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/table"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

// Events of two branches alternate: each belongs to the state of its own branch.
func TestATableHasTheStateOfEveryEvent(t *testing.T) {
	t.Parallel()
	resource := history.TaskResource{ResourceType: "lambda", Resource: "invoke"}
	events := []history.Event{
		{ID: 1, Type: "ExecutionStarted"},
		{ID: 2, PreviousEventID: 1, Type: "TaskStateEntered", StateEntered: &history.StateEntered{Name: "TellContained"}},
		{ID: 3, PreviousEventID: 1, Type: "TaskStateEntered", StateEntered: &history.StateEntered{Name: "CaptureEvidenceOfTheInstance"}},
		{ID: 4, PreviousEventID: 2, Type: "TaskScheduled", TaskScheduled: &history.TaskScheduled{TaskResource: resource}},
		{ID: 5, PreviousEventID: 3, Type: "TaskFailed", TaskFailed: &history.TaskProblem{TaskResource: resource, Problem: history.Problem{Error: "Throttled"}}},
		{ID: 6, PreviousEventID: 4, Type: "TaskStateExited", StateExited: &history.StateExited{Name: "TellContained"}},
		{ID: 7, PreviousEventID: 5, Type: "ExecutionFailed", ExecutionFailed: &history.Problem{Error: "Throttled", Cause: "too many\x1b[31m"}},
	}
	for i := range events {
		events[i].Timestamp = time.Date(2026, 3, 4, 12, 0, i, 0, time.UTC)
	}
	var out bytes.Buffer
	x := history.FromEvents("arn:aws:states:eu-west-1:1:execution:quarantine:one", events)
	table.Print(&out, terminal.NewStyle(&out), x)
	table.PrintEnd(&out, terminal.NewStyle(&out), x)
	want := `
History of one
 ID Type                  State                      Time Details
  1 ExecutionStarted                            00:00.000 
  2 TaskStateEntered      TellContained         00:01.000 
  3 TaskStateEntered      CaptureEvidenceOfThe… 00:02.000 
  4 TaskScheduled         TellContained         00:03.000 lambda:invoke
  5 TaskFailed            CaptureEvidenceOfThe… 00:04.000 Throttled
  6 TaskStateExited       TellContained         00:05.000 
  7 ExecutionFailed       CaptureEvidenceOfThe… 00:06.000 Throttled
FAILED, state machine quarantine
  Throttled: too many\u001b[31m
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
