package channels

import (
	"context"
	"strings"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Started says which channels there are, and fails where the address of one cannot be had now: the
// function works without that one, and reads it again at the next message.
func Started(ctx context.Context, all []quarantine.Channel) (found string, err error) {
	var names []string
	var faults []error
	for _, c := range all {
		names = append(names, c.Name())
		if late, is := c.(*lateChannel); is {
			if _, err := late.channel(ctx); err != nil {
				faults = append(faults, err)
			}
		}
	}
	if err := quarantine.TransientFirst(faults...); err != nil {
		return "", err
	}
	return "It started, with the channels " + strings.Join(names, ", ") + ", and has what it needs of secrets.", nil
}
