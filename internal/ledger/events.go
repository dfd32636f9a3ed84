package ledger

import (
	"context"
	"maps"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Append writes an event, unless the incident has one of that kind and id.
func (l *Ledger) Append(ctx context.Context, incident string, e quarantine.Event) error {
	i, err := encode(e)
	if err != nil {
		return unreadable(err)
	}
	maps.Copy(i, eventKey(incident, e))
	err = l.add(ctx, i)
	if _, said := refused(err); said {
		return nil
	}
	return err
}
