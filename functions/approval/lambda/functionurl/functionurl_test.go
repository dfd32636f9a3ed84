package functionurl_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/ec2-quarantine/quarantine/functions/approval"
	"github.com/ec2-quarantine/quarantine/functions/approval/lambda/functionurl"
	"github.com/ec2-quarantine/quarantine/internal/aws/sfn"
	"github.com/ec2-quarantine/quarantine/internal/boundary"
	"github.com/ec2-quarantine/quarantine/internal/lab/account"
	"github.com/ec2-quarantine/quarantine/internal/lab/waiting"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// visit is an event as Lambda sends it, with changes.
func visit(t *testing.T, change map[string]any) []byte {
	t.Helper()
	event := map[string]any{
		"version": "2.0", "rawPath": "/r/req%201", "rawQueryString": "e=1&s=a%2Bb", "cookies": []string{"a=1", "b=2"},
		"headers": map[string]string{"host": "page.example", "content-type": "text/plain", "x-forwarded-for": "203.0.113.9"},
		"requestContext": map[string]any{
			"http":       map[string]any{"method": "POST", "path": "/r/req 1", "sourceIp": "192.0.2.1"},
			"authorizer": map[string]any{"iam": map[string]any{"userArn": "arn:aws:iam::123456789012:user/one"}},
		},
		"body": "hello", "isBase64Encoded": false,
	}
	maps.Copy(event, change)
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

func noTask(context.Context, []byte) ([]byte, error) {
	return nil, errors.New("it was taken for a task")
}

func answer(t *testing.T, h http.HandlerFunc, payload []byte) (events.LambdaFunctionURLResponse, error) {
	t.Helper()
	var out events.LambdaFunctionURLResponse
	encoded, err := functionurl.Function(h, noTask)(t.Context(), payload)
	if err == nil {
		err = json.Unmarshal(encoded, &out)
	}
	return out, err
}

func TestAnEventBecomesARequest(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]map[string]any{
		"plain": nil, "base64": {"body": base64.StdEncoding.EncodeToString([]byte("hello")), "isBase64Encoded": true},
	} {
		var got []string
		_, err := answer(t, func(_ http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			got = []string{r.Method, r.URL.Path, r.URL.RawQuery, r.Host, r.RemoteAddr, r.Header.Get("Content-Type"), r.Header.Get("Cookie"), string(body), fmt.Sprint(r.ContentLength)}
		}, visit(t, change))
		want := []string{"POST", "/r/req 1", "e=1&s=a%2Bb", "page.example", "192.0.2.1:0", "text/plain", "a=1; b=2", "hello", "5"}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
}

func TestAnAnswerBecomesAResponse(t *testing.T) {
	t.Parallel()
	got, err := answer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Vary", "a")
		w.Header().Add("Vary", "b")
		w.Header().Add("Set-Cookie", "c=3")
		w.WriteHeader(http.StatusEarlyHints)
		w.WriteHeader(http.StatusGone)
		w.Header().Set("Late", "x")
		fmt.Fprint(w, "gone")
	}, visit(t, nil))
	want := events.LambdaFunctionURLResponse{StatusCode: http.StatusGone, Headers: map[string]string{"Vary": "a, b"}, Body: "gone", Cookies: []string{"c=3"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestBinaryAndEmptyResponses(t *testing.T) {
	t.Parallel()
	if got, err := answer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte{0xff}) }, visit(t, nil)); err != nil ||
		got.StatusCode != http.StatusOK || !got.IsBase64Encoded || got.Body != "/w==" {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := answer(t, func(http.ResponseWriter, *http.Request) {}, visit(t, nil)); err != nil || got.StatusCode != http.StatusOK || got.Body != "" {
		t.Errorf("got %+v, %v", got, err)
	}
	head := map[string]any{"requestContext": map[string]any{"http": map[string]any{"method": "HEAD", "sourceIp": "192.0.2.1"}}}
	if got, err := answer(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "body") }, visit(t, head)); err != nil || got.Body != "" {
		t.Errorf("got %+v, %v", got, err)
	}
}

