package slackactions

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
	buttons "github.com/ec2-quarantine/quarantine/internal/slack"
)

// press is one press of a button.
type press struct {
	user, name string
	request    string // "" for a button that decides nothing
	approve    bool
	narrow     bool
	respond    string // the response URL, a secret while it is valid
}

// parse reads an interaction payload:
// https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
func parse(r *http.Request) (press, error) {
	in, err := slack.InteractionCallbackParse(r)
	if err != nil {
		return press{}, errors.New("it is no interaction payload")
	}
	if in.Type != slack.InteractionTypeBlockActions || len(in.ActionCallback.BlockActions) != 1 || in.User.ID == "" {
		return press{}, errors.New("it is not one press of a button")
	}
	p := press{user: in.User.ID, name: in.User.Name, respond: in.ResponseURL}
	switch a := in.ActionCallback.BlockActions[0]; a.ActionID {
	case buttons.ActionApprove, buttons.ActionNarrow, buttons.ActionDeny:
		p.request, p.approve, p.narrow = a.Value, a.ActionID == buttons.ActionApprove, a.ActionID == buttons.ActionNarrow
		if p.request == "" {
			return press{}, errors.New("the button names no request")
		}
	case buttons.ActionOpen:
	default:
		return press{}, errors.New("it is not a button of ours")
	}
	return p, nil
}

func (p press) who() string {
	if p.name == "" {
		return "Slack user " + p.user
	}
	return fmt.Sprintf("Slack user %s (%s)", p.user, p.name)
}

func (h *handler) press(ctx context.Context, p press) {
	if may, err := h.may(ctx, p.user); !may {
		h.log.WarnContext(ctx, "a Slack user may not decide", "by", p.who(), "request", p.request, "problem", problem(err))
		h.respond(ctx, p, reply{text: "You are not on the list of those who may decide this. Nothing was decided."})
		return
	}
	r, err := h.config().Decide(ctx, p.request, quarantine.Decision{Approve: p.approve, Narrow: p.narrow, By: p.who(), Via: "slack"})
	h.respond(ctx, p, outcome(p, r, err))
}

// may tells whether a user may decide. If a group's members cannot be listed, the
// group counts as empty, so that an error permits nobody.
func (h *handler) may(ctx context.Context, user string) (bool, error) {
	c := h.config()
	if slices.Contains(c.Users, user) {
		return true, nil
	}
	var errs []error
	for _, g := range c.Groups {
		members, err := c.Directory.Members(ctx, g)
		if slices.Contains(members, user) {
			return true, nil
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("the members of group %s are not known: %w", g, err))
		}
	}
	return false, errors.Join(errs...)
}

func problem(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
