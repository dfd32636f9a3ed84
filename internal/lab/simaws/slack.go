package simaws

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/smithy-go"
)

// Post is what was sent to the webhook. The URL is left out: it is a secret.
type Post struct {
	Body   json.RawMessage
	At     time.Time
	Caller Caller
}

// Posts gives every message that the webhook took, oldest first.
func (a *Account) Posts() []Post {
	a.mu.Lock()
	defer a.mu.Unlock()
	return clone(a.posts)
}

// Webhook is the transport to a Slack incoming webhook, whatever its URL. It
// is counted as PostWebhook of the service slack. A refusal is an answer with
// Slack's status and word: https://api.slack.com/messaging/webhooks
func (a *Account) Webhook() http.RoundTripper { return webhook{account: a} }

type webhook struct{ account *Account }

var postWebhook = operation{service: slackService, name: "PostWebhook", mutating: true}

func (w webhook) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	a, raw := w.account, json.RawMessage(body)
	_, err = invoke(r.Context(), a, postWebhook, &raw, func(*json.RawMessage) (*struct{}, error) { //nolint:contextcheck // the caller is the request's
		if err := checkPost(r, body); err != nil {
			return nil, err
		}
		a.posts = append(a.posts, Post{Body: raw, At: a.now(), Caller: callerOf(r.Context())})
		return &struct{}{}, nil
	})
	var api smithy.APIError
	switch {
	case err == nil:
		return response(r, http.StatusOK, "ok"), nil
	case errors.As(err, &api):
		return response(r, webhookStatus(api), api.ErrorCode()), nil
	default:
		return nil, errors.Unwrap(err) // no answer at all; the SDK's clothes do not belong here
	}
}

func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer func() { _ = r.Body.Close() }()
	return io.ReadAll(r.Body)
}

func checkPost(r *http.Request, body []byte) error {
	var message map[string]any
	if r.Method != http.MethodPost || json.Unmarshal(body, &message) != nil {
		return fail("invalid_payload", "400")
	}
	if message["text"] == nil && message["blocks"] == nil && message["attachments"] == nil {
		return fail("no_text", "400")
	}
	return nil
}

func webhookStatus(err smithy.APIError) int {
	switch err.ErrorCode() {
	case "rate_limited":
		return http.StatusTooManyRequests
	case "action_prohibited":
		return http.StatusForbidden
	case "no_service", "channel_not_found":
		return http.StatusNotFound
	case "channel_is_archived":
		return http.StatusGone
	default:
		return statusOf(err)
	}
}

func response(r *http.Request, status int, body string) *http.Response {
	h := http.Header{"Content-Type": {"text/html"}}
	if status == http.StatusTooManyRequests {
		h.Set("Retry-After", "1")
	}
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}
