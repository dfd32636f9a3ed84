package report_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/history"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/report"
)

const (
	release  = "arn:aws:states:eu-west-1:111122223333:execution:guard-release:two"
	approval = "arn:aws:states:eu-west-1:111122223333:execution:guard-quarantine-approval:three"
)

// asking is an execution in which the function that asks people answers this, each time it is called.
func asking(state, purpose string, answers ...string) history.Execution {
	lambda := history.TaskResource{ResourceType: "lambda", Resource: "invoke.waitForTaskToken"}
	events := []history.Event{{Type: "ExecutionStarted"}, {Type: "TaskStateEntered", StateEntered: &history.StateEntered{Name: state}}}
	for _, answer := range answers {
		events = append(events,
			history.Event{Type: "TaskScheduled", TaskScheduled: &history.TaskScheduled{TaskResource: lambda, Parameters: `{"FunctionName":"ask","Payload":{"token":"(task token)","purpose":"` + purpose + `"}}`}},
			history.Event{Type: "TaskStarted", TaskStarted: &lambda},
			history.Event{Type: "TaskSubmitted", TaskSubmitted: &history.TaskResult{TaskResource: lambda, Result: history.Result{Output: `{"ExecutedVersion":"1","Payload":` + answer + `,"StatusCode":200}`}}})
	}
	for i := range events {
		events[i].ID, events[i].PreviousEventID, events[i].Timestamp = int64(i+1), int64(i), noon
	}
	return history.FromEvents(owner, events)
}

// A question is told to people too. The function that asks answers when they have it, and not with a subject.
func TestAQuestionIsAmongWhatPeopleWereTold(t *testing.T) {
	t.Parallel()
	const first = `{"request":"req-1","status":"pending","asked":["sns","slack"],"reminders":0}`
	for name, c := range map[string]struct {
		of       history.Execution
		subjects []string
		channels []string
	}{
		"whether to cut":             {asking("AskBeforeCut", "isolate", first), []string{"A question, whether to isolate"}, []string{"sns slack"}},
		"whether to release":         {asking("AskForRelease", "release", first), []string{"A question, whether to release"}, []string{"sns slack"}},
		"of another version":         {asking("Ask", "", first), []string{"A question"}, []string{"sns slack"}},
		"decided before it is asked": {asking("AskBeforeCut", "isolate", `{"request":"req-1","status":"approved","reminders":1}`), nil, nil},
		"another function's answer":  {asking("Wait", "", `{"status":"pending"}`), nil, nil},
		"reminded, and again with no channel": {
			asking("AskBeforeCut", "isolate", first, `{"request":"req-1","status":"pending","asked":["sns"],"reminders":1}`, `{"request":"req-1","status":"pending","reminders":2}`),
			[]string{"A question, whether to isolate", "A question, whether to isolate: reminder 1", "A question, whether to isolate: reminder 2, which no channel took"},
			[]string{"sns slack", "sns", ""},
		},
	} {
		var subjects, channels []string
		for _, m := range report.Told([]history.Execution{c.of}) {
			subjects, channels = append(subjects, m.Subject), append(channels, strings.Join(m.Channels, " "))
			if !strings.HasPrefix(m.By, "Ask") || !m.At.Equal(noon) {
				t.Errorf("%s: by %s at %s", name, m.By, m.At)
			}
		}
		if !slices.Equal(subjects, c.subjects) || !slices.Equal(channels, c.channels) {
			t.Errorf("%s: %q by %q", name, subjects, channels)
		}
	}
}

// I13: that nobody was told is said only where every execution on record has its history.
func TestI13NobodyWasToldOnlyWhereEveryHistoryIsThere(t *testing.T) {
	t.Parallel()
	const nobody, unknown, others = "Nobody was told anything.", "<p>Not known: ", "What else people were told is not known: "
	quiet := func(id string) history.Execution {
		return history.FromEvents(id, []history.Event{{ID: 1, Type: "ExecutionStarted", Timestamp: noon}})
	}
	starts := history.FromEvents(owner, []history.Event{{ID: 1, Type: "TaskSubmitted", Timestamp: noon, TaskSubmitted: &history.TaskResult{
		TaskResource: history.TaskResource{ResourceType: "states", Resource: "startExecution.sync:2"}, Result: history.Result{Output: `{"ExecutionArn":"` + release + `"}`}}}})
	same := func(*quarantine.Incident) {}
	event := func(e quarantine.Event) func(*quarantine.Incident) {
		return func(in *quarantine.Incident) { in.Timeline = append(in.Timeline, e) }
	}
	for name, c := range map[string]struct {
		change     func(*quarantine.Incident)
		executions []history.Execution
		want       string
	}{
		"all, and they are quiet":          {same, []history.Execution{quiet(owner)}, nobody},
		"all, and they have told":          {same, []history.Execution{isolated("web")}, ""},
		"none":                             {same, nil, unknown},
		"not the one that cut":             {same, []history.Execution{quiet(release)}, unknown},
		"the one that cut, without events": {same, []history.Execution{{ARN: owner, Name: "one"}, quiet(release)}, unknown},
		"what cut ran on a computer":       {func(in *quarantine.Incident) { in.Owner = "local/kim" }, []history.Execution{quiet(release)}, unknown},
		"not the one that asked": {func(in *quarantine.Incident) {
			in.Questions = []quarantine.ApprovalRequest{{Execution: quarantine.Execution{ID: approval}}}
		}, []history.Execution{isolated("web")}, others},
		"not the one that released": {func(in *quarantine.Incident) { in.ReleasedIn = release }, []history.Execution{isolated("web")}, others},
		"not one that a person began": {event(quarantine.Event{Kind: quarantine.EventReleaseBegun, By: "kim", ID: "two"}),
			[]history.Execution{isolated("web")}, others},
		"one that a person began": {event(quarantine.Event{Kind: quarantine.EventReleaseBegun, By: "kim", ID: "two"}),
			[]history.Execution{isolated("web"), quiet(release)}, ""},
		"not one that gave the subnets back": {event(quarantine.Event{Kind: quarantine.EventNarrowed, By: "kim", ID: "two"}),
			[]history.Execution{isolated("web")}, others},
		"not one that joined":                 {event(quarantine.Event{Kind: quarantine.EventJoined, By: approval}), []history.Execution{quiet(owner)}, unknown},
		"a person's word":                     {event(quarantine.Event{Kind: quarantine.EventLeft, By: "kim"}), []history.Execution{quiet(owner)}, nobody},
		"not one that was started by another": {same, []history.Execution{starts}, unknown},
	} {
		r := ofAccount("web")
		c.change(&r.Incidents[0])
		r.Executions, r.Messages = c.executions, report.Told(c.executions)
		text := page(t, r)
		for _, one := range []string{nobody, unknown, others} {
			if strings.Contains(text, one) != (one == c.want) {
				t.Errorf("%s: %q is said: %v", name, one, one != c.want)
			}
		}
		r.Simulated = true
		if text := page(t, r); len(c.executions) > 0 && len(r.Messages) == 0 && !strings.Contains(text, nobody) {
			t.Errorf("%s: a simulation does not know whom it told", name)
		}
	}
}
