package approval_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// channel keeps what it was sent.
type channel struct {
	name string
	sent []quarantine.Message
	fail error
}

func (c *channel) Name() string { return c.name }

func (c *channel) Send(_ context.Context, m quarantine.Message) error {
	c.sent = append(c.sent, m)
	return c.fail
}

// asking is a world in which nothing is asked yet, and who asks.
func asking(t *testing.T) (*world, *approval.Asker, *channel, *channel) {
	t.Helper()
	w := newWorld(t)
	clear(w.book.requests)
	clear(w.book.tokens)
	slack, sns := &channel{name: "slack"}, &channel{name: "sns"}
	return w, &approval.Asker{
		Approvals: w.book, Tasks: w.tasks, Channels: []quarantine.Channel{slack, sns}, Signer: w.signer,
		Clock: w.decider.Clock, Log: w.log(),
	}, slack, sns
}

// payload is a question as the state machine asks it.
func payload(t *testing.T, change map[string]any) approval.Question {
	t.Helper()
	target := asked(quarantine.PurposeIsolate).Target
	q := map[string]any{
		"token": plantedToken, "requestId": questionID(quarantine.PurposeIsolate), "purpose": "isolate", "incident": "inc-20260304-0a1b2c3d4e", "execution": execution,
		"expiresAt": "2026-03-04T13:00:00.000Z",
		"triage": quarantine.Triage{
			Finding: quarantine.Finding{ID: "finding-1", Type: "Backdoor:EC2/C&CActivity.B", Title: "It phones home", Severity: 8,
				AccountID: target.AccountID, Region: target.Region, Instances: []quarantine.AccusedInstance{{ID: target.InstanceID}}},
			Verdict: quarantine.Verdict{Action: quarantine.ActionApprove, Score: 63, Reasons: []quarantine.Reason{{Name: "severity", Points: 40, Text: "8.0 of 10"}}},
			Targets: []quarantine.Target{target}, Target: &target, OnSilence: quarantine.ActionIsolate,
		},
	}
	for name, value := range change {
		q[name] = value
	}
	encoded, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	var out approval.Question
	if err := json.Unmarshal(encoded, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAQuestionIsRecordedAndPutToPeople(t *testing.T) {
	t.Parallel()
	w, a, slack, sns := asking(t)
	got, err := a.Handle(t.Context(), payload(t, nil))
	id := questionID(quarantine.PurposeIsolate)
	want := approval.Asked{Request: id, Status: quarantine.RequestPending, Asked: []string{"slack", "sns"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	r := w.book.at(id)
	if r.Purpose != quarantine.PurposeIsolate || r.Score != 63 || r.OnSilence != quarantine.ActionIsolate || !r.AskedAt.Equal(noon) ||
		!r.ExpiresAt.Equal(noon.Add(time.Hour)) || !slices.Equal(r.Asked, []string{"slack", "sns"}) || w.book.tokens[id] != plantedToken {
		t.Errorf("on record is %+v", r)
	}
	link := w.signer.URL(id, r.ExpiresAt)
	for _, c := range []*channel{slack, sns} {
		if len(c.sent) != 1 || c.sent[0].Kind != quarantine.KindApprovalAsked || c.sent[0].Ask == nil ||
			c.sent[0].Ask.Link != link || c.sent[0].Ask.RequestID != id || !strings.Contains(c.sent[0].Text, link) {
			t.Errorf("%s was sent %+v", c.name, c.sent)
		}
	}
}

func TestTheTokenIsNowhereButInTheLedger(t *testing.T) {
	t.Parallel()
	w, a, slack, sns := asking(t)
	slack.fail, sns.fail = errors.New("no"), errors.New("no")
	q := payload(t, nil)
	_, failed := a.Handle(t.Context(), q)
	sns.fail = nil
	out, err := a.Handle(t.Context(), q)
	encoded, encodeErr := json.Marshal([]any{q, out, slack.sent, sns.sent, w.book.at(out.Request)})
	if err != nil || failed == nil || encodeErr != nil {
		t.Fatal(err, failed, encodeErr)
	}
	text := fmt.Sprintf("%s %v %+v %#v %v", encoded, q, q, q, failed) + w.logged.String()
	if strings.Contains(text, plantedToken) || !strings.Contains(text, "[task token]") {
		t.Errorf("the token is shown: %s", text)
	}
}

func TestAReminderIsTheSameQuestion(t *testing.T) {
	t.Parallel()
	_, a, slack, _ := asking(t)
	if _, err := a.Handle(t.Context(), payload(t, nil)); err != nil {
		t.Fatal(err)
	}
	got, err := a.Handle(t.Context(), payload(t, map[string]any{"token": "second"}))
	if err != nil || got.Reminders != 1 || !strings.Contains(slack.sent[1].Subject, "reminder 1") ||
		slack.sent[0].Ask.Link != slack.sent[1].Ask.Link {
		t.Errorf("got %+v, %v; %+v", got, err, slack.sent[1])
	}
}

// Whoever looks at the metric sees a question run out before it does.
func TestTheTimeLeftIsMeasuredAtEveryAsking(t *testing.T) {
	t.Parallel()
	w, a, slack, sns := asking(t)
	var got []quarantine.Measurement
	a.Meter = func(all ...quarantine.Measurement) { got = append(got, all...) }
	ask := func(change map[string]any) {
		t.Helper()
		if _, err := a.Handle(t.Context(), payload(t, change)); err != nil {
			t.Fatal(err)
		}
	}
	ask(nil)
	w.now = noon.Add(45 * time.Minute)
	slack.fail, sns.fail = errors.New("no"), errors.New("no") // nobody is reminded, and the question stands
	ask(map[string]any{"token": "second"})
	if _, err := w.book.Decide(t.Context(), questionID(quarantine.PurposeIsolate), quarantine.Decision{By: "one", Via: "link", At: noon}); err != nil {
		t.Fatal(err)
	}
	ask(map[string]any{"token": "third"}) // it is answered, and nobody is asked
	left := func(percent float64) quarantine.Measurement {
		return quarantine.Measurement{Name: "ApprovalTimeLeft", Unit: quarantine.Percent, Value: percent}
	}
	if diff := cmp.Diff([]quarantine.Measurement{left(100), left(25)}, got); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
}

func TestOneChannelFailingDoesNotStopTheOther(t *testing.T) {
	t.Parallel()
	w, a, slack, _ := asking(t)
	slack.fail = quarantine.Failf(quarantine.Throttled, "later")
	got, err := a.Handle(t.Context(), payload(t, nil))
	if err != nil || !slices.Equal(got.Asked, []string{"sns"}) || !slices.Equal(w.book.at(got.Request).Asked, got.Asked) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAQuestionThatNoChannelTakesFails(t *testing.T) {
	t.Parallel()
	_, a, slack, sns := asking(t)
	slack.fail, sns.fail = quarantine.Failf(quarantine.Throttled, "later"), quarantine.Failf(quarantine.AccessDenied, "may not")
	if _, err := a.Handle(t.Context(), payload(t, nil)); !quarantine.Is(err, quarantine.NotTold) ||
		err.Error() != "no channel took the question: slack: Throttled: later; sns: AccessDenied: may not" {
		t.Errorf("got %v", err)
	}
	a.Channels = nil
	if _, err := a.Handle(t.Context(), payload(t, nil)); !quarantine.Is(err, quarantine.NotTold) {
		t.Errorf("got %v", err)
	}
}

// Somebody has been asked: a reminder must not end the wait for the answer.
func TestAReminderThatNoChannelTakesDoesNotFail(t *testing.T) {
	t.Parallel()
	w, a, slack, sns := asking(t)
	slack.fail = quarantine.Failf(quarantine.Throttled, "later")
	if _, err := a.Handle(t.Context(), payload(t, nil)); err != nil {
		t.Fatal(err)
	}
	sns.fail = quarantine.Failf(quarantine.AccessDenied, "may not")
	got, err := a.Handle(t.Context(), payload(t, map[string]any{"token": "second"}))
	if err != nil || got.Reminders != 1 || len(got.Asked) != 0 || !slices.Equal(w.book.at(got.Request).Asked, []string{"sns"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if log := w.logged.String(); !strings.Contains(log, "nobody was reminded") || !strings.Contains(log, "AccessDenied: may not") {
		t.Errorf("logged was %s", log)
	}
}

func TestADecisionThatWasNotDeliveredIsDeliveredInsteadOfAskingAgain(t *testing.T) {
	t.Parallel()
	w, a, slack, _ := asking(t)
	out, err := a.Handle(t.Context(), payload(t, map[string]any{"token": "first"}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.book.Decide(t.Context(), out.Request, quarantine.Decision{By: "one", Via: "link", At: noon}); err != nil {
		t.Fatal(err)
	}
	w.now = noon.Add(2 * time.Hour) // a word given at the last moment still counts
	got, err := a.Handle(t.Context(), payload(t, nil))
	if d, told := w.tasks.answer(); err != nil || got.Status != quarantine.RequestDenied || !told || d.By != "one" || len(slack.sent) != 1 {
		t.Errorf("got %+v, %v; told %t of %+v", got, err, told, d)
	}
	if _, err := a.Handle(t.Context(), payload(t, map[string]any{"token": "third"})); !quarantine.Is(err, quarantine.AlreadyDecided) || len(w.tasks.answered) != 1 {
		t.Errorf("a decision was used twice: %v", err)
	}
}

func TestAnExpiredQuestionIsNotAsked(t *testing.T) {
	t.Parallel()
	_, a, slack, _ := asking(t)
	if _, err := a.Handle(t.Context(), payload(t, map[string]any{"expiresAt": noon})); !quarantine.Is(err, quarantine.RequestTooLate) || len(slack.sent) != 0 {
		t.Errorf("got %v", err)
	}
}

func TestAQuestionThatLacksSomethingIsRefused(t *testing.T) {
	t.Parallel()
	w, a, _, _ := asking(t)
	for name, empty := range map[string]any{
		"token": "", "requestId": "", "purpose": "coffee", "incident": "", "execution": map[string]any{}, "triage": map[string]any{}, "expiresAt": nil,
	} {
		_, err := a.Handle(t.Context(), payload(t, map[string]any{name: empty}))
		if !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), name) || len(w.book.calls) != 0 {
			t.Errorf("without %s: got %v", name, err)
		}
	}
}

func TestAskingFailsWithTheLedger(t *testing.T) {
	t.Parallel()
	w, a, slack, _ := asking(t)
	w.book.fail["Ask"] = quarantine.Failf(quarantine.Throttled, "later")
	if _, err := a.Handle(t.Context(), payload(t, nil)); !quarantine.Is(err, quarantine.Throttled) || len(slack.sent) != 0 {
		t.Errorf("got %v", err)
	}
	clear(w.book.fail)
	w.book.fail["AskedThrough"] = quarantine.Failf(quarantine.Throttled, "later")
	if _, err := a.Handle(t.Context(), payload(t, nil)); err != nil || len(slack.sent) != 1 {
		t.Errorf("people were asked, and it failed for the note's sake: %v", err)
	}
}

func TestExpiryIsATimeOrSeconds(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Time{
		`"2026-03-04T12:00:00.250Z"`:  noon.Add(250 * time.Millisecond),
		`"2026-03-04T13:00:00+01:00"`: noon,
		`1772625600`:                  noon,
		`1772625600.25`:               noon.Add(250 * time.Millisecond),
	} {
		var e approval.Expiry
		if err := json.Unmarshal([]byte(text), &e); err != nil || !e.Equal(want) || e.Location() != time.UTC {
			t.Errorf("%s: got %v, %v", text, e, err)
		}
	}
	for _, text := range []string{`"soon"`, `-1`, `1e300`, `{}`, `""`} {
		var e approval.Expiry
		if err := json.Unmarshal([]byte(text), &e); !quarantine.Is(err, quarantine.BadRequest) {
			t.Errorf("%s: got %v, %v", text, e, err)
		}
	}
}

func FuzzQuestion(f *testing.F) {
	f.Add([]byte(`{"token":"planted-task-token","requestId":"req-1","purpose":"release","expiresAt":"2026-03-04T13:00:00Z"}`))
	f.Add([]byte(`{"token":"planted-task-token","expiresAt":1772625600.5,"triage":{"target":{}}}`))
	f.Fuzz(func(t *testing.T, from []byte) {
		var q approval.Question
		if json.Unmarshal(from, &q) != nil {
			return
		}
		if encoded, err := json.Marshal(q.Token); err != nil || string(encoded) != `"[task token]"` {
			t.Errorf("the token is encoded as %s, %v", encoded, err)
		}
		if year := q.ExpiresAt.Year(); year < 0 || year > 9999 {
			t.Errorf("%s expires in the year %d", from, year)
		}
	})
}
