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
	with := ""
	if len(names) > 0 {
		with = ", with the channels " + strings.Join(names, ", ")
	}
	return "It started" + with + ", and has what it needs of secrets.", nil
}

// answers has the channel open, and tried without a message where it can be. An address that is refused is
// read again, as at a message.
func answers(ctx context.Context, late *lateChannel) error {
	return late.address.Use(ctx, refused, func(opened quarantine.Channel) error {
		if tried, is := opened.(interface{ Answers(context.Context) error }); is {
			return tried.Answers(ctx)
		}
		return nil
	})
}
