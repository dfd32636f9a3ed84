package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

// visit is a state that was entered and left, with how its task went in between; "" for none.
type visit struct {
	name, task string
	from, to   time.Duration
}

// visited is the execution that owns the incident, of those visits.
func visited(visits ...visit) history.Execution {
	events := []history.Event{{Type: "ExecutionStarted", Timestamp: noon}}
	for _, v := range visits {
		events = append(events, history.Event{Timestamp: noon.Add(v.from), StateEntered: &history.StateEntered{Name: v.name}})
		if v.task != "" {
			events = append(events, history.Event{Type: v.task, Timestamp: noon.Add(v.to)})
		}
		events = append(events, history.Event{Timestamp: noon.Add(v.to), StateExited: &history.StateExited{Name: v.name}})
	}
	for i := range events {
		events[i].ID, events[i].PreviousEventID = int64(i+1), int64(i)
	}
	return history.FromEvents(owner, events)
}

// I13: the time to the cut is that of the visit which cut, and never of one that the brake or the policy ended.
func TestI13TheTimeToTheCutIsThatOfTheVisitThatCut(t *testing.T) {
	t.Parallel()
	stopped := visit{"Isolate", "TaskFailed", 0, 100 * time.Millisecond}
	for name, c := range map[string]struct {
		visits []visit
		want   string
	}{
		"at once": {[]visit{{"Isolate", "TaskSucceeded", 0, 150 * time.Millisecond}},
			`<li class="good"><strong>150 ms</strong> <span>from the start of the execution to the cut, as read back</span>`},
		"a person's yes after the brake": {[]visit{stopped, {"AskBeforeCut", "TaskSucceeded", time.Second, 3 * time.Hour}, {"Isolate", "TaskSucceeded", 3 * time.Hour, 3*time.Hour + time.Minute}},
			`<li class=""><strong>3 h 01 min</strong> <span>from the start of the execution to the cut, as read back; a person was asked first</span>`},
		"the group instead": {[]visit{stopped, {"IsolateByGroup", "TaskSucceeded", time.Second, 2 * time.Second}},
			`<li class="good"><strong>2.0 s</strong> <span>from the start of the execution to the security group in place of the cut, as read back</span>`},
		"only the brake": {[]visit{stopped, {"AskBeforeCut", "", time.Second, time.Second}}, `<strong>not known</strong> <span>how long the cut took</span>`},
	} {
		r := ofAccount("web")
		r.Executions = []history.Execution{visited(c.visits...)}
		r.Messages = report.Told(r.Executions)
		text := page(t, r)
		_, facts, _ := strings.Cut(text, `<ul class="facts">`)
		if facts, _, _ = strings.Cut(facts, "</ul>"); !strings.Contains(facts, c.want) {
			t.Errorf("%s: %s is not in %s", name, c.want, facts)
		}
	}
}
