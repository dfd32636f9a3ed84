package approval_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// payload is a question as the state machine sends it, with the world's first task token.
func (w *world) payload(change map[string]any) approval.Question {
	w.t.Helper()
	target := asked(quarantine.PurposeIsolate).Resource
	q := map[string]any{
		"token": w.token, "requestId": questionID(quarantine.PurposeIsolate), "purpose": "isolate", "incident": "inc-20260304-0a1b2c3d4e", "execution": execution,
		"expiresAt": "2026-03-04T13:00:00.000Z",
		"triage": quarantine.Triage{
			Finding: quarantine.Finding{ID: "finding-1", Type: "Backdoor:EC2/C&CActivity.B", Title: "It phones home", Severity: 8,
				AccountID: target.AccountID, Region: target.Region, Instances: []quarantine.AccusedInstance{{ID: target.ID}}},
			Verdict:   quarantine.Verdict{Action: quarantine.ActionApprove, Score: 63, Reasons: []quarantine.Reason{{Name: "severity", Points: 40, Text: "8.0 of 10"}}},
			Resources: []quarantine.Resource{target}, Resource: &target, OnSilence: quarantine.ActionIsolate,
		},
	}
	for name, value := range change {
		q[name] = value
	}
	encoded, err := json.Marshal(q)
	if err != nil {
		w.t.Fatal(err)
	}
	var out approval.Question
	if err := json.Unmarshal(encoded, &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// again is the same question with a new task token, as in a reminder.
func (w *world) again() approval.Question {
	w.t.Helper()
	return w.payload(map[string]any{"token": w.begin()})
}

// posts are the messages that Slack accepted, formatted by fmt.Sprint.
func (w *world) posts() (all []string) {
	w.t.Helper()
	for _, p := range w.Posts() {
		var body any
		if err := json.Unmarshal(p.Body, &body); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, fmt.Sprint(body))
	}
	return all
}

// mails are the text bodies of the messages that SNS accepted.
func (w *world) mails() (all []string) {
	w.t.Helper()
	for _, m := range w.Published() {
		var forms map[string]string
		if err := json.Unmarshal([]byte(m.Text), &forms); err != nil {
			w.t.Fatal(err)
		}
		all = append(all, m.Subject+"\n"+forms["default"])
	}
	return all
}

func TestAQuestionIsRecordedAndPutToPeople(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	got, err := w.asker.Handle(t.Context(), w.payload(nil))
	id := questionID(quarantine.PurposeIsolate)
	want := approval.Asked{Request: id, Status: quarantine.RequestPending, Asked: []string{"slack", "sns"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	r := w.at(id)
	if r.Purpose != quarantine.PurposeIsolate || r.Score != 63 || r.OnSilence != quarantine.ActionIsolate || !r.AskedAt.Equal(noon) ||
		!r.ExpiresAt.Equal(noon.Add(time.Hour)) || !slices.Equal(r.Asked, []string{"slack", "sns"}) {
		t.Errorf("on record is %+v", r)
	}
	link := w.signer.URL(id, r.ExpiresAt)
	for name, sent := range map[string][]string{"slack": w.posts(), "sns": w.mails()} {
		if len(sent) != 1 || !strings.Contains(sent[0], link) || !strings.Contains(sent[0], id) || !strings.Contains(sent[0], "DECISION NEEDED") {
			t.Errorf("%s was sent %q", name, sent)
		}
	}
	if _, err := w.decider.Decide(t.Context(), id, word); err != nil {
		t.Fatal(err)
	}
	if d, told := w.told(); !told || d.By != word.By {
		t.Errorf("under the question's token the state machine was told %t of %+v", told, d)
	}
}

// Whatever is wrong with the key, people are asked, and told why they get no link.
func TestABrokenKeyKeepsNobodyFromBeingAsked(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	broken := quarantine.Failf(quarantine.AccessDenied, "SSM denied GetParameter")
	w.asker.Signer = func(context.Context) (*approval.Signer, error) { return nil, broken }
	got, err := w.asker.Handle(t.Context(), w.payload(nil))
	if err != nil || got.Status != quarantine.RequestPending || !slices.Equal(w.at(got.Request).Asked, []string{"slack", "sns"}) {
		t.Fatalf("got %+v, %v", got, err)
	}
	mail := strings.Join(strings.Fields(w.mails()[0]), " ")
	for _, want := range []string{"it could not be signed (AccessDenied: SSM denied GetParameter)", "Decide by command:", "quarantine approve " + got.Request} {
		if !strings.Contains(mail, want) {
			t.Errorf("the question lacks %q:\n%s", want, mail)
		}
	}
	if strings.Contains(mail, "Decide here") || !strings.Contains(w.logged.String(), "a question goes out without a link") {
		t.Errorf("mail %s\nlog %s", mail, w.logged)
	}
	w.asker.Signer = approval.Ready(w.signer) // the reminder tries again
	if _, err := w.asker.Handle(t.Context(), w.again()); err != nil || !strings.Contains(w.mails()[1], "Decide here") {
		t.Errorf("%v: %s", err, w.mails()[1])
	}
}

// A question has Slack buttons only if an app handles them.
func TestAQuestionHasButtonsOnlyIfAnAppHandlesThem(t *testing.T) {
	t.Parallel()
	for _, listened := range []bool{true, false} {
		w := emptyWorld(t)
		w.asker.Buttons = listened
		if _, err := w.asker.Handle(t.Context(), w.payload(nil)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(w.posts()[0], "action_id:approve"); got != listened {
			t.Errorf("with Buttons %t: the question has buttons: %t", listened, got)
		}
	}
}

// A reminder offers to give back the subnets alone where that is possible by then.
func TestAQuestionCanBeAnsweredInPartOnceTheGroupHolds(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.request = asked(quarantine.PurposeRelease)
	w.contained(noon.Add(-9 * time.Minute))
	for n, token := range []string{w.token, w.begin()} {
		w.advance(noon.Add(time.Duration(n) * time.Minute))
		in := map[string]any{"token": token, "purpose": "release", "requestId": questionID(quarantine.PurposeRelease)}
		if _, err := w.asker.Handle(t.Context(), w.payload(in)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(w.posts()[n], "action_id:narrow"); got != (n == 1) {
			t.Errorf("asking number %d: there is a button: %t", n+1, got)
		}
	}
}

func TestI11TheTokenIsInTheLedgerOnly(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	mendSlack, mendSNS := w.failing(denied, "slack", "", 0), w.failing(denied, "sns", "", 0)
	q := w.payload(nil)
	_, failed := w.asker.Handle(t.Context(), q)
	mendSNS()
	_, err := w.asker.Handle(t.Context(), q)
	mendSlack()
	out, errAgain := w.asker.Handle(t.Context(), w.again())
	encoded, encodeErr := json.Marshal([]any{q, out, w.at(out.Request)})
	if err != nil || errAgain != nil || failed == nil || encodeErr != nil || len(w.posts()) != 1 || len(w.mails()) != 2 {
		t.Fatal(err, errAgain, failed, encodeErr, w.posts(), w.mails())
	}
	text := fmt.Sprintf("%s %v %+v %#v %v", encoded, q, q, q, failed) + w.logged.String() + fmt.Sprint(w.posts(), w.Published())
	for _, token := range w.secrets {
		if strings.Contains(text, token) || !strings.Contains(text, "[task token]") {
			t.Errorf("the token %s is shown: %s", token, text)
		}
	}
}

func TestAReminderIsTheSameQuestion(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	if _, err := w.asker.Handle(t.Context(), w.payload(nil)); err != nil {
		t.Fatal(err)
	}
	got, err := w.asker.Handle(t.Context(), w.again())
	if err != nil || got.Reminders != 1 {
		t.Fatalf("the reminder: got %+v, %v", got, err)
	}
	link := w.signer.URL(got.Request, w.at(got.Request).ExpiresAt)
	for n, mail := range w.mails() {
		if strings.Contains(mail, "reminder 1") != (n == 1) || !strings.Contains(mail, link) {
			t.Errorf("question number %d: %s", n+1, mail)
		}
	}
	if len(w.mails()) != 2 || len(w.posts()) != 2 {
		t.Fatalf("%d mails, %d posts", len(w.mails()), len(w.posts()))
	}
	if question, reminder := len(w.mails()[0]), len(w.mails()[1]); reminder*4 > question*3 {
		t.Errorf("the question has %d bytes, and its reminder %d", question, reminder)
	}
}

// The metric shows the remaining time before the question expires.
func TestTheTimeLeftIsMeasuredAtEveryAsking(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	var got []quarantine.Measurement
	w.asker.Meter = func(all ...quarantine.Measurement) { got = append(got, all...) }
	ask := func(q approval.Question) {
		t.Helper()
		if _, err := w.asker.Handle(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	ask(w.payload(nil))
	w.advance(noon.Add(45 * time.Minute))
	w.failing(denied, "slack", "", 0)
	w.failing(denied, "sns", "", 0) // the reminder fails, and the question stays open
	ask(w.again())
	if _, err := w.ledger.Decide(t.Context(), questionID(quarantine.PurposeIsolate), quarantine.Decision{By: "one", Via: "link", At: noon}); err != nil {
		t.Fatal(err)
	}
	ask(w.again()) // it is decided already, and nobody is asked
	left := func(percent float64) quarantine.Measurement {
		return quarantine.Measurement{Name: "ApprovalTimeLeft", Unit: quarantine.Percent, Value: percent}
	}
	failed := quarantine.Once("ChannelFailed")
	if diff := cmp.Diff([]quarantine.Measurement{left(100), left(25), failed, failed}, got); diff != "" {
		t.Errorf("measured (-want +got):\n%s", diff)
	}
}

// SNS accepts messages for a topic without subscriptions.
func TestATopicWithoutSubscribersDoesNotCountAsAsked(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.SetSubscribers(w.topic, account.Subscribers{})
	got, err := w.asker.Handle(t.Context(), w.payload(nil))
	if err != nil || !slices.Equal(got.Asked, []string{"slack"}) || !slices.Equal(w.at(got.Request).Asked, got.Asked) {
		t.Errorf("with Slack: got %+v, %v", got, err)
	}
	w = emptyWorld(t)
	w.SetSubscribers(w.topic, account.Subscribers{})
	w.failing(throttled, "slack", "", 0)
	if _, err := w.asker.Handle(t.Context(), w.payload(nil)); !quarantine.Is(err, quarantine.NotTold) || !strings.Contains(err.Error(), "no subscriber of the topic is confirmed") {
		t.Errorf("got %v, want NotTold", err)
	}
}

func TestOneChannelFailingDoesNotStopTheOther(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.failing(throttled, "slack", "", 0)
	got, err := w.asker.Handle(t.Context(), w.payload(nil))
	if err != nil || !slices.Equal(got.Asked, []string{"sns"}) || !slices.Equal(w.at(got.Request).Asked, got.Asked) || len(w.mails()) != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestAQuestionThatNoChannelAcceptsFails(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.failing(throttled, "slack", "", 0)
	w.failing(denied, "sns", "", 0)
	_, err := w.asker.Handle(t.Context(), w.payload(nil))
	if !quarantine.Is(err, quarantine.NotTold) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"no channel took the question: slack: Throttled: ", "; sns: AccessDenied: ", "allow sns:Publish"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
	w.asker.Channels = nil
	if _, err := w.asker.Handle(t.Context(), w.payload(nil)); !quarantine.Is(err, quarantine.NotTold) {
		t.Errorf("got %v", err)
	}
}

// People have been asked already: a failed reminder must not end the wait for the answer.
func TestAReminderThatNoChannelAcceptsDoesNotFail(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	w.failing(throttled, "slack", "", 0)
	if _, err := w.asker.Handle(t.Context(), w.payload(nil)); err != nil {
		t.Fatal(err)
	}
	w.failing(denied, "sns", "", 0)
	got, err := w.asker.Handle(t.Context(), w.again())
	if err != nil || got.Reminders != 1 || len(got.Asked) != 0 || !slices.Equal(w.at(got.Request).Asked, []string{"sns"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if log := w.logged.String(); !strings.Contains(log, "nobody was reminded") || !strings.Contains(log, "AccessDenied: ") {
		t.Errorf("the log is %s", log)
	}
}

func TestI10ADecisionThatWasNotDeliveredIsDeliveredInsteadOfAskingAgain(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	out, err := w.asker.Handle(t.Context(), w.payload(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.ledger.Decide(t.Context(), out.Request, quarantine.Decision{By: "one", Via: "link", At: noon}); err != nil {
		t.Fatal(err)
	}
	w.advance(noon.Add(2 * time.Hour)) // after the question's expiry
	got, err := w.asker.Handle(t.Context(), w.again())
	if d, told := w.told(); err != nil || got.Status != quarantine.RequestDenied || !told || d.By != "one" || len(w.mails()) != 1 {
		t.Errorf("got %+v, %v; told %t of %+v", got, err, told, d)
	}
	if _, err := w.asker.Handle(t.Context(), w.again()); !quarantine.Is(err, quarantine.AlreadyDecided) || len(w.tasks.Told(t)) != 1 {
		t.Errorf("a decision was used twice: %v", err)
	}
}

func TestI10AnExpiredQuestionIsNotAsked(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	_, err := w.asker.Handle(t.Context(), w.payload(map[string]any{"expiresAt": noon}))
	if !quarantine.Is(err, quarantine.RequestTooLate) || len(w.Posts())+len(w.Published()) != 0 {
		t.Errorf("got %v", err)
	}
}

func TestAQuestionThatLacksSomethingIsRefused(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	for name, empty := range map[string]any{
		"token": "", "requestId": "", "purpose": "coffee", "incident": "", "execution": map[string]any{}, "triage": map[string]any{}, "expiresAt": nil,
	} {
		_, err := w.asker.Handle(t.Context(), w.payload(map[string]any{name: empty}))
		if !quarantine.Is(err, quarantine.BadRequest) || !strings.Contains(err.Error(), name) || len(w.made()) != 0 {
			t.Errorf("without %s: got %v", name, err)
		}
	}
}

func TestAskingFailsWithTheLedger(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t)
	mend := w.failing(throttled, "dynamodb", "TransactWriteItems", 0)
	if _, err := w.asker.Handle(t.Context(), w.payload(nil)); !quarantine.Is(err, quarantine.Throttled) || len(w.mails()) != 0 {
		t.Errorf("got %v", err)
	}
	mend()
	w.failing(throttled, "dynamodb", "UpdateItem", 0) // which records the channels
	if _, err := w.asker.Handle(t.Context(), w.payload(nil)); err != nil || len(w.mails()) != 1 {
		t.Errorf("recording the channels failed, and so did asking: %v", err)
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
