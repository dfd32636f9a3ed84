package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ec2-quarantine/quarantine/functions/notify"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm/ssmtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var bootstrap string

func TestMain(m *testing.M) { os.Exit(lambdaapi.Main(m, &bootstrap)) }

const (
	topicARN  = "arn:aws:sns:us-east-1:111122223333:alerts"
	parameter = "/quarantine/webhook"
	secret    = "/services/T0PLANTED/B0PLANTED/plantedsecret"

	news = `{"kind":"malformed","event":{"a":1},"failure":{"Error":"MalformedEvent","Cause":"{}"},
	"execution":{"id":"arn:aws:states:us-east-1:111122223333:execution:quarantine:run-1","name":"run-1","startedAt":"2026-01-31T12:05:01.000Z"}}`
)

// world has an SSM parameter store with the webhook's URL, a topic, and a Slack server.
type world struct {
	store     ssmtest.Store
	endpoint  *lambdaapi.Endpoint
	posted    atomic.Int32 // number of messages that Slack accepted
	slack     atomic.Int32 // the HTTP status that Slack answers with
	confirmed atomic.Bool  // whether the topic's only subscription is confirmed
	bus       atomic.Value // what EventBridge answers, with status 200
	webhook   atomic.Value // the path of the webhook that Slack knows
	url       string       // of Slack
}

const (
	onTheBus = `{"FailedEntryCount":0,"Entries":[{"EventId":"e-1"}]}`
	notTaken = `{"FailedEntryCount":1,"Entries":[{"ErrorCode":"NotAuthorizedForSourceException","ErrorMessage":"no"}]}`
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{}
	w.slack.Store(http.StatusOK)
	w.confirmed.Store(true)
	w.bus.Store(onTheBus)
	w.webhook.Store(secret)
	room := httptest.NewServer(http.HandlerFunc(w.room))
	t.Cleanup(room.Close)
	w.url = room.URL
	w.store.Put(parameter, room.URL+secret, true)
	w.endpoint = lambdaapi.NewEndpoint(t, func(rw http.ResponseWriter, r *http.Request, action string) {
		switch action {
		case "GetItem", "Query":
			rw.Header().Set("Content-Type", "application/x-amz-json-1.0")
			rw.WriteHeader(http.StatusBadRequest) // the role may not read
			_, _ = io.WriteString(rw, `{"__type":"com.amazon.coral.service#AccessDeniedException","message":"not authorized"}`)
		case "Publish":
			_, _ = fmt.Fprint(rw, `<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>`)
		case "PutEvents":
			rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
			_, _ = io.WriteString(rw, w.bus.Load().(string))
		case "ListSubscriptionsByTopic":
			arn := "PendingConfirmation"
			if w.confirmed.Load() {
				arn = topicARN + ":80289ba6-0fd4-4079-afb4-ce8c8260f0ca"
			}
			_, _ = fmt.Fprintf(rw, `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions><member>
				<SubscriptionArn>%s</SubscriptionArn></member></Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`, arn)
		default:
			w.store.ServeHTTP(rw, r)
		}
	})
	return w
}

// room answers like a webhook; its refusal repeats the webhook's address.
func (w *world) room(rw http.ResponseWriter, r *http.Request) {
	if status := int(w.slack.Load()); status != http.StatusOK {
		http.Error(rw, "no_service at "+r.URL.String(), status)
		return
	}
	if r.URL.Path != w.webhook.Load() {
		http.Error(rw, "no_service", http.StatusNotFound)
		return
	}
	if body, _ := io.ReadAll(r.Body); !strings.Contains(string(body), `"text":`) {
		http.Error(rw, "no_text", http.StatusBadRequest) // no message: https://api.slack.com/messaging/webhooks#handling_errors
		return
	}
	w.posted.Add(1)
	_, _ = io.WriteString(rw, "ok")
}

func (w *world) function(t *testing.T, env map[string]string) *lambdaapi.Function {
	t.Helper()
	all := map[string]string{"LEDGER_TABLE": "quarantine"}
	for name, value := range env {
		all[name] = value
	}
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Endpoint: w.endpoint.URL, Env: all})
	t.Cleanup(func() {
		if strings.Contains(strings.ToLower(f.Output()), "planted") {
			t.Error("the log shows the webhook's URL")
		}
	})
	return f
}

func both() map[string]string {
	return map[string]string{"ALERTS_TOPIC_ARN": topicARN, "SLACK_WEBHOOK_PARAMETER": parameter, "LOG_LEVEL": "DEBUG"}
}

// told is the function's report by channel: "" or the reason for the failure.
func told(t *testing.T, a lambdaapi.Answer) map[string]string {
	t.Helper()
	if a.Error != nil {
		t.Fatalf("got %v", a.Error)
	}
	var report notify.Report
	if err := json.Unmarshal([]byte(a.Payload), &report); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, d := range report.Sent {
		got[d.Channel] = d.Error
	}
	return got
}

