package channels

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/boundary/secret"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// lateChannel is the Slack channel, whose address is a secret. Where the address cannot be read, the other
// channels are told all the same, and the next message tries again; where Slack refuses it, it is read again.
type lateChannel struct {
	address *secret.Late[quarantine.Channel]
}

var _ quarantine.Channel = (*lateChannel)(nil)

// Name returns "slack".
func (*lateChannel) Name() string { return "slack" }

// ReachesPeople returns true.
func (*lateChannel) ReachesPeople() bool { return true }

// Send posts the message. Errors: those of reading the secret, and of slack's Channel.
func (c *lateChannel) Send(ctx context.Context, m quarantine.Message) error {
	return c.address.Use(ctx, refused, func(opened quarantine.Channel) error { return opened.Send(ctx, m) })
}

// refused tells that Slack does not take the address: that of a webhook which was replaced is answered
// with status 403, 404 or 410.
// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
func refused(err error) bool { return quarantine.Is(err, quarantine.AccessDenied) }
