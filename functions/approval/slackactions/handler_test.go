package slackactions_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/approval/slackactions"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// team is a Slack app, and who decided through it.
type team struct {
	handler  http.Handler
	decided  []quarantine.Decision
	requests []string
	outcome  error
	before   bool // somebody else has decided
	said     []map[string]any
	slack    *httptest.Server
	status   int // what Slack answers
	logged   bytes.Buffer
}

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
	tm.handler = tm.over(t, change)
	t.Cleanup(func() {
		for _, secret := range []string{exampleSecret, "planted-response-address"} {
			if strings.Contains(tm.logged.String(), secret) {
				t.Errorf("%s was logged:\n%s", secret, &tm.logged)
			}
		}
	})
	return tm
}

func (tm *team) over(t *testing.T, change func(*slackactions.Config)) http.Handler {
	t.Helper()
	c := slackactions.Config{
		Secret: exampleSecret, Users: []string{"U2CERLKJA"}, Decide: tm.decide, Client: http.DefaultClient, Loopback: true,
		Log: slog.New(slog.NewTextHandler(&tm.logged, nil)),
	}
	if change != nil {
		change(&c)
	}
	h, err := slackactions.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (tm *team) decide(_ context.Context, id string, d quarantine.Decision) (quarantine.ApprovalRequest, error) {
	tm.requests, tm.decided = append(tm.requests, id), append(tm.decided, d)
	r := quarantine.ApprovalRequest{ID: id, Purpose: quarantine.PurposeRelease, Incident: "inc-1", Target: quarantine.Target{InstanceID: "i-1"}}
	if tm.before {
		r.Decision = &quarantine.Decision{By: "<!channel> & co"}
	} else if tm.outcome == nil {
		r.Decision = &d
	}
	return r, tm.outcome
}

// send sends a body with a signature of its own, or with the given one.
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

// press is the body that Slack sends when somebody presses a button.
func (tm *team) press(user, action, value string) string {
	payload, _ := json.Marshal(map[string]any{
		"type": "block_actions", "user": map[string]any{"id": user, "name": "roadrunner"},
		"response_url": tm.slack.URL + "/planted-response-address",
		"actions":      []map[string]any{{"type": "button", "block_id": "approval", "action_id": action, "value": value}},
	})
	return url.Values{"payload": {string(payload)}}.Encode()
}

// newSilentTeam is one that Slack hears nothing of.
func newSilentTeam(t *testing.T) *team {
	t.Helper()
	tm := &team{}
	tm.handler = tm.over(t, nil)
	return tm
}

func TestAPressDecides(t *testing.T) {
	t.Parallel()
	for action, word := range map[string]string{"approve": "Approved", "deny": "Denied"} {
		tm := newTeam(t, nil)
		if got := tm.send(t, tm.press("U2CERLKJA", action, "req-1"), time.Now(), ""); got != http.StatusOK {
			t.Errorf("the status is %d", got)
		}
		want := []quarantine.Decision{{Approve: action == "approve", By: "Slack user U2CERLKJA (roadrunner)", Via: "slack"}}
		if diff := cmp.Diff(want, tm.decided); diff != "" || !slices.Equal(tm.requests, []string{"req-1"}) {
			t.Errorf("about %v (-want +got):\n%s", tm.requests, diff)
		}
		tm.wantSaid(t, true, "*"+word+"*: release of i-1 (incident inc-1). <@U2CERLKJA> decided.")
	}
}

func (tm *team) wantSaid(t *testing.T, forAll bool, text string) {
	t.Helper()
	if len(tm.said) != 1 || tm.said[0]["text"] != text || tm.said[0]["replace_original"] != forAll {
		t.Errorf("Slack was told %v, want %q", tm.said, text)
	}
}

func TestWhatComesOfAPressIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		outcome string
		before  bool
		forAll  bool
		text    string
	}{
		"decided before": {quarantine.AlreadyDecided, true, true, "*Denied*: release of i-1 (incident inc-1). &lt;!channel&gt; &amp; co had decided already."},
		"task gone": {quarantine.TaskGone, true, true,
			"*Denied*: release of i-1 (incident inc-1). &lt;!channel&gt; &amp; co decided. The execution does not wait for it any more: look there."},
		"too late": {quarantine.RequestTooLate, false, true, "This question has expired. Nothing was decided."},
		"gone":     {quarantine.RequestGone, false, false, "There is no such question. Nothing was decided."},
		"half-way": {quarantine.Throttled, true, false,
			"*Denied*: release of i-1 (incident inc-1). That is on record, but the state machine could not be told yet: press the button again."},
		"not at all": {quarantine.Unavailable, false, false, "That could not be recorded (Unavailable). Press the button again, or use the command line."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tm := newTeam(t, nil)
			tm.outcome, tm.before = quarantine.Failf(c.outcome, "planted detail"), c.before
			if got := tm.send(t, tm.press("U2CERLKJA", "approve", "req-1"), time.Now(), ""); got != http.StatusOK {
				t.Errorf("the status is %d", got)
			}
			tm.wantSaid(t, c.forAll, c.text)
		})
	}
}

