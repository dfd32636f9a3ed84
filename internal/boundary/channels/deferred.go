package channels

import (
	"context"
	"fmt"
	"sync"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// lateChannel is a channel whose address is a secret that has to be read first.
// The secret is read once. If that fails, each message tries again, so that a
// failure at start neither disables the other channels nor lasts.
type lateChannel struct {
	name string
	open func(context.Context) (quarantine.Channel, error)

	mu     sync.Mutex
	opened quarantine.Channel // nil until it is opened
}

var _ quarantine.Channel = (*lateChannel)(nil)

// Name returns the channel's name.
func (c *lateChannel) Name() string { return c.name }

// ReachesPeople returns true: what has a secret for its address is read by people.
func (c *lateChannel) ReachesPeople() bool { return true }

// Send opens the channel if it is not open yet, and sends the message. Errors:
// those of reading the secret, and the channel's own.
func (c *lateChannel) Send(ctx context.Context, m quarantine.Message) error {
	opened, err := c.channel(ctx)
	if err != nil {
		return err
	}
	return opened.Send(ctx, m)
}

func (c *lateChannel) channel(ctx context.Context) (quarantine.Channel, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.opened == nil {
		opened, err := c.open(ctx)
		if err != nil {
			return nil, fmt.Errorf("the channel's address cannot be had: %w", err)
		}
		c.opened = opened
	}
	return c.opened, nil
}