func TestEveryChannelIsToldAndTheWebhookIsReadOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.function(t, both())
	for range 2 {
		if got := told(t, f.Invoke(t.Context(), news)); len(got) != 2 || got["sns"] != "" || got["slack"] != "" {
			t.Errorf("got %v", got)
		}
	}
	if w.posted.Load() != 2 || w.endpoint.Calls("Publish") != 2 || w.endpoint.Calls("GetParameter") != 1 {
		t.Errorf("%d posts, %d publications, %d reads", w.posted.Load(), w.endpoint.Calls("Publish"), w.endpoint.Calls("GetParameter"))
	}
}

func TestWithOnlyATopicNoSecretIsRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.function(t, map[string]string{"ALERTS_TOPIC_ARN": topicARN})
	if got := told(t, f.Invoke(t.Context(), news)); len(got) != 1 || got["sns"] != "" || w.endpoint.Calls("GetParameter") != 0 {
		t.Errorf("got %v after %d calls", got, w.endpoint.Calls(""))
	}
}

func TestTheBusIsToldBesidesPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	env := map[string]string{"ALERTS_TOPIC_ARN": topicARN, "EVENT_BUS": "default", "METRICS_NAMESPACE": "Quarantine/stack"}
	f := w.function(t, env)
	if got := told(t, f.Invoke(t.Context(), news)); len(got) != 2 || got["sns"] != "" || got["events"] != "" || w.endpoint.Calls("PutEvents") != 1 {
		t.Errorf("got %v after %d events", got, w.endpoint.Calls("PutEvents"))
	}
	w.bus.Store(notTaken)
	got := told(t, f.Invoke(t.Context(), news))
	if got["sns"] != "" || !strings.HasPrefix(got["events"], "AccessDenied: ") || !strings.Contains(f.Output(), `"ChannelFailed":1`) {
		t.Errorf("got %v; the log is %s", got, f.Output())
	}
}

// An event that a rule may take, and nobody read, tells nobody.
func TestABusAloneIsNoChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.function(t, map[string]string{"EVENT_BUS": "default"}).Invoke(t.Context(), news)
	if got.Error == nil || got.Error.Type != quarantine.NotTold || w.endpoint.Calls("PutEvents") != 0 {
		t.Errorf("got %v after %d events", got.Error, w.endpoint.Calls("PutEvents"))
	}
}

func TestSubscriptionsAreListedOnceWhileOneIsConfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.confirmed.Store(false)
	f := w.function(t, map[string]string{"ALERTS_TOPIC_ARN": topicARN, "METRICS_NAMESPACE": "Quarantine/stack"})
	got := f.Invoke(t.Context(), news)
	if got.Error == nil || got.Error.Type != quarantine.NotTold || !strings.Contains(got.Error.Message, "no subscriber of the topic is confirmed") {
		t.Errorf("got %v, want NotTold", got.Error)
	}
	if n := strings.Count(f.Output(), `"ChannelFailed":1`); n != 1 {
		t.Errorf("measured %d times in\n%s", n, f.Output())
	}
	w.confirmed.Store(true)
	for range 3 {
		if got := told(t, f.Invoke(t.Context(), news)); got["sns"] != "" {
			t.Errorf("after somebody has confirmed: %v", got)
		}
	}
	if w.endpoint.Calls("ListSubscriptionsByTopic") != 2 || w.endpoint.Calls("Publish") != 4 {
		t.Errorf("%d lists for %d messages", w.endpoint.Calls("ListSubscriptionsByTopic"), w.endpoint.Calls("Publish"))
	}
}

func TestAWebhookThatCannotBeReadStopsNoOtherChannelAndIsReadAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.store.Fail(http.StatusBadRequest, "AccessDeniedException")
	f := w.function(t, both())
	got := told(t, f.Invoke(t.Context(), news))
	if got["sns"] != "" || !strings.HasPrefix(got["slack"], "AccessDenied: ") || !strings.Contains(got["slack"], "ssm:GetParameter") {
		t.Errorf("got %v", got)
	}
	w.store.Fail(0, "")
	if got := told(t, f.Invoke(t.Context(), news)); got["slack"] != "" || w.posted.Load() != 1 {
		t.Errorf("after it can be read: %v", got)
	}
}

func TestAWebhookThatWasReplacedIsReadAgainAndTheMessageSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.function(t, both())
	if got := told(t, f.Invoke(t.Context(), news)); got["slack"] != "" {
		t.Fatalf("got %v", got)
	}
	w.webhook.Store(secret + "2")
	w.store.Put(parameter, w.url+secret+"2", true)
	for range 2 {
		if got := told(t, f.Invoke(t.Context(), news)); got["sns"] != "" || got["slack"] != "" {
			t.Errorf("got %v", got)
		}
	}
	if w.posted.Load() != 3 || w.endpoint.Calls("GetParameter") != 2 {
		t.Errorf("%d posts, %d reads", w.posted.Load(), w.endpoint.Calls("GetParameter"))
	}
}

