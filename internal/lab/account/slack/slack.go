// Package slack is a Slack incoming webhook of an in-memory account.
package slack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/smithy-go"

	"github.com/ec2-quarantine/quarantine/internal/lab/account/call"
)

// Channel is the channel that an incoming webhook posts to.
type Channel struct {
	service *call.Service
	*state
}

type state struct{ posts []Post }

// New adds Slack to the endpoint. A webhook's error code is its status and the word in its body:
// https://api.slack.com/messaging/webhooks#handling_errors
func New(e *call.Endpoint) *Channel {
	ch := &Channel{state: &state{}}
	ch.service = &call.Service{
		Endpoint: e, Name: "slack", ID: "Slack",
		Throttled: func(call.Call) error { return call.Fail("rate_limited", "429") },
		Broken:    func() error { return call.ServerFault("rollup_error", "500") },
		Denied:    func(call.Call) error { return call.Fail("action_prohibited", "403") },
	}
	ch.service.State = call.StateAt(&ch.state, func(s *state) *state { return &state{posts: slices.Clone(s.posts)} })
	return ch
}

// Post is a request to the webhook. It does not hold the URL, which is a secret.
type Post struct {
	Body   json.RawMessage
	At     time.Time
	Caller call.Caller
}

// Posts returns all messages that the webhook accepted, oldest first.
func (ch *Channel) Posts() []Post {
	ch.service.Lock()
	defer ch.service.Unlock()
	return call.Clone(ch.posts)
}

// Webhook is an HTTP transport to a Slack incoming webhook, whatever its URL. Requests are recorded
// as PostWebhook of the service slack. A refusal is an answer with Slack's status and word:
// https://api.slack.com/messaging/webhooks
func (ch *Channel) Webhook() http.RoundTripper { return webhook{channel: ch} }

type webhook struct{ channel *Channel }

var postWebhook = call.Operation{Name: "PostWebhook", Mutating: true}

func (w webhook) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	ch, raw := w.channel, json.RawMessage(body)
	_, err = call.Invoke(r.Context(), ch.service, postWebhook, &raw, func(*json.RawMessage) (*struct{}, error) { //nolint:contextcheck // the caller is the request's
		if err := checkPost(r, body); err != nil {
			return nil, err
		}
		ch.posts = append(ch.posts, Post{Body: raw, At: ch.service.Now(), Caller: call.CallerOf(r.Context())})
		return &struct{}{}, nil
	})
	var api smithy.APIError
	switch {
	case err == nil:
		return response(r, http.StatusOK, "ok"), nil
	case errors.As(err, &api):
		return response(r, webhookStatus(api), api.ErrorCode()), nil
	default:
		return nil, errors.Unwrap(err) // no answer at all; unwrapped, because the error is not the SDK's
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
		return call.Fail("invalid_payload", "400")
	}
	if message["text"] == nil && message["blocks"] == nil && message["attachments"] == nil {
		return call.Fail("no_text", "400")
	}
	return checkBlocks(body)
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
		return call.StatusOf(err)
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
