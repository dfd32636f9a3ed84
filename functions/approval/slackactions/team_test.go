package slackactions_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/approval/slackactions"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/waiting"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	"github.com/ec2-quarantine/quarantine/internal/quarantine/clocktest"
)

// asked is the id of the only question.
const asked = "req-1"

// team is a Slack app with an in-memory account whose ledger has one question.
type team struct {
	*account.Account
	handler http.Handler
	ledger  *ledger.Ledger
	tasks   *waiting.Tasks
	token   string        // of the task that waits for the question's answer
	ahead   time.Duration // of the decider's clock
	said    []map[string]any
	slack   *httptest.Server
	status  int // HTTP status that Slack answers with
	logged  bytes.Buffer
}

// newTeam is a team whose question a task waits for, and whose test expects replies to Slack.
func newTeam(t *testing.T, change func(*slackactions.Config)) *team {
	t.Helper()
	tm := &team{status: http.StatusOK}
	tm.slack = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m map[string]any
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		tm.said = append(tm.said, m)
		w.WriteHeader(tm.status)
	}))
	t.Cleanup(tm.slack.Close)
	tm.over(t, change)
	tm.token = tm.tasks.Begin(t)
	tm.ask(t)
	t.Cleanup(func() {
		for _, secret := range []string{exampleSecret, "planted-response-address", tm.token} {
			if strings.Contains(tm.logged.String(), secret) {
				t.Errorf("%s was logged:\n%s", secret, &tm.logged)
			}
		}
	})
	return tm
}

// newSilentTeam is a team without replies to Slack, and whose question no task waits for.
func newSilentTeam(t *testing.T) *team {
	t.Helper()
	tm := &team{token: "of no task"}
	tm.over(t, nil)
	tm.ask(t)
	return tm
}

// signing is a signing secret that does not change.
func signing(secret string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return secret, nil }
}

// over builds the handler as the function's main does.
func (tm *team) over(t *testing.T, change func(*slackactions.Config)) {
	t.Helper()
	tm.Account = account.New(account.Options{})
	tm.AddDefined(ledger.TableDefinition("quarantine"))
	tm.ledger, tm.tasks = ledger.New(tm.DynamoDB(), "quarantine"), waiting.New(tm.States)
	log := slog.New(slog.NewTextHandler(&tm.logged, nil))
	decider := &approval.Decider{Approvals: tm.ledger, Tasks: sfn.New(tm.tasks), Log: log,
		Clock: clocktest.Clock{
			Time: func() time.Time { return time.Now().Add(tm.ahead) },
			Wait: func(context.Context, time.Duration) error { return nil }, // no concurrent call delivers a decision
		}}
	c := slackactions.Config{
		Secret: signing(exampleSecret), Users: []string{"U2CERLKJA"}, Decide: decider.Decide, Client: http.DefaultClient, Loopback: true, Log: log,
	}
	if change != nil {
		change(&c)
	}
	var err error
	if tm.handler, err = slackactions.New(c); err != nil {
		t.Fatal(err)
	}
}

// ask records the question, which expires in an hour.
func (tm *team) ask(t *testing.T) {
	t.Helper()
	now := time.Now()
	_, err := tm.ledger.Ask(t.Context(), quarantine.ApprovalRequest{
		ID: asked, Purpose: quarantine.PurposeRelease, Incident: "inc-1", Resource: quarantine.Resource{Kind: quarantine.KindInstance, ID: "i-1"},
		AskedAt: now, ExpiresAt: now.Add(time.Hour), Status: quarantine.RequestPending,
	}, tm.token)
	if err != nil {
		t.Fatal(err)
	}
}

// decidedBefore records another person's decision; the name needs escaping in Slack.
func (tm *team) decidedBefore(t *testing.T) {
	t.Helper()
	other := quarantine.Decision{By: "<!channel> & co", Via: "cli", At: time.Now()}
	if _, err := tm.ledger.Decide(t.Context(), asked, other); err != nil {
		t.Fatal(err)
	}
}

// answered answers the waiting task without the ledger.
func (tm *team) answered(t *testing.T) {
	t.Helper()
	if err := sfn.New(tm.tasks).Succeed(t.Context(), tm.token, quarantine.Decision{}); err != nil {
		t.Fatal(err)
	}
}

// Kinds of faults.
const (
	throttled = account.Throttle
	broken    = account.ServerError
)

// failing makes every call to a service fail with that kind of fault.
func (tm *team) failing(service string, how account.Kind) {
	tm.Inject(account.Fault{Service: service, Kind: how})
}

// decision is the decision on record, or nil.
func (tm *team) decision(t *testing.T) *quarantine.Decision {
	t.Helper()
	r, err := tm.ledger.Request(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	return r.Decision
}

// decided are the decisions that the state machine received.
func (tm *team) decided(t *testing.T) []quarantine.Decision {
	t.Helper()
	return tm.tasks.Told(t)
}

// send sends a body, signed for its time or with the given signature.
func (tm *team) send(t *testing.T, body string, at time.Time, signature string) int {
	t.Helper()
	stamp := strconv.FormatInt(at.Unix(), 10)
	if signature == "" {
		mac := hmac.New(sha256.New, []byte(exampleSecret))
		fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
		signature = "v0=" + hex.EncodeToString(mac.Sum(nil))
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/slack/actions", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", signature)
	w := httptest.NewRecorder()
	tm.handler.ServeHTTP(w, r)
	return w.Code
}

// press is the body that Slack sends when a user presses a button.
func (tm *team) press(user, action, value string) string {
	payload, _ := json.Marshal(map[string]any{
		"type": "block_actions", "user": map[string]any{"id": user, "name": "roadrunner"},
		"response_url": tm.slack.URL + "/planted-response-address",
		"actions":      []map[string]any{{"type": "button", "block_id": "approval", "action_id": action, "value": value}},
	})
	return url.Values{"payload": {string(payload)}}.Encode()
}

func (tm *team) wantSaid(t *testing.T, forAll bool, text string) {
	t.Helper()
	if len(tm.said) != 1 || tm.said[0]["text"] != text || tm.said[0]["replace_original"] != forAll {
		t.Errorf("Slack was told %v, want %q", tm.said, text)
	}
}