// groups resolve; "S-broken" does not.
type groups map[string][]string

func (g groups) Members(_ context.Context, group string) ([]string, error) {
	if group == "S-broken" {
		return nil, errors.New("no answer")
	}
	return g[group], nil
}

func TestOnlyThoseOnTheListDecide(t *testing.T) {
	t.Parallel()
	for user, may := range map[string]bool{"U-listed": true, "U-member": true, "U-other": false, "u-listed": false} {
		tm := newTeam(t, func(c *slackactions.Config) {
			c.Users, c.Groups, c.Directory = []string{"U-listed"}, []string{"S-broken", "S-1"}, groups{"S-1": {"U-member"}, "S-2": {"U-other"}}
		})
		if got := tm.send(t, tm.press(user, "approve", "req-1"), time.Now(), ""); got != http.StatusOK {
			t.Errorf("%s: the status is %d", user, got)
		}
		if len(tm.decided) == 1 != may {
			t.Errorf("%s decided %v", user, tm.decided)
		}
		if !may {
			tm.wantSaid(t, false, "You are not on the list of those who may decide this. Nothing was decided.")
			if !strings.Contains(tm.logged.String(), "may not decide") || !strings.Contains(tm.logged.String(), user) ||
				!strings.Contains(tm.logged.String(), "group S-broken are not known: no answer") {
				t.Errorf("the log does not say who was refused, and why:\n%s", &tm.logged)
			}
		}
	}
}

func TestWhatIsNoPressIsRefused(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, nil)
	press := func(payload string) string { return url.Values{"payload": {payload}}.Encode() }
	for body, want := range map[string]int{
		"":                           http.StatusBadRequest,
		"payload=%zz":                http.StatusBadRequest,
		press(`{`):                   http.StatusBadRequest,
		press(`{"type":"shortcut"}`): http.StatusBadRequest,
		press(`{"type":"block_actions","user":{"id":"U2CERLKJA"},"actions":[]}`):                             http.StatusBadRequest,
		press(`{"type":"block_actions","actions":[{"block_id":"b","action_id":"approve","value":"req-1"}]}`): http.StatusBadRequest,
		tm.press("U2CERLKJA", "approve", ""):                                                                 http.StatusBadRequest,
		tm.press("U2CERLKJA", "destroy", "req-1"):                                                            http.StatusBadRequest,
		tm.press("U2CERLKJA", "open", ""):                                                                    http.StatusOK, // it leads to the page
		strings.Repeat("x", 256<<10+1):                                                                       http.StatusRequestEntityTooLarge,
	} {
		if got := tm.send(t, body, time.Now(), ""); got != want {
			t.Errorf("%.200s: the status is %d, want %d", body, got, want)
		}
	}
	if len(tm.decided)+len(tm.said) != 0 {
		t.Errorf("decided %v, said %v", tm.decided, tm.said)
	}
}

