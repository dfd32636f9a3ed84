package history_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/history"
)

func at(second int) time.Time { return time.Date(2026, 3, 4, 12, 0, second, 0, time.UTC) }

func entered(id, previous int64, name string) history.Event {
	return history.Event{ID: id, PreviousEventID: previous, Timestamp: at(int(id)), StateEntered: &history.StateEntered{Name: name}}
}

func exited(id, previous int64, name string) history.Event {
	return history.Event{ID: id, PreviousEventID: previous, Timestamp: at(int(id)), StateExited: &history.StateExited{Name: name}}
}

// Branches A and B run side by side inside P, W is visited twice, and F ends it.
func TestAStateIsLeftWhereItsOwnVisitEnds(t *testing.T) {
	t.Parallel()
	got := history.States([]history.Event{
		{ID: 1, Timestamp: at(1)},
		entered(2, 1, "P"), {ID: 3, PreviousEventID: 2},
		entered(4, 3, "A"), entered(5, 3, "B"), exited(6, 4, "A"), exited(7, 5, "B"),
		exited(8, 7, "P"),
		entered(9, 8, "W"), exited(10, 9, "W"), entered(11, 10, "W"), exited(12, 11, "W"),
		entered(13, 12, "F"),
	})
	want := []history.State{
		{Name: "P", Entered: at(2), Left: at(8)}, {Name: "A", Entered: at(4), Left: at(6)}, {Name: "B", Entered: at(5), Left: at(7)},
		{Name: "W", Entered: at(9), Left: at(10)}, {Name: "W", Entered: at(11), Left: at(12)}, {Name: "F", Entered: at(13)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A visit whose last attempt went wrong was left by a Catch; one that went right at a later attempt was not.
func TestAVisitThatWasCaughtSaysSo(t *testing.T) {
	t.Parallel()
	event := func(id int64, kind string) history.Event {
		return history.Event{ID: id, PreviousEventID: id - 1, Type: kind}
	}
	for name, c := range map[string]struct {
		between []string
		want    bool
	}{
		"at once":                {[]string{"TaskScheduled", "TaskStarted", "TaskSucceeded"}, false},
		"at the second attempt":  {[]string{"TaskScheduled", "TaskFailed", "TaskScheduled", "TaskStarted", "TaskSucceeded"}, false},
		"a Pass":                 {nil, false},
		"never":                  {[]string{"TaskScheduled", "TaskFailed", "TaskScheduled", "TaskTimedOut"}, true},
		"no answer to the token": {[]string{"TaskScheduled", "TaskSubmitted", "TaskTimedOut"}, true},
		"its answer not read":    {[]string{"TaskScheduled", "TaskSucceeded", "EvaluationFailed"}, true},
	} {
		events := []history.Event{{ID: 1, Type: "TaskFailed"}, entered(2, 1, "A")} // what went wrong before is another's
		for _, kind := range c.between {
			events = append(events, event(int64(len(events)+1), kind))
		}
		n := int64(len(events) + 1)
		if got := history.States(append(events, exited(n, n-1, "A"))); got[0].Caught != c.want || got[0].Left.IsZero() {
			t.Errorf("%s: %+v", name, got[0])
		}
	}
}

func TestAnExitThatNoVisitLedToLeavesNothing(t *testing.T) {
	t.Parallel()
	got := history.States([]history.Event{entered(1, 0, "A"), exited(2, 2, "A"), exited(3, 0, "A"), exited(4, 1, "B"), exited(-5, -5, "A")})
	if len(got) != 1 || !got[0].Left.IsZero() {
		t.Errorf("got %v", got)
	}
}
