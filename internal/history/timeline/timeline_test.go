package timeline_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/history/timeline"
	"github.com/ec2-quarantine/quarantine/internal/terminal"
)

var sent = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func ms(n int) time.Time { return sent.Add(time.Duration(n) * time.Millisecond) }

// execution triages, isolates, which goes on after the cut, and responds.
func execution() history.Execution {
	state := func(id int64, from, to int, name string) []history.Event {
		return []history.Event{
			{ID: id, PreviousEventID: id - 1, Timestamp: ms(from), StateEntered: &history.StateEntered{Name: name}},
			{ID: id + 1, PreviousEventID: id, Timestamp: ms(to), StateExited: &history.StateExited{Name: name}},
		}
	}
	events := append(state(1, 20, 40, "Triage"), state(3, 40, 300, "Isolate")...)
	return history.Execution{History: append(events, state(5, 300, 400, "Respond")...)}
}

var calls = []timeline.Call{
	{Name: "ec2:DescribeInstances", Started: ms(40), Ended: ms(100)},
	{Name: "ec2:ReplaceNetworkAclAssociation", Started: ms(140), Ended: ms(200)},
}

func TestATimelineEndsWithTheCut(t *testing.T) {
	t.Parallel()
	got := timeline.Of(execution(), calls, sent)
	want := timeline.Timeline{Event: sent, Cut: ms(200), Rows: []timeline.Row{
		{Name: "Triage", Start: ms(20), End: ms(40)},
		{Name: "Isolate", Start: ms(40), End: ms(200)},
		{Name: "ec2:DescribeInstances", Start: ms(40), End: ms(100), IsCall: true},
		{Name: "ec2:ReplaceNetworkAclAssociation", Start: ms(140), End: ms(200), IsCall: true},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestATimelineIsPrintedWithBars(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	timeline.Of(execution(), calls, sent).Print(&out, terminal.NewStyle(&out))
	want := `      at    took
    0 ms   20 ms  EventBridge                        ──
   20 ms   20 ms  Triage                               ───
   40 ms  160 ms  Isolate                                 ─────────────────────
   40 ms   60 ms    ec2:DescribeInstances                 ████████
  140 ms   60 ms    ec2:ReplaceNetworkAclAssociation                   ████████
  200 ms          cut
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Clocks differ: an event can be later than the execution that it started.
func TestATimelineBeforeItsEventIsPrinted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	timeline.Of(execution(), calls, ms(100)).Print(&out, terminal.NewStyle(&out))
	timeline.Of(history.Execution{}, nil, sent).Print(&out, terminal.NewStyle(&out))
	if !bytes.Contains(out.Bytes(), []byte("  -80 ms   20 ms  Triage\n")) {
		t.Errorf("got\n%s", &out)
	}
}

func TestABriefTimelineHasARowForCallsSideBySide(t *testing.T) {
	t.Parallel()
	beside := []timeline.Call{calls[0], {Name: "ec2:DescribeNetworkAcls", Started: ms(50), Ended: ms(120)}, calls[1]}
	want := []timeline.Row{
		{Name: "Triage", Start: ms(20), End: ms(40)},
		{Name: "Isolate", Start: ms(40), End: ms(200)},
		{Name: "ec2:DescribeNetworkAcls and 1 more", Start: ms(40), End: ms(120), IsCall: true},
		{Name: "ec2:ReplaceNetworkAclAssociation", Start: ms(140), End: ms(200), IsCall: true},
	}
	if diff := cmp.Diff(want, timeline.Of(execution(), beside, sent).Brief().Rows); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	want[1].Name = "Isolate: ec2:ReplaceNetworkAclAssociation"
	if diff := cmp.Diff(want[:2], timeline.Of(execution(), calls[1:], sent).Brief().Rows); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestANarrowTimelineHasNoBars(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	timeline.Of(execution(), calls[1:], sent).Brief().Print(&out, terminal.NewStyle(terminal.Sized(&out, 40)))
	want := "      at    took\n    0 ms   20 ms\n    EventBridge\n   20 ms   20 ms\n    Triage\n   40 ms  160 ms\n    Isolate:\n    ec2:ReplaceNetworkAclAssociation\n  200 ms          cut\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
