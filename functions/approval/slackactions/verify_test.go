package slackactions_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Slack's example: https://docs.slack.dev/authentication/verifying-requests-from-slack
const (
	exampleSecret    = "8f742231b10e8888abcd99yyyzzz85a5"
	exampleTime      = 1531420618
	exampleSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
	exampleBody      = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
		"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=" +
		"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
		"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)

// at runs a test at the time of Slack's example, because slack-go reads the system clock.
func at(t *testing.T, then time.Time, test func(*testing.T)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(then))
		test(t)
	})
}

func TestSlacksPublishedExampleVerifies(t *testing.T) {
	t.Parallel()
	example := time.Unix(exampleTime, 0)
	// A request that verifies is read and is not a press of a button: 400. One that does not gets 401.
	for name, c := range map[string]struct {
		now       time.Time
		body      string
		signature string
		want      int
	}{
		"as published":                 {example, exampleBody, exampleSignature, http.StatusBadRequest},
		"five minutes later":           {example.Add(5 * time.Minute), exampleBody, exampleSignature, http.StatusBadRequest},
		"later than five minutes":      {example.Add(5*time.Minute + time.Second), exampleBody, exampleSignature, http.StatusUnauthorized},
		"earlier than five minutes":    {example.Add(-5*time.Minute - time.Second), exampleBody, exampleSignature, http.StatusUnauthorized},
		"one byte more":                {example, exampleBody + "&", exampleSignature, http.StatusUnauthorized},
		"another signature":            {example, exampleBody, strings.Replace(exampleSignature, "a2", "a3", 1), http.StatusUnauthorized},
		"a signature that is none":     {example, exampleBody, "v0=", http.StatusUnauthorized},
		"a signature of no known kind": {example, exampleBody, "v1" + exampleSignature[2:], http.StatusUnauthorized},
	} {
		at(t, c.now, func(t *testing.T) {
			tm := newSilentTeam(t)
			if got := tm.send(t, c.body, example, c.signature); got != c.want {
				t.Errorf("%s: the status is %d, want %d", name, got, c.want)
			}
		})
	}
	at(t, example, func(t *testing.T) {
		for i := range exampleBody {
			changed := exampleBody[:i] + string(exampleBody[i]^1) + exampleBody[i+1:]
			if got := newSilentTeam(t).send(t, changed, example, exampleSignature); got != http.StatusUnauthorized {
				t.Errorf("byte %d changed: the status is %d", i, got)
			}
		}
	})
}

func TestAReplayIsRefused(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, nil)
	body, now := tm.press("U2CERLKJA", "approve", asked), time.Now()
	mac := hmac.New(sha256.New, []byte(exampleSecret))
	fmt.Fprintf(mac, "v0:%d:%s", now.Unix(), body)
	signature := hex.EncodeToString(mac.Sum(nil))
	for n, s := range []string{signature, signature, strings.ToUpper(signature)} {
		want := map[bool]int{true: http.StatusOK, false: http.StatusUnauthorized}[n == 0]
		if got := tm.send(t, body, now, "v0="+s); got != want {
			t.Errorf("time %d: the status is %d, want %d", n, got, want)
		}
	}
	if decided := tm.decided(t); len(decided) != 1 {
		t.Errorf("%d decisions were made", len(decided))
	}
}
