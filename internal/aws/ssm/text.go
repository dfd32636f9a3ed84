package ssm

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Text is one parameter, whose value is a text that people change.
type Text struct {
	client *Client
	name   string
}

// Text is the parameter of a name or an ARN.
func (c *Client) Text(name string) Text { return Text{c, name} }

// Latest is the newest version. IAM actions and errors: those of [Client.Latest].
func (t Text) Latest(ctx context.Context) (quarantine.Revision, error) {
	v, err := t.client.Latest(ctx, t.name)
	return v.revision(), err
}

// History are the versions that are kept, the newest first. IAM actions and errors: those of
// [Client.History].
func (t Text) History(ctx context.Context) ([]quarantine.Revision, error) {
	all, err := t.client.History(ctx, t.name)
	out := make([]quarantine.Revision, 0, len(all))
	for _, v := range all {
		out = append(out, v.revision())
	}
	return out, err
}

func (v Version) revision() quarantine.Revision {
	return quarantine.Revision{Version: v.Number, Text: v.Value}
}
