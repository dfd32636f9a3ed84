package slackactions

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/kinds"
	"github.com/ec2-quarantine/quarantine/internal/message"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// respondWithin limits a reply to Slack; the decision counts even if the reply fails.
const respondWithin = 2 * time.Second

// reply is a message that the handler posts in the channel.
type reply struct {
	text string
	// forAll replaces the message and its buttons; otherwise only the person who
	// pressed sees the reply, and the buttons stay.
	forAll bool
}

// outcome is the reply for the outcome of a press.
func outcome(p press, r quarantine.ApprovalRequest, err error) reply {
	name := quarantine.NameOf(err)
	switch {
	case err == nil:
		return reply{about(r) + " <@" + escape(p.user) + "> decided.", true}
	case name == quarantine.AlreadyDecided:
		return reply{about(r) + " " + escape(r.Decision.By) + " had decided already.", true}
	case name == quarantine.TaskGone:
		return reply{about(r) + " " + escape(r.Decision.By) + " decided. The execution does not wait for it any more: look there.", true}
	case name == quarantine.RequestTooLate:
		return reply{"This question has expired. Nothing was decided.", true}
	case name == quarantine.NotNarrowed:
		return reply{"Not narrowed: " + escape(err.Error()) + ". Nothing was decided: the question stays open.", false}
	case name == quarantine.RequestGone:
		return reply{"There is no such question. Nothing was decided.", false}
	case r.Decision != nil:
		return reply{about(r) + " That is on record, but the state machine could not be told yet: press the button again.", false}
	default:
		return reply{"That could not be recorded (" + name + "). Press the button again, or use the command line.", false}
	}
}

// about is for example "*Approved*: release of i-1 (incident inc-1)."
func about(r quarantine.ApprovalRequest) string {
	word, what := "Denied", kinds.Of(r.Resource.Kind).Answer
	switch {
	case r.Decision.Approve:
		word = "Approved"
	case r.Decision.Narrow:
		return fmt.Sprintf("*Narrow*: the subnets of %s are given back, and it stays contained (incident %s). Another question follows.",
			escape(kinds.Named(r.Resource, nil)), escape(r.Incident))
	}
	if r.Purpose == quarantine.PurposeRelease {
		what = "release of %s"
	}
	return fmt.Sprintf("*%s*: "+what+" (incident %s).", word, escape(kinds.Named(r.Resource, nil)), escape(r.Incident))
}

// escape escapes and limits text: https://docs.slack.dev/messaging/formatting-message-text#escaping
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(message.Clean(s, 300))
}

func httpClient(c *http.Client) *http.Client {
	own := http.Client{}
	if c != nil {
		own = *c
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// respond updates the message, through the response URL that Slack gave:
// https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
// It only logs errors, without that URL.
func (h *handler) respond(ctx context.Context, p press, say reply) {
	if !isSlackHost(p.respond, h.config().Loopback) {
		h.log.WarnContext(ctx, "the message in Slack is not updated: what to update it by is not an address of Slack", "request", p.request)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, respondWithin)
	defer cancel()
	m := &slack.WebhookMessage{Text: say.text, ReplaceOriginal: say.forAll}
	if !say.forAll {
		m.ResponseType = slack.ResponseTypeEphemeral
	}
	if err := slack.PostWebhookCustomHTTPContext(ctx, p.respond, h.client, m); err != nil {
		h.log.WarnContext(ctx, "the message in Slack could not be updated", "request", p.request, "problem", kind(err))
	}
}

func isSlackHost(address string, loopback bool) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil {
		return false
	}
	return u.Scheme == "https" && u.Host == "hooks.slack.com" ||
		loopback && u.Scheme == "http" && net.ParseIP(u.Hostname()).IsLoopback()
}

func kind(err error) string {
	if s, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return fmt.Sprintf("status %d", s.Code)
	}
	return "Slack could not be reached"
}
