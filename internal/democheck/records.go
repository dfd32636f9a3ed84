package democheck

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Ledger has the records of the demo's instance.
type Ledger struct {
	Ledger *ledger.Ledger
	Demo   Demo
}

var _ Records = (*Ledger)(nil)

// Case reads items by their keys alone.
func (l *Ledger) Case(ctx context.Context) (Case, error) {
	lock, err := l.Ledger.Lock(ctx, l.Demo.Resource)
	if err != nil || lock.Incident == "" {
		return Case{Status: lock.Status, Owner: lock.Owner}, err
	}
	out := Case{Incident: lock.Incident, Status: lock.Status, Owner: lock.Owner}
	incident, err := l.Ledger.Incident(ctx, lock.Incident)
	if quarantine.Is(err, quarantine.BadRequest) {
		return out, nil // it has a lock, and nothing else yet
	}
	if err != nil {
		return out, err
	}
	out.FindingAt, out.Evidence = incident.OpenedAt, EvidenceOf(incident.Events)
	held, err := l.Ledger.Quarantine(ctx, l.Demo.Resource, l.Demo.SubnetID)
	out.VerifiedAt, out.OriginalACL = held.VerifiedAt, held.OriginalACL
	return out, err
}

// EvidenceOf is where the evidence stands, by an incident's events, which are in
// the order of time.
func EvidenceOf(events []quarantine.Event) (status quarantine.EvidenceStatus) {
	for _, e := range events {
		if after, says := ledger.EvidenceAfter(e.Kind); says {
			status = after
		}
	}
	return status
}

// Question looks through the table, which it is asked for once a minute.
func (l *Ledger) Question(ctx context.Context) (string, error) {
	all, err := l.Ledger.Pending(ctx)
	for _, q := range all {
		if q.Resource == l.Demo.Resource && q.Purpose == quarantine.PurposeIsolate {
			return q.ID, err
		}
	}
	return "", err
}

// Latest looks through the table, once.
func (l *Ledger) Latest(ctx context.Context) (string, error) {
	all, err := l.Ledger.Overview(ctx) // the oldest first
	latest := ""
	for _, i := range all {
		if i.Resource == l.Demo.Resource && i.Status != "" {
			latest = i.ID
		}
	}
	return latest, err
}

// Release reads the whole record only once there is something to be read.
func (l *Ledger) Release(ctx context.Context, incident string) (*quarantine.Release, error) {
	in, err := l.Ledger.Incident(ctx, incident)
	if quarantine.Is(err, quarantine.BadRequest) {
		return nil, nil // it has a lock, and nothing else yet
	}
	if err != nil || in.Status != quarantine.StatusReleased {
		return nil, err
	}
	record, err := l.Ledger.IncidentRecord(ctx, incident)
	return record.Release, err
}
