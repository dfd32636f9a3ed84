package story_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/story"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

var start = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func at(after time.Duration, e history.Event) history.Event {
	e.Timestamp = start.Add(after)
	return e
}

func entered(kind, name string) history.Event {
	return history.Event{Type: kind + "StateEntered", StateEntered: &history.StateEntered{Name: name}}
}

func exited(name, output string) history.Event {
	return history.Event{Type: "TaskStateExited", StateExited: &history.StateExited{Name: name, Output: output}}
}

func TestWhatExecutionsDoAtOneMomentIsOneLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := story.New(&out, terminal.NewStyle(&out))
	for _, x := range []string{"one", "two"} {
		s.Event(x, at(0, history.Event{Type: "ExecutionStarted"}))
	}
	for _, x := range []string{"one", "two"} {
		s.Event(x, at(time.Second, exited("Triage", `{"action":"isolate","score":85}`)))
	}
	s.Event("one", at(2*time.Second, exited("Isolate", `{"subnets":["subnet-1"]}`)))
	s.Event("two", at(2*time.Second, entered("Task", "AcquireLock")))
	s.Event("two", at(2*time.Second, history.Event{Type: "TaskFailed", TaskFailed: &history.TaskProblem{
		Problem: history.Problem{Error: "DynamoDB.ConditionalCheckFailedException"}}}))
	s.Event("two", at(2*time.Second, exited("AcquireLock", `{}`))) // by a Catch: told already
	s.Message(start.Add(3*time.Second), "two", "sns", "Contained")
	s.Event("two", at(4*time.Second, entered("Task", "JoinIncident")))
	s.Event("two", at(4*time.Second, history.Event{TaskSucceeded: &history.TaskResult{}}))
	s.Event("two", at(4*time.Second, exited("JoinIncident", `{"holder":"inc-1"}`)))
	s.Event("two", at(4*time.Second, entered("Task", "WasItReleased")))
	s.Event("two", at(4*time.Second, history.Event{TaskSucceeded: &history.TaskResult{}}))
	s.Event("two", at(4*time.Second, exited("WasItReleased", `{"released":"inc-1"}`)))
	s.Event("two", at(4*time.Second, entered("Task", "AskForRelease")))
	s.Event("two", at(4*time.Second, history.Event{TaskSucceeded: &history.TaskResult{}}))
	s.Event("two", at(4*time.Second, exited("AskForRelease", `{"approve":false,"narrow":true,"by":"kim"}`)))
	s.Event("one", at(5*time.Second, entered("Wait", "WaitForSnapshots")))
	s.Event("two", at(time.Hour, entered("Succeed", "Joined")))
	s.Flush()
	want := `  00:01.000  #1 #2         Triage               isolate, score 85
  00:02.000  #1            Isolate              cut: subnet-1
  00:02.000  #2            AcquireLock: the lock is not free for this finding
  00:03.000  #2            ✉  sns: Contained
  00:04.000  #2            JoinIncident         the incident is inc-1
  00:04.000  #2            WasItReleased        inc-1 was released
  00:04.000  #2            AskForRelease        narrowed by kim
  00:05.000  #1            WaitForSnapshots
  1:00:00    #2            Joined
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestABriefStoryTellsNoWaitingNoProgressAndNothingTwice(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := story.NewBrief(&out, terminal.NewStyle(&out))
	s.Event("one", at(0, history.Event{Type: "ExecutionStarted"}))
	s.Event("one", at(time.Second, entered("Wait", "WaitForSnapshots")))
	for n, progress := range []string{`["8%","100%"]`, `["100%","100%"]`} {
		s.Event("one", at(time.Duration(2+n)*time.Second, exited("CheckEvidence", `{"progress":`+progress+`}`)))
	}
	for n := range 2 {
		s.Event("one", at(time.Duration(4+n)*time.Second, exited("JoinIncident", `{"holder":"inc-1"}`)))
		s.Message(start.Add(6*time.Second), "one", []string{"sns", "slack"}[n], "Contained")
	}
	s.Event("one", at(7*time.Second, exited("RecordJoin", `{}`)))
	s.Event("one", at(7*time.Second, entered("Succeed", "Joined")))
	s.Flush()
	want := `  00:03.000  #1            CheckEvidence        snapshots 100%, 100%
  00:04.000  #1            JoinIncident         the incident is inc-1
  00:06.000  #1            ✉  Contained
  00:07.000  #1            RecordJoin > Joined
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestANarrowStoryHasWhatHappensBelowWhen(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := story.New(&out, terminal.NewStyle(terminal.Sized(&out, 40)))
	s.Event("one", at(0, history.Event{Type: "ExecutionStarted"}))
	s.Event("one", at(time.Second, exited("Isolate", `{"subnets":["subnet-0123456789abcdef0"]}`)))
	s.Flush()
	if diff := cmp.Diff("  00:01.000  #1\n    Isolate cut:\n    subnet-0123456789abcdef0\n", out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A history is read again and again from its start, while it grows.
func TestProgressTellsEveryStateOnce(t *testing.T) {
	t.Parallel()
	events := []history.Event{
		at(0, history.Event{ID: 1, Type: "ExecutionStarted"}), at(0, entered("Task", "Release")),
		at(time.Second, history.Event{ID: 3, Type: "TaskFailed", TaskFailed: &history.TaskProblem{Problem: history.Problem{Error: "Throttled"}}}),
		at(2*time.Second, entered("Succeed", "Released")),
	}
	events[1].ID, events[3].ID = 2, 4
	var out bytes.Buffer
	p := story.NewProgress(&out, terminal.NewStyle(&out))
	for n := range events {
		for _, e := range events[:n+1] {
			p.Event(e)
		}
	}
	if diff := cmp.Diff("  00:00.000  Release\n  00:01.000    Throttled\n  00:02.000  Released\n", out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Branches go on side by side: a failure is that of its own branch's state, and not of the one entered last.
func TestAFailureNamesTheStateOfItsBranch(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := story.New(&out, terminal.NewStyle(&out))
	failed := history.Event{Type: "TaskFailed", TaskFailed: &history.TaskProblem{Problem: history.Problem{Error: "NotVerified"}}}
	for i, e := range []history.Event{entered("Task", "Standby"), entered("Task", "Protection"), {Type: "TaskScheduled"}, failed} {
		e = at(time.Duration(i)*time.Second, e)
		e.ID, e.PreviousEventID = int64(i+1), []int64{0, 0, 1, 3}[i]
		s.Event("one", e)
	}
	s.Flush()
	if !strings.Contains(out.String(), "Standby: NotVerified\n") {
		t.Error(out.String())
	}
}