func TestAWebhookThatSlackRefusesIsReadAgainOnceAMinute(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.function(t, both())
	w.webhook.Store("/of/another/app")
	for range 5 {
		if got := told(t, f.Invoke(t.Context(), news)); got["sns"] != "" || !strings.HasPrefix(got["slack"], "AccessDenied: ") {
			t.Errorf("got %v", got)
		}
	}
	if reads := w.endpoint.Calls("GetParameter"); reads != 2 { // at the start, and after the first refusal
		t.Errorf("%d reads", reads)
	}
}

// What is told is told by the other channels: a preflight says that one is missing, and why.
func TestAPreflightSaysThatASecretCannotBeRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code  string
		want  preflight.State
		found string
	}{
		{"", preflight.Green, "sns, slack"},
		{"AccessDeniedException", preflight.Red, "ssm:GetParameter"},
	} {
		w := newWorld(t)
		if c.code != "" {
			w.store.Fail(http.StatusBadRequest, c.code)
		}
		got := w.function(t, both()).Invoke(t.Context(), `{"preflight":{"targets":{}}}`)
		var a preflight.Answer
		if got.Error != nil || json.Unmarshal([]byte(got.Payload), &a) != nil || len(a.Checks) == 0 {
			t.Fatalf("got %v %s", got.Error, got.Payload)
		}
		if s := a.Checks[0]; s.ID != preflight.Starts || s.State != c.want || !strings.Contains(s.Found, c.found) || strings.Contains(got.Payload, "planted") {
			t.Errorf("%q: %+v", c.code, s)
		}
		if w.posted.Load() != 0 || w.endpoint.Calls("Publish") != 0 {
			t.Error("somebody was told")
		}
	}
}

func TestNotToldDoesNotShowTheSecret(t *testing.T) {
	t.Parallel()
	slackAlone := map[string]string{"SLACK_WEBHOOK_PARAMETER": parameter}
	for name, c := range map[string]struct {
		env   map[string]string
		spoil func(*world)
		want  string
	}{
		"no channel is configured":    {env: nil, want: "set ALERTS_TOPIC_ARN, SLACK_WEBHOOK_PARAMETER, or both"},
		"the webhook is switched off": {env: slackAlone, spoil: func(w *world) { w.slack.Store(http.StatusNotFound) }, want: "AccessDenied"},
		"the secret is no URL":        {env: slackAlone, spoil: func(w *world) { w.store.Put(parameter, "planted://", true) }, want: "BadRequest"},
		"there is no such parameter":  {env: map[string]string{"SLACK_WEBHOOK_PARAMETER": "/other"}, want: "there is no such parameter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			if c.spoil != nil {
				c.spoil(w)
			}
			got := w.function(t, c.env).Invoke(t.Context(), news)
			if got.Error == nil || got.Error.Type != quarantine.NotTold || !strings.Contains(got.Error.Message, c.want) || strings.Contains(strings.ToLower(got.Error.Message), "planted") {
				t.Errorf("got %v, want NotTold: %s", got.Error, c.want)
			}
		})
	}
}

func TestUnknownNewsIsABadRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.function(t, both())
	if got := f.Invoke(t.Context(), `{"kind":"rumour"}`); got.Error == nil || got.Error.Type != quarantine.BadRequest {
		t.Errorf("got %+v", got)
	}
}

// The message goes out without what is on record, and says so. Here the ledger denies.
func TestALedgerThatCannotBeReadKeepsNobodyFromBeingTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := w.function(t, both())
	failed := strings.Replace(news, `"kind":"malformed"`, `"kind":"release-failed","incident":"inc-20260131-0a1b2c3d4e"`, 1)
	if got := told(t, f.Invoke(t.Context(), failed)); len(got) != 2 || got["sns"] != "" || got["slack"] != "" {
		t.Errorf("got %v", got)
	}
	if w.endpoint.Calls("Query") == 0 || !strings.Contains(f.Output(), "a message goes out without what is on record") {
		t.Errorf("%d reads of the ledger; the log is %s", w.endpoint.Calls("Query"), f.Output())
	}
}

func TestWithoutALedgerTheFunctionDoesNotStart(t *testing.T) {
	t.Parallel()
	env := both()
	env["LEDGER_TABLE"] = ""
	if got := newWorld(t).function(t, env).Invoke(t.Context(), news); got.Error == nil || !strings.Contains(got.Error.Message, "LEDGER_TABLE") {
		t.Errorf("got %v", got.Error)
	}
}
