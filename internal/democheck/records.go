package democheck

import (
	"cmp"
	"context"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/measure/register"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Ledger implements Records for the demo's instance.
type Ledger struct {
	Ledger *ledger.Ledger
	Demo   Demo
}

var _ Records = (*Ledger)(nil)

// Case reads single items by key, which is cheap.
func (l *Ledger) Case(ctx context.Context) (Case, error) {
	lock, err := l.Ledger.Lock(ctx, l.Demo.Resource)
	if err != nil || lock.Incident == "" {
		return Case{Status: lock.Status, Owner: lock.Owner}, err
	}
	out := Case{Incident: lock.Incident, Status: lock.Status, Owner: lock.Owner}
	incident, err := l.Ledger.Incident(ctx, lock.Incident)
	if quarantine.Is(err, quarantine.BadRequest) {
		return out, nil // the incident has only its lock so far
	}
	if err != nil {
		return out, err
	}
	out.FindingAt, out.Evidence = incident.OpenedAt, incident.Evidence.Status
	held, err := l.Ledger.Quarantine(ctx, l.Demo.Resource, l.Demo.SubnetID)
	out.VerifiedAt, out.Before = held.VerifiedAt, register.Cut().Before(held.Hold())
	return out, err
}

// Question reads the questions that wait for a person.
func (l *Ledger) Question(ctx context.Context) (string, error) {
	all, err := l.Ledger.Pending(ctx)
	for _, q := range all {
		if q.Resource == l.Demo.Resource && q.Purpose == quarantine.PurposeIsolate {
			return q.ID, err
		}
	}
	return "", err
}

// Latest is the incident that has the lock, or had it last.
func (l *Ledger) Latest(ctx context.Context) (string, error) {
	lock, err := l.Ledger.Lock(ctx, l.Demo.Resource)
	return cmp.Or(lock.Incident, lock.LastReleased), err
}

// Release reads the whole record of the incident.
func (l *Ledger) Release(ctx context.Context, incident string) (*quarantine.Release, error) {
	in, err := l.Ledger.Incident(ctx, incident)
	if quarantine.Is(err, quarantine.BadRequest) {
		return nil, nil // the incident has only its lock so far
	}
	return in.Release, err
}