func TestOnlySlackIsAnswered(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "https://evil.example/x", "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/x",
		"https://hooks.slack.com@evil.example/x", "https://user@hooks.slack.com/x", "https://hooks.slack.com:444/x", "http://192.0.2.1/x", "::"} {
		called := false
		tm := newTeam(t, func(c *slackactions.Config) {
			c.Client = &http.Client{Transport: carrier(func(r *http.Request) (*http.Response, error) {
				called = true
				return nil, errors.New("nobody is to be called")
			})}
		})
		body := strings.Replace(tm.press("U2CERLKJA", "approve", "req-1"),
			url.QueryEscape(tm.slack.URL+"/planted-response-address"), url.QueryEscape(address), 1)
		if got := tm.send(t, body, time.Now(), ""); got != http.StatusOK || called || len(tm.decided) != 1 {
			t.Errorf("%s: the status is %d, called %t, decided %v", address, got, called, tm.decided)
		}
	}
}

type carrier func(*http.Request) (*http.Response, error)

func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

func TestThisMachineIsAnsweredInTestsOnly(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, func(c *slackactions.Config) { c.Loopback = false })
	tm.send(t, tm.press("U2CERLKJA", "approve", "req-1"), time.Now(), "")
	if len(tm.said) != 0 || len(tm.decided) != 1 {
		t.Errorf("said %v, decided %v", tm.said, tm.decided)
	}
}

func TestADecisionStandsWithoutSlacksAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusInternalServerError, http.StatusNotFound, http.StatusFound} {
		tm := newTeam(t, nil)
		tm.status = status
		if got := tm.send(t, tm.press("U2CERLKJA", "approve", "req-1"), time.Now(), ""); got != http.StatusOK || len(tm.decided) != 1 {
			t.Errorf("the status is %d, decided %v", got, tm.decided)
		}
		if want := fmt.Sprintf(`problem="status %d"`, status); !strings.Contains(tm.logged.String(), want) {
			t.Errorf("%s is not in the log:\n%s", want, &tm.logged)
		}
	}
}

func TestAConfigurationByWhichNobodyDecidesIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []slackactions.Config{
		{Users: []string{"U-1"}}, {Secret: exampleSecret}, {Secret: exampleSecret, Groups: []string{"S-1"}},
	} {
		if h, err := slackactions.New(c); !quarantine.Is(err, quarantine.BadRequest) || h != nil || strings.Contains(err.Error(), exampleSecret) {
			t.Errorf("got %v", err)
		}
	}
	h := newSilentTeam(t).handler
	if text := fmt.Sprintf("%v %+v %#v", h, h, h); strings.Contains(text, exampleSecret) {
		t.Errorf("the secret is shown: %s", text)
	}
}

func FuzzPayload(f *testing.F) {
	f.Add(`{"type":"block_actions","user":{"id":"U2CERLKJA"},"actions":[{"block_id":"approval","action_id":"approve","value":"req-1"}]}`)
	f.Add(`{"type":"block_actions","user":{"id":"U2CERLKJA"},"actions":[null]}`)
	f.Add(`{"type":"block_actions","user":{"id":"U-other"},"state":{"values":{}},"actions":[{"block_id":"b","action_id":"deny"}]}`)
	f.Fuzz(func(t *testing.T, payload string) {
		tm := newSilentTeam(t)
		tm.send(t, url.Values{"payload": {payload}}.Encode(), time.Now(), "")
		for n, d := range tm.decided {
			if tm.requests[n] == "" || !strings.HasPrefix(d.By, "Slack user U2CERLKJA") || d.Via != "slack" {
				t.Errorf("%q decided %+v about %q", payload, d, tm.requests[n])
			}
		}
	})
}
