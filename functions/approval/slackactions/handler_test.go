package slackactions_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ec2-quarantine/quarantine/functions/approval/slackactions"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

func TestAPressDecides(t *testing.T) {
	t.Parallel()
	for action, word := range map[string]string{"approve": "Approved", "deny": "Denied"} {
		tm := newTeam(t, nil)
		if got := tm.send(t, tm.press("U2CERLKJA", action, asked), time.Now(), ""); got != http.StatusOK {
			t.Errorf("the status is %d", got)
		}
		want := []quarantine.Decision{{Approve: action == "approve", By: "Slack user U2CERLKJA (roadrunner)", Via: "slack"}}
		if diff := cmp.Diff(want, tm.decided(t), cmpopts.IgnoreFields(quarantine.Decision{}, "At")); diff != "" {
			t.Errorf("the state machine was told (-want +got):\n%s", diff)
		}
		if d := tm.decision(t); d == nil || d.By != want[0].By {
			t.Errorf("on record is %+v", d)
		}
		tm.wantSaid(t, true, "*"+word+"*: release of i-1 (incident inc-1). <@U2CERLKJA> decided.")
	}
}

// What the record does not allow is told to who pressed, and the buttons stay.
func TestAPressNarrowsWhereTheRecordAllowsIt(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, nil)
	tm.send(t, tm.press("U2CERLKJA", "narrow", asked), time.Now(), "")
	tm.wantSaid(t, false, "Not narrowed: incident inc-1 holds no subnet that could be given back. Nothing was decided: the question stays open.")
	if tm.decision(t) != nil || len(tm.decided(t)) != 0 {
		t.Errorf("on record is %+v, the state machine was told %v", tm.decision(t), tm.decided(t))
	}

	var pressed quarantine.Decision
	tm = newTeam(t, func(c *slackactions.Config) {
		c.Decide = func(_ context.Context, request string, w quarantine.Decision) (quarantine.ApprovalRequest, error) {
			pressed = w
			return quarantine.ApprovalRequest{ID: request, Purpose: quarantine.PurposeRelease, Incident: "inc-1", Resource: quarantine.Resource{ID: "i-1"}, Decision: &w}, nil
		}
	})
	tm.send(t, tm.press("U2CERLKJA", "narrow", asked), time.Now(), "")
	if pressed != (quarantine.Decision{Narrow: true, By: "Slack user U2CERLKJA (roadrunner)", Via: "slack"}) {
		t.Errorf("the press is %+v", pressed)
	}
	tm.wantSaid(t, true, "*Narrow*: the subnets of i-1 are given back, and it stays contained (incident inc-1). Another question follows. <@U2CERLKJA> decided.")
}

func TestTheOutcomeOfAPressIsReportedInSlack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(*testing.T, *team)
		value  string
		forAll bool
		text   string
	}{
		"decided before": {
			func(t *testing.T, tm *team) { tm.decidedBefore(t) }, asked, true,
			"*Denied*: release of i-1 (incident inc-1). &lt;!channel&gt; &amp; co had decided already.",
		},
		"task gone": {
			func(t *testing.T, tm *team) { tm.decidedBefore(t); tm.answered(t) }, asked, true,
			"*Denied*: release of i-1 (incident inc-1). &lt;!channel&gt; &amp; co decided. The execution does not wait for it any more: look there.",
		},
		"too late": {
			func(_ *testing.T, tm *team) { tm.ahead = 2 * time.Hour }, asked, true,
			"This question has expired. Nothing was decided.",
		},
		"gone": {func(*testing.T, *team) {}, "req-unknown", false, "There is no such question. Nothing was decided."},
		"half-way": {
			func(t *testing.T, tm *team) { tm.decidedBefore(t); tm.failing("states", throttled) }, asked, false,
			"*Denied*: release of i-1 (incident inc-1). That is on record, but the state machine could not be told yet: press the button again.",
		},
		"not at all": {
			func(_ *testing.T, tm *team) { tm.failing("dynamodb", broken) }, asked, false,
			"That could not be recorded (Unavailable). Press the button again, or use the command line.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tm := newTeam(t, nil)
			c.before(t, tm)
			if got := tm.send(t, tm.press("U2CERLKJA", "approve", c.value), time.Now(), ""); got != http.StatusOK {
				t.Errorf("the status is %d", got)
			}
			tm.wantSaid(t, c.forAll, c.text)
		})
	}
}

// groups is a Directory; "S-broken" fails.
type groups map[string][]string

func (g groups) Members(_ context.Context, group string) ([]string, error) {
	if group == "S-broken" {
		return nil, errors.New("no answer")
	}
	return g[group], nil
}

