package channels

import (
	"context"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Started says which channels there are, and fails where the address of one cannot be had now, or the one
// who would deliver does not know it: the function works without that one, and reads it again at the next
// message.
func Started(ctx context.Context, all []quarantine.Channel) (found string, err error) {
	var names []string
	var faults []error
	for _, c := range all {
		names = append(names, c.Name())
		if late, is := c.(*lateChannel); is {
			if err := answers(ctx, late); err != nil {
				faults = append(faults, err)
			}
		}
	}
	if err := quarantine.TransientFirst(faults...); err != nil {
		return "", err
	}
	if len(names) == 0 {
		return "It started, and has what it needs of secrets.", nil
	}
	return "It started, with the channels " + strings.Join(names, ", ") + ", and has what it needs of secrets.", nil
}

// answers reads the channel's address now, as a process that starts would have to, and has the channel
// tried without a message where it can be.
func answers(ctx context.Context, late *lateChannel) error {
	if err := late.address.Check(ctx); err != nil {
		return err
	}
	return late.address.Use(ctx, refused, func(opened quarantine.Channel) error {
		if tried, is := opened.(interface{ Answers(context.Context) error }); is {
			return tried.Answers(ctx)
		}
		return nil
	})
}
