// Package slackactions makes decisions from button presses in Slack messages.
package slackactions

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// maxBody is the largest body that is read, in bytes: an interaction carries the whole message.
const maxBody = 256 << 10

// Config is the handler's configuration.
type Config struct {
	// Secret has the Slack app's signing secret as it is now.
	Secret func(context.Context) (string, error)
	// Renewed has it read again, after a request that it did not sign, and tells whether it is another one
	// by now; nil where it cannot change.
	Renewed func(context.Context) (string, bool)
	// Users and Groups are the ids of the users, and of the user groups whose
	// members may decide. Nobody else may.
	Users, Groups []string
	// Directory lists the members of user groups; nil if there are no Groups.
	Directory Directory
	// Decide makes a decision: the method of approval.Decider.
	Decide func(ctx context.Context, request string, w quarantine.Decision) (quarantine.ApprovalRequest, error)
	// Client sends replies to Slack. New copies it, and the copy follows no redirects.
	Client *http.Client
	// Loopback permits replies to loopback addresses, for tests.
	Loopback bool
	// Log gets an entry for every press, with the user and the outcome; nil is
	// slog.Default.
	Log *slog.Logger
}

// Directory resolves user groups.
type Directory interface {
	// Members returns the ids of a group's users.
	// https://docs.slack.dev/reference/methods/usergroups.users.list
	Members(ctx context.Context, group string) ([]string, error)
}

// handler holds the Config in a closure, so that printing it does not show the secret.
type handler struct {
	config  func() Config
	client  *http.Client
	log     *slog.Logger
	replays *memory
}

// New makes the handler for the requests that Slack sends when a user presses a button.
//
// Errors: BadRequest for a configuration in which nobody could decide; the error
// text does not contain the secret.
func New(c Config) (http.Handler, error) {
	switch {
	case c.Secret == nil:
		return nil, quarantine.Failf(quarantine.BadRequest, "there is no signing secret: copy it from the Slack app's page, under Basic Information")
	case len(c.Users) == 0 && len(c.Groups) == 0:
		return nil, quarantine.Failf(quarantine.BadRequest, "no Slack user and no user group may decide: list their ids")
	case len(c.Groups) > 0 && c.Directory == nil:
		return nil, quarantine.Failf(quarantine.BadRequest, "user groups may decide, but nothing tells who is in them")
	}
	h := &handler{config: func() Config { return c }, client: httpClient(c.Client), log: c.Log, replays: newMemory()}
	if h.log == nil {
		h.log = slog.Default()
	}
	return h, nil
}

// ServeHTTP answers a valid request of Slack's with an empty 200; a message in the
// channel reports the outcome. If the answer takes more than three seconds, Slack
// shows the person an error, but the decision counts:
// https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		h.refuse(w, r, http.StatusRequestEntityTooLarge, "the body is too large, or broke off")
		return
	}
	if code, why := h.authentic(r, body); why != "" {
		h.refuse(w, r, code, why)
		return
	}
	// The signature is hexadecimal, which can be in upper or lower case.
	if !h.replays.first(strings.ToLower(r.Header.Get("X-Slack-Signature")), time.Now()) {
		h.refuse(w, r, http.StatusUnauthorized, "the request was sent before")
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	p, err := parse(r)
	if err != nil {
		h.refuse(w, r, http.StatusBadRequest, err.Error())
		return
	}
	if p.request != "" { // empty for a button that decides nothing
		h.press(r.Context(), p)
	}
	w.WriteHeader(http.StatusOK)
}

// authentic says why a request is not Slack's, or "". A secret that was replaced is read again: only a
// signature that is there, and of now, has that done.
func (h *handler) authentic(r *http.Request, body []byte) (code int, why string) {
	c := h.config()
	secret, err := c.Secret(r.Context())
	if err != nil {
		return http.StatusServiceUnavailable, "the signing secret could not be read: " + err.Error()
	}
	err = verify(r.Header, body, secret)
	if whyNot(err) == notSlacks && c.Renewed != nil {
		if another, is := c.Renewed(r.Context()); is {
			err = verify(r.Header, body, another)
		}
	}
	return http.StatusUnauthorized, whyNot(err)
}

// verify checks the signature with slack-go, and that the timestamp is within
// five minutes of now.
// https://docs.slack.dev/authentication/verifying-requests-from-slack
func verify(header http.Header, body []byte, secret string) error {
	v, err := slack.NewSecretsVerifier(header, secret)
	if err != nil {
		return err
	}
	if _, err := v.Write(body); err != nil {
		return err
	}
	return v.Ensure()
}

const notSlacks = "the signature is not Slack's"

func whyNot(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, slack.ErrExpiredTimestamp):
		return "the timestamp is more than five minutes off"
	case errors.Is(err, slack.ErrMissingHeaders):
		return "it is not signed"
	default:
		return notSlacks
	}
}

func (h *handler) refuse(w http.ResponseWriter, r *http.Request, code int, why string) {
	h.log.WarnContext(r.Context(), "a Slack action was refused", "why", why, "source", r.RemoteAddr)
	http.Error(w, http.StatusText(code), code)
}
