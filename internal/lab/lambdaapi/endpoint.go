package lambdaapi

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Endpoint simulates every AWS service with a query protocol (EC2, SNS, STS) or with a
// JSON protocol that has a target header (DynamoDB, SSM). It counts calls by action.
type Endpoint struct {
	URL string

	answer func(w http.ResponseWriter, r *http.Request, action string)
	mu     sync.Mutex
	calls  map[string]int
	keyIDs map[string]bool
}

// NewEndpoint listens on loopback until the test ends. It calls answer for every request,
// with the request's action; answer can read the body.
func NewEndpoint(t testing.TB, answer func(w http.ResponseWriter, r *http.Request, action string)) *Endpoint {
	t.Helper()
	e := &Endpoint{answer: answer, calls: map[string]int{}, keyIDs: map[string]bool{}}
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	e.URL = server.URL
	return e
}

// Calls is the number of attempts of an action, or of all actions if it is "".
func (e *Endpoint) Calls(action string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.calls[action]
}

// KeyIDs are the IDs of the access keys that signed the requests.
func (e *Endpoint) KeyIDs() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var ids []string
	for id := range e.keyIDs {
		ids = append(ids, id)
	}
	return ids
}

// credential finds the access key ID in an Authorization header:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
var credential = regexp.MustCompile(`Credential=([^/]+)/`)

// ServeHTTP records the request and calls answer.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has closed the connection
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	action := actionOf(r.Header.Get("X-Amz-Target"), string(body))
	e.mu.Lock()
	e.calls[action]++
	e.calls[""]++
	if m := credential.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		e.keyIDs[m[1]] = true
	}
	e.mu.Unlock()
	e.answer(w, r, action)
}

func actionOf(target, body string) string {
	if _, action, ok := strings.Cut(target, "."); ok {
		return action
	}
	form, err := url.ParseQuery(body)
	if err != nil {
		return ""
	}
	return form.Get("Action")
}

// RefuseEC2 writes an error in EC2's format:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html#api-error-response
func RefuseEC2(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<Response><Errors><Error><Code>%s</Code><Message>refused</Message></Error></Errors><RequestID>r</RequestID></Response>", code)
}