func TestOnlyListedUsersDecide(t *testing.T) {
	t.Parallel()
	for user, may := range map[string]bool{"U-listed": true, "U-member": true, "U-other": false, "u-listed": false} {
		tm := newTeam(t, func(c *slackactions.Config) {
			c.Users, c.Groups, c.Directory = []string{"U-listed"}, []string{"S-broken", "S-1"}, groups{"S-1": {"U-member"}, "S-2": {"U-other"}}
		})
		if got := tm.send(t, tm.press(user, "approve", asked), time.Now(), ""); got != http.StatusOK {
			t.Errorf("%s: the status is %d", user, got)
		}
		if decided := tm.decided(t); len(decided) == 1 != may || tm.decision(t) != nil != may {
			t.Errorf("%s decided %v", user, decided)
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

func TestOtherPayloadsAreRefused(t *testing.T) {
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
		tm.press("U2CERLKJA", "open", ""):                                                                    http.StatusOK, // a link to the page
		strings.Repeat("x", 256<<10+1):                                                                       http.StatusRequestEntityTooLarge,
	} {
		if got := tm.send(t, body, time.Now(), ""); got != want {
			t.Errorf("%.200s: the status is %d, want %d", body, got, want)
		}
	}
	if tm.decision(t) != nil || len(tm.decided(t))+len(tm.said) != 0 {
		t.Errorf("decided %v, said %v", tm.decided(t), tm.said)
	}
}

func TestRepliesGoToSlackOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "https://evil.example/x", "http://hooks.slack.com/x", "https://hooks.slack.com.evil.example/x",
		"https://hooks.slack.com@evil.example/x", "https://evilslack.com/x", "https://evilhooks.slack.com/x", "https://slack.com/x",
		"https://user@hooks.slack.com/x", "https://hooks.slack.com:444/x", "http://192.0.2.1/x", "::"} {
		called := false
		tm := newTeam(t, func(c *slackactions.Config) {
			c.Client = &http.Client{Transport: carrier(func(r *http.Request) (*http.Response, error) {
				called = true
				return nil, errors.New("nobody is to be called")
			})}
		})
		body := strings.Replace(tm.press("U2CERLKJA", "approve", "req-1"),
			url.QueryEscape(tm.slack.URL+"/planted-response-address"), url.QueryEscape(address), 1)
		if got := tm.send(t, body, time.Now(), ""); got != http.StatusOK || called || len(tm.decided(t)) != 1 {
			t.Errorf("%s: the status is %d, called %t, decided %v", address, got, called, tm.decided(t))
		}
	}
}

type carrier func(*http.Request) (*http.Response, error)

func (c carrier) RoundTrip(r *http.Request) (*http.Response, error) { return c(r) }

func TestRepliesGoToLoopbackOnlyInTests(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, func(c *slackactions.Config) { c.Loopback = false })
	tm.send(t, tm.press("U2CERLKJA", "approve", "req-1"), time.Now(), "")
	if len(tm.said) != 0 || len(tm.decided(t)) != 1 {
		t.Errorf("said %v, decided %v", tm.said, tm.decided(t))
	}
}

func TestADecisionCountsEvenIfTheReplyFails(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusInternalServerError, http.StatusNotFound, http.StatusFound} {
		tm := newTeam(t, nil)
		tm.status = status
		if got := tm.send(t, tm.press("U2CERLKJA", "approve", "req-1"), time.Now(), ""); got != http.StatusOK || len(tm.decided(t)) != 1 {
			t.Errorf("the status is %d, decided %v", got, tm.decided(t))
		}
		if want := fmt.Sprintf(`problem="status %d"`, status); !strings.Contains(tm.logged.String(), want) {
			t.Errorf("%s is not in the log:\n%s", want, &tm.logged)
		}
	}
}

// A redirect would take the outcome to an address that was not looked at.
func TestARedirectOfAReplyIsNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		var called []string
		tm := newTeam(t, func(c *slackactions.Config) {
			c.Client = &http.Client{Transport: carrier(func(r *http.Request) (*http.Response, error) {
				called = append(called, r.URL.Host)
				return &http.Response{StatusCode: status, Header: http.Header{"Location": {"https://elsewhere.example/x"}}, Body: http.NoBody, Request: r}, nil
			})}
		})
		slackHost := strings.TrimPrefix(tm.slack.URL, "http://")
		if got := tm.send(t, tm.press("U2CERLKJA", "approve", asked), time.Now(), ""); got != http.StatusOK || !slices.Equal(called, []string{slackHost}) {
			t.Errorf("redirected by %d: the status is %d, and called were %v", status, got, called)
		}
	}
}

func TestAConfigurationInWhichNobodyCanDecideIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []slackactions.Config{
		{Users: []string{"U-1"}}, {Secret: signing(exampleSecret)}, {Secret: signing(exampleSecret), Groups: []string{"S-1"}},
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
		if d := tm.decision(t); d != nil && (!strings.HasPrefix(d.By, "Slack user U2CERLKJA") || d.Via != "slack") {
			t.Errorf("%q decided %+v", payload, d)
		}
	})
}
