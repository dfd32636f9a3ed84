package slack

import (
	"context"
	"errors"
	"net/http"

	"github.com/slack-go/slack"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Directory looks up the members of the workspace's user groups.
type Directory struct{ client *slack.Client }

// NewDirectory makes a directory that uses a bot token with the scope
// usergroups:read. Options are slack-go's.
func NewDirectory(token string, client *http.Client, options ...slack.Option) *Directory {
	return &Directory{slack.New(token, append([]slack.Option{slack.OptionHTTPClient(client)}, options...)...)}
}

// Members returns the IDs of a user group's members. Errors: AccessDenied if the
// token may not read user groups; BadRequest if there is no such group; Throttled;
// Unavailable. Their text holds no secret.
// https://docs.slack.dev/reference/methods/usergroups.users.list
func (d *Directory) Members(ctx context.Context, group string) ([]string, error) {
	members, err := d.client.GetUserGroupMembersContext(ctx, group)
	refused, ok := errors.AsType[slack.SlackErrorResponse](err)
	if !ok {
		return members, classify(ctx, err)
	}
	name, hint := quarantine.AccessDenied, "give the Slack app's bot the scope usergroups:read, and the function its token"
	if refused.Err == "no_such_subteam" {
		name, hint = quarantine.BadRequest, "correct the list of approvers"
	}
	return nil, quarantine.Failf(name, "Slack does not say who is in the user group %s (%s): %s", group, refused.Err, hint)
}