const request = "req-0123456789abcdef0123"

var later = time.Now().Add(time.Hour)

func signer(t *testing.T) *approval.Signer {
	t.Helper()
	s, err := approval.NewSigner([]byte("a-signing-key-of-thirty-two-bytes!"), "https://page.example")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The page records the caller's ARN that Lambda authenticated.
func TestTheCallersARNIsTheIdentity(t *testing.T) {
	t.Parallel()
	acct := account.New(account.Options{})
	acct.AddDefined(ledger.TableDefinition("quarantine"))
	l, tasks := ledger.New(acct.DynamoDB(), "quarantine"), waiting.New(acct.States)
	_, err := l.Ask(t.Context(), quarantine.ApprovalRequest{ID: request, Purpose: quarantine.PurposeRelease, Incident: "inc-1",
		AskedAt: time.Now(), ExpiresAt: later, Status: quarantine.RequestPending}, tasks.Begin(t))
	if err != nil {
		t.Fatal(err)
	}
	page := (&approval.Server{Decider: &approval.Decider{Approvals: l, Tasks: sfn.New(tasks), Clock: quarantine.SystemClock{}}, Signer: approval.Ready(signer(t)), Incidents: l, Clock: quarantine.SystemClock{}}).Handler()
	link := strings.TrimPrefix(signer(t).URL(request, later), "https://page.example")
	path, query, _ := strings.Cut(link, "?")
	_, err = answer(t, page.ServeHTTP, visit(t, map[string]any{
		"rawPath": path, "rawQueryString": query, "body": "decision=deny",
		"headers": map[string]string{"host": "page.example", "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"},
	}))
	told := tasks.Told(t)
	if err != nil || len(told) != 1 || told[0].By != "arn:aws:iam::123456789012:user/one" {
		t.Errorf("decided %+v, %v", told, err)
	}
}

func TestEverythingElseIsATask(t *testing.T) {
	t.Parallel()
	web := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the event was passed to the page") })
	for _, payload := range []string{`{"token":"x","purpose":"release"}`, `{}`, `[]`, `{"version":"2.0"}`, `{"requestContext":{"http":{"method":"GET"}}}`, `not JSON`} {
		out, err := functionurl.Function(web, func(_ context.Context, in []byte) ([]byte, error) { return in, nil })(t.Context(), []byte(payload))
		if err != nil || string(out) != payload {
			t.Errorf("%s: got %s, %v", payload, out, err)
		}
	}
}

func TestABrokenEventIsNamedWithoutTheLink(t *testing.T) {
	t.Parallel()
	for _, change := range []map[string]any{
		{"rawPath": "planted"}, {"rawPath": "/%zzplanted"}, {"body": "planted!", "isBase64Encoded": true},
		{"requestContext": map[string]any{"http": map[string]any{"method": "planted method"}}},
	} {
		_, err := answer(t, func(http.ResponseWriter, *http.Request) { t.Error("the event was served") }, visit(t, change))
		var named *boundary.Error
		if !errors.As(err, &named) || named.Type != quarantine.BadRequest || strings.Contains(err.Error(), "planted") {
			t.Errorf("%v: got %v", change, err)
		}
	}
}

func FuzzFunction(f *testing.F) {
	f.Add([]byte(`{"version":"2.0","rawPath":"/r/x","rawQueryString":"e=1","headers":{"host":"x"},"requestContext":{"http":{"method":"GET","sourceIp":"::1"}}}`))
	f.Add([]byte(`{"version":"2.0","rawPath":"//x","body":"!","isBase64Encoded":true,"requestContext":{"http":{"method":"GET"}}}`))
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Path, r.Host) })
	function := functionurl.Function(page, func(context.Context, []byte) ([]byte, error) { return []byte("{}"), nil })
	f.Fuzz(func(t *testing.T, payload []byte) {
		out, err := function(t.Context(), payload)
		if err == nil && !json.Valid(out) {
			t.Errorf("%s: %s", payload, out)
		}
	})
}
