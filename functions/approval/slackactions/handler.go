// Package slackactions takes decisions from the buttons of a Slack message.
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

// maxBody is what Slack may send: an interaction carries the whole message.
const maxBody = 256 << 10

// Config is what the handler works with.
type Config struct {
	// Secret is the Slack app's signing secret.
	Secret string
	// Users and Groups are the ids of those who may decide: users, and members
	// of user groups. Nobody else may.
	Users, Groups []string
	// Directory tells who is in a user group; nil where there are no Groups.
	Directory Directory
	// Decide makes a decision: approval.Decider's method.
	Decide func(ctx context.Context, request string, w quarantine.Decision) (quarantine.ApprovalRequest, error)
	// Client posts to Slack. It is copied, and follows no redirects.
	Client *http.Client
	// Loopback lets Slack's answers be sent to this machine itself, for tests.
	Loopback bool
	// Log is told of every press, with who it was and what came of it; nil is
	// slog.Default.
	Log *slog.Logger
}

// Directory resolves user groups.
type Directory interface {
	// Members gives the ids of a group's users.
	// https://docs.slack.dev/reference/methods/usergroups.users.list
	Members(ctx context.Context, group string) ([]string, error)
}

// handler keeps Config where printing it does not show the secret.
type handler struct {
	config  func() Config
	client  *http.Client
	log     *slog.Logger
	replays *memory
}

// New makes the handler of what Slack sends when somebody presses a button.
//
// Errors: BadRequest for a configuration by which nobody could decide; the
// text does not show the secret.
func New(c Config) (http.Handler, error) {
	switch {
	case c.Secret == "":
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

// ServeHTTP answers Slack at once with an empty 200 where the request is
// Slack's; what came of it is said in the channel. Slack shows the person an
// error if that takes more than three seconds, and the decision stands all the same:
// https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		h.refuse(w, r, http.StatusRequestEntityTooLarge, "the body is too large, or broke off")
		return
	}
	if err := verify(r.Header, body, h.config().Secret); err != nil {
		h.refuse(w, r, http.StatusUnauthorized, whyNot(err))
		return
	}
	// The signature is hexadecimal, which has two spellings.
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
	if p.request != "" { // else it is a button that decides nothing
		h.press(r.Context(), p)
	}
	w.WriteHeader(http.StatusOK)
}

// verify has slack-go check the signature and that the timestamp is within
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

func whyNot(err error) string {
	switch {
	case errors.Is(err, slack.ErrExpiredTimestamp):
		return "the timestamp is more than five minutes off"
	case errors.Is(err, slack.ErrMissingHeaders):
		return "it is not signed"
	default:
		return "the signature is not Slack's"
	}
}

func (h *handler) refuse(w http.ResponseWriter, r *http.Request, code int, why string) {
	h.log.WarnContext(r.Context(), "a Slack action was refused", "why", why, "source", r.RemoteAddr)
	http.Error(w, http.StatusText(code), code)
}
