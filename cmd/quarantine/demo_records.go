package main

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/democheck"
	"github.com/ec2-quarantine/quarantine/internal/ledger"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// demoRecords are the ledger's of the demo's instance.
type demoRecords struct {
	book *ledger.Ledger
	demo democheck.Demo
}

var _ democheck.Records = (*demoRecords)(nil)

// Case reads items by their keys alone.
func (d *demoRecords) Case(ctx context.Context) (democheck.Case, error) {
	lock, err := d.book.Lock(ctx, d.demo.Target)
	if err != nil || lock.Incident == "" {
		return democheck.Case{Status: lock.Status, Owner: lock.Owner}, err
	}
	out := democheck.Case{Incident: lock.Incident, Status: lock.Status, Owner: lock.Owner}
	incident, err := d.book.Incident(ctx, lock.Incident)
	if quarantine.Is(err, quarantine.BadRequest) {
		return out, nil // it has a lock, and nothing else yet
	}
	if err != nil {
		return out, err
	}
	out.FindingAt, out.Evidence = incident.OpenedAt, evidenceOf(incident.Events)
	held, err := d.book.Quarantine(ctx, d.demo.Target, d.demo.SubnetID)
	out.VerifiedAt, out.OriginalACL = held.VerifiedAt, held.OriginalACL
	return out, err
}

// evidenceOf is where the evidence stands, by an incident's events, which are in
// the order of time.
func evidenceOf(events []quarantine.Event) (status quarantine.EvidenceStatus) {
	for _, e := range events {
		if after, says := ledger.EvidenceAfter(e.Kind); says {
			status = after
		}
	}
	return status
}

// Question looks through the table, which it is asked for once a minute.
func (d *demoRecords) Question(ctx context.Context) (string, error) {
	all, err := d.book.Pending(ctx)
	for _, q := range all {
		if q.Target == d.demo.Target && q.Purpose == quarantine.PurposeIsolate {
			return q.ID, err
		}
	}
	return "", err
}

// Latest looks through the table, once.
func (d *demoRecords) Latest(ctx context.Context) (string, error) {
	all, err := d.book.Overview(ctx) // the oldest first
	latest := ""
	for _, i := range all {
		if i.Target == d.demo.Target && i.Status != "" {
			latest = i.ID
		}
	}
	return latest, err
}

// Release reads the whole record only once there is something to be read.
func (d *demoRecords) Release(ctx context.Context, incident string) (*quarantine.Release, error) {
	in, err := d.book.Incident(ctx, incident)
	if err != nil || in.Status != quarantine.StatusReleased {
		return nil, err
	}
	record, err := d.book.IncidentRecord(ctx, incident)
	return record.Release, err
}
