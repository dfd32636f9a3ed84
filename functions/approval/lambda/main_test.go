package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/internal/aws/ssm/ssmtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/preflight"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var bootstrap string

func TestMain(m *testing.M) { os.Exit(lambdaapi.Main(m, &bootstrap)) }

// plantedKey signs links; no output may contain it.
const plantedKey = "planted-key-of-more-than-32-bytes-0123456789"

// plantedSigning is Slack's signing secret; no output may contain it.
const plantedSigning = "planted-signing-secret"

// visit is an event of a function URL.
const visit = `{"version":"2.0","rawPath":"/r/req-1","rawQueryString":"d=approve-deny&e=1&s=x","headers":{"host":"page.example"},
	"requestContext":{"domainName":"page.example","http":{"method":"GET","path":"/r/req-1","sourceIp":"192.0.2.1"}},"isBase64Encoded":false}`

func function(t *testing.T, env map[string]string) *lambdaapi.Function {
	t.Helper()
	f, _, _ := functionOver(t, env)
	return f
}

// functionOver is a function, the parameters that it reads, and the endpoint of all services.
func functionOver(t *testing.T, env map[string]string) (*lambdaapi.Function, *ssmtest.Store, *lambdaapi.Endpoint) {
	t.Helper()
	store := &ssmtest.Store{}
	store.Put("planted-key", plantedKey, true)
	store.Put("short-key", "short", true)
	store.Put("planted-signing", plantedSigning, true)
	e := lambdaapi.NewEndpoint(t, func(w http.ResponseWriter, r *http.Request, operation string) {
		if operation == "GetParameter" {
			store.ServeHTTP(w, r)
			return
		}
		_, _ = w.Write([]byte(`{}`))
	})
	all := map[string]string{"LEDGER_TABLE": "planted-table", "APPROVAL_KEY_PARAMETER": "planted-key"}
	for name, value := range env {
		all[name] = value
	}
	f := lambdaapi.Run(t, lambdaapi.Options{Bootstrap: bootstrap, Endpoint: e.URL, Env: all})
	t.Cleanup(func() {
		if strings.Contains(f.Output(), plantedKey) || strings.Contains(f.Output(), plantedSigning) {
			t.Error("a secret is in the function's output")
		}
	})
	return f, store, e
}

// status is that of the answer to a request to the function URL.
func status(t *testing.T, a lambdaapi.Answer) int {
	t.Helper()
	var page struct{ StatusCode int }
	if a.Error != nil || json.Unmarshal([]byte(a.Payload), &page) != nil {
		t.Fatalf("got %v %s", a.Error, a.Payload)
	}
	return page.StatusCode
}

func TestAKeyThatWasReplacedVerifiesTheNextLinkAndForgedOnesHaveItReadOnceAMinute(t *testing.T) {
	t.Parallel()
	const another = plantedKey + "-2"
	f, store, e := functionOver(t, nil)
	const request = "req-0123456789abcdef0123"
	visiting := func(key string) {
		t.Helper()
		signer, err := approval.NewSigner([]byte(key), "https://page.example")
		if err != nil {
			t.Fatal(err)
		}
		path, query, _ := strings.Cut(strings.TrimPrefix(signer.URL(request, time.Now().Add(time.Hour)), "https://page.example"), "?")
		f.Invoke(t.Context(), fmt.Sprintf(`{"version":"2.0","rawPath":%q,"rawQueryString":%q,"headers":{"host":"page.example"},
			"requestContext":{"domainName":"page.example","http":{"method":"GET","path":%q,"sourceIp":"192.0.2.1"}},"isBase64Encoded":false}`, path, query, path))
	}
	visiting(plantedKey)
	if e.Calls("GetItem")+e.Calls("Query") == 0 {
		t.Fatal("a link that the key signed is refused before the ledger is asked")
	}
	store.Put("planted-key", another, true)
	before := e.Calls("GetItem") + e.Calls("Query")
	visiting(another)
	if e.Calls("GetItem")+e.Calls("Query") == before {
		t.Errorf("a link of the new key is refused")
	}
	before = e.Calls("GetItem") + e.Calls("Query")
	for range 10 {
		visiting(plantedKey) // void from now on
		visiting("forged-" + plantedKey)
	}
	if e.Calls("GetItem")+e.Calls("Query") != before || e.Calls("GetParameter") != 2 {
		t.Errorf("%d reads of the ledger, %d of the key", e.Calls("GetItem")+e.Calls("Query")-before, e.Calls("GetParameter"))
	}
}

