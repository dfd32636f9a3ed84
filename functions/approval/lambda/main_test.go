package main

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/ec2-quarantine/quarantine/internal/aws/ssm/ssmtest"
	"github.com/ec2-quarantine/quarantine/internal/lab/lambdaapi"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var bootstrap string

func TestMain(m *testing.M) { os.Exit(lambdaapi.Main(m, &bootstrap)) }

// plantedKey signs links; no output may contain it.
const plantedKey = "planted-key-of-more-than-32-bytes-0123456789"

// visit is an event of a function URL.
const visit = `{"version":"2.0","rawPath":"/r/req-1","rawQueryString":"d=approve-deny&e=1&s=x","headers":{"host":"page.example"},
	"requestContext":{"domainName":"page.example","http":{"method":"GET","path":"/r/req-1","sourceIp":"192.0.2.1"}},"isBase64Encoded":false}`

func function(t *testing.T, env map[string]string) *lambdaapi.Function {
	t.Helper()
	store := &ssmtest.Store{}
	store.Put("planted-key", plantedKey, true)
	store.Put("short-key", "short", true)
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
		if strings.Contains(f.Output(), plantedKey) {
			t.Error("the key that signs links is in the function's output")
		}
	})
	return f
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
