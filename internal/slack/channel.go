// Package slack sends messages through a Slack incoming webhook.
//
// The webhook's URL is a secret: whoever has it can post. It appears in no exported
// field, error or log of this package.
package slack

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// timeout limits one delivery if the client has no timeout of its own, so that a
// webhook that hangs does not use up the function's time.
const timeout = 10 * time.Second

// Channel posts to one webhook.
type Channel struct {
	// post is a closure over the URL, so that printing a Channel does not show it.
	post func(ctx context.Context, m *slack.WebhookMessage) error
}

var _ quarantine.Channel = (*Channel)(nil)

// New makes the channel of a webhook: an https URL, or an http URL of the loopback
// interface. The client is copied; the copy follows no redirects, since the message
// would go to another host.
//
// Errors: BadRequest for any other URL; the text does not show it.
func New(webhookURL string, client *http.Client) (*Channel, error) {
	if err := checkURL(webhookURL); err != nil {
		return nil, err
	}
	own := *client
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if own.Timeout == 0 {
		own.Timeout = timeout
	}
	return &Channel{post: func(ctx context.Context, m *slack.WebhookMessage) error {
		return slack.PostWebhookCustomHTTPContext(ctx, webhookURL, &own, m)
	}}, nil
}

// checkURL says what is wrong with a URL without showing it.
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil, u.Hostname() == "", u.User != nil, u.Fragment != "":
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return quarantine.Failf(quarantine.BadRequest,
		"the Slack webhook is not the https URL of an incoming webhook: copy it from the Slack app's page (it is not shown here, being a secret)")
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// Name returns "slack".
func (*Channel) Name() string { return "slack" }

// ReachesPeople returns true.
func (*Channel) ReachesPeople() bool { return true }

// Send posts the message once; if Slack refuses it for what it is, once more without a layout.
//
// Errors: AccessDenied if the webhook is switched off or may not post;
// Throttled; Unavailable (the message may have been posted); BadRequest.
func (c *Channel) Send(ctx context.Context, m quarantine.Message) error {
	err := classify(ctx, c.post(ctx, payload(m)))
	if quarantine.Is(err, quarantine.BadRequest) && c.post(ctx, plain(m)) == nil {
		return nil
	}
	return err
}

// Answers fails unless Slack knows the webhook. It posts nothing: Slack refuses a message without text
// (400, no_text), and would have refused a webhook that it does not know before that (404, no_service).
// Whether the channel takes a message is not tried.
//
// Errors: AccessDenied if the webhook is switched off or may not post; Throttled; Unavailable; BadRequest.
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
func (c *Channel) Answers(ctx context.Context) error {
	err := c.post(ctx, &slack.WebhookMessage{})
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok && status.Code == http.StatusBadRequest {
		return nil
	}
	return classify(ctx, err)
}
