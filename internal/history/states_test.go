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
		{"P", at(2), at(8)}, {"A", at(4), at(6)}, {"B", at(5), at(7)},
		{"W", at(9), at(10)}, {"W", at(11), at(12)}, {Name: "F", Entered: at(13)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAnExitThatNoVisitLedToLeavesNothing(t *testing.T) {
	t.Parallel()
	got := history.States([]history.Event{entered(1, 0, "A"), exited(2, 2, "A"), exited(3, 0, "A"), exited(4, 1, "B"), exited(-5, -5, "A")})
	if len(got) != 1 || !got[0].Left.IsZero() {
		t.Errorf("got %v", got)
	}
}