func TestASigningSecretThatWasReplacedVerifiesTheNextPress(t *testing.T) {
	t.Parallel()
	const another = plantedSigning + "-2"
	f, store, e := functionOver(t, map[string]string{"SLACK_SIGNING_PARAMETER": "planted-signing", "SLACK_APPROVERS": "U1"})
	press := func(secret string) int {
		t.Helper()
		body := url.Values{"payload": {`{"type":"block_actions","user":{"id":"U1"},"actions":[{"block_id":"approval","action_id":"open"}]}`}}.Encode()
		at := strconv.FormatInt(time.Now().Unix(), 10)
		mac := hmac.New(sha256.New, []byte(secret))
		_, _ = mac.Write([]byte("v0:" + at + ":" + body))
		event, err := json.Marshal(map[string]any{
			"version": "2.0", "rawPath": "/slack/actions", "body": body, "isBase64Encoded": false,
			"headers":        map[string]string{"host": "page.example", "content-type": "application/x-www-form-urlencoded", "x-slack-request-timestamp": at, "x-slack-signature": "v0=" + hex.EncodeToString(mac.Sum(nil))},
			"requestContext": map[string]any{"domainName": "page.example", "http": map[string]string{"method": "POST", "path": "/slack/actions", "sourceIp": "192.0.2.1"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return status(t, f.Invoke(t.Context(), string(event)))
	}
	if got := press(plantedSigning); got != http.StatusOK {
		t.Fatalf("status %d", got)
	}
	store.Put("planted-signing", another, true)
	if got := press(another); got != http.StatusOK {
		t.Errorf("with the new secret: status %d", got)
	}
	before := e.Calls("GetParameter")
	for range 5 {
		if got := press("forged"); got != http.StatusUnauthorized {
			t.Errorf("forged: status %d", got)
		}
	}
	if press(plantedSigning) != http.StatusUnauthorized || e.Calls("GetParameter") != before {
		t.Errorf("the secret of before counts still, or forged requests had it read: %d reads", e.Calls("GetParameter")-before)
	}
}

// A process that has a secret works on without it, and the next one does not start: a preflight reads each
// anew.
func TestAPreflightReadsEverySecretWhateverTheProcessHas(t *testing.T) {
	t.Parallel()
	page := map[string]string{"SLACK_SIGNING_PARAMETER": "planted-signing", "SLACK_APPROVERS": "U1"}
	asks := map[string]string{"APPROVAL_URL": "https://page.example", "ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alerts"}
	for name, env := range map[string]map[string]string{"approval-page": page, "approval": asks} {
		f, store, _ := functionOver(t, env)
		starts := func() preflight.Check {
			t.Helper()
			var a preflight.Answer
			got := f.Invoke(t.Context(), `{"preflight":{"targets":{}}}`)
			if got.Error != nil || json.Unmarshal([]byte(got.Payload), &a) != nil || a.Function != name || len(a.Checks) != 1 {
				t.Fatalf("%s: got %v %s", name, got.Error, got.Payload)
			}
			return a.Checks[0]
		}
		if c := starts(); c.State != preflight.Green || strings.Contains(c.Found, "channels ,") {
			t.Errorf("%s: %+v", name, c)
		}
		store.Fail(http.StatusBadRequest, "ParameterNotFound")
		if c := starts(); c.State != preflight.Red || !strings.Contains(c.Found, "there is no such parameter") {
			t.Errorf("%s, whose secrets are gone: %+v", name, c)
		}
		store.Fail(http.StatusBadRequest, "ThrottlingException")
		if c := starts(); c.State != preflight.Unknown {
			t.Errorf("%s, whose secrets cannot be read for now: %+v", name, c)
		}
	}
}

func TestAnInventedLinkGetsAPageWithoutDetails(t *testing.T) {
	t.Parallel()
	a := function(t, nil).Invoke(t.Context(), visit)
	var page struct {
		StatusCode int
		Headers    map[string]string
		Body       string
	}
	if a.Error != nil || json.Unmarshal([]byte(a.Payload), &page) != nil {
		t.Fatalf("got %v %s", a.Error, a.Payload)
	}
	if page.StatusCode != http.StatusNotFound || !strings.Contains(page.Body, "<!doctype html>") || strings.Contains(page.Body, "req-1") {
		t.Errorf("got status %d: %s", page.StatusCode, page.Body)
	}
}

func TestAQuestionThatLacksAFieldIsABadRequest(t *testing.T) {
	t.Parallel()
	a := function(t, map[string]string{"ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alerts"}).Invoke(t.Context(), `{"purpose":"release"}`)
	if a.Error == nil || a.Error.Type != quarantine.BadRequest {
		t.Errorf("got %v %s", a.Error, a.Payload)
	}
}

// Without a key questions carry no link, but are sent.
func TestWithoutAKeyQuestionsAreSentWithoutALink(t *testing.T) {
	t.Parallel()
	env := map[string]string{"APPROVAL_KEY_PARAMETER": "", "ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alerts"}
	a := function(t, env).Invoke(t.Context(), `{"purpose":"release"}`)
	if a.Error == nil || a.Error.Type != quarantine.BadRequest || !strings.Contains(a.Error.Message, "question") {
		t.Errorf("got %v %s, want the incomplete question to be refused", a.Error, a.Payload)
	}
}

func TestAnInvalidConfigurationReportsEveryFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  map[string]string
		want []string
	}{
		"nothing is set":         {map[string]string{"LEDGER_TABLE": "", "APPROVAL_KEY_PARAMETER": "", "SLACK_APPROVERS": "U1"}, []string{"LEDGER_TABLE", "SLACK_SIGNING_PARAMETER"}},
		"a page without a key":   {map[string]string{"APPROVAL_KEY_PARAMETER": "", "APPROVAL_URL": "https://page.example"}, []string{"APPROVAL_KEY_PARAMETER"}},
		"buttons without a key":  {map[string]string{"APPROVAL_KEY_PARAMETER": "", "SLACK_SIGNING_PARAMETER": "planted-key", "SLACK_APPROVERS": "U1"}, []string{"APPROVAL_KEY_PARAMETER"}},
		"groups without a token": {map[string]string{"SLACK_SIGNING_PARAMETER": "planted-key", "SLACK_APPROVERS": "U1,S1"}, []string{"SLACK_TOKEN_PARAMETER"}},
		"the key is short":       {map[string]string{"APPROVAL_KEY_PARAMETER": "short-key"}, []string{"at least 32"}},
		"the key is unreadable":  {map[string]string{"APPROVAL_KEY_PARAMETER": "no-such-key"}, []string{"there is no such parameter"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := function(t, c.env).Invoke(t.Context(), visit)
			for _, want := range c.want {
				if a.Error == nil || !strings.Contains(a.Error.Message, want) {
					t.Errorf("got %v, want %q in it", a.Error, want)
				}
			}
		})
	}
}

// The function that asks does so with a key that is broken, and says why there is no
// link; every question tries the key again.
func TestABrokenKeyBreaksNoAsking(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  map[string]string
		says string
	}{
		"the key is short":          {map[string]string{"APPROVAL_KEY_PARAMETER": "short-key"}, "needs at least 32"},
		"the secret is unreadable":  {map[string]string{"APPROVAL_KEY_PARAMETER": "no-such-key"}, "there is no such parameter"},
		"the address is plain http": {map[string]string{"APPROVAL_URL": "http://page.example"}, "is not the https address of the approval page"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"APPROVAL_URL": "https://page.example", "ALERTS_TOPIC_ARN": "arn:aws:sns:us-east-1:111122223333:alerts"}
			for key, value := range c.env {
				env[key] = value
			}
			f := function(t, env)
			a := f.Invoke(t.Context(), `{"purpose":"release"}`)
			if a.Error == nil || a.Error.Type != quarantine.BadRequest || !strings.Contains(a.Error.Message, "the question lacks token") {
				t.Errorf("got %v %s, want the incomplete question to be refused", a.Error, a.Payload)
			}
			if log := f.Output(); !strings.Contains(log, "questions go out without a link") || !strings.Contains(log, c.says) {
				t.Errorf("the log is %s", log)
			}
		})
	}
}
