package ledger

import (
	"context"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Attributes of an incident that releasing writes.
const (
	attrResource   = "resource"
	attrRelease    = "release"
	attrReleasedIn = "releasedIn"
)

type lockItem struct {
	Incident     string            `json:"incident"`
	Owner        string            `json:"owner"`
	Status       quarantine.Status `json:"status"`
	LastReleased string            `json:"lastReleased"`
}

type incidentItem struct {
	Resource quarantine.Resource `json:"resource"`
	Status   quarantine.Status   `json:"status"`
	Subnets  []string            `json:"subnets"`
	Release  *quarantine.Release `json:"release"`
	// ReleasedIn is an execution's ARN.
	ReleasedIn string `json:"releasedIn"`
}

// IncidentRecord reads an incident by its key: its item, what it points to, and,
// where it was never contained, the record of its failure and its lock. How much
// else the table holds makes no difference.
func (l *Ledger) IncidentRecord(ctx context.Context, id string) (quarantine.IncidentRecord, error) {
	head, err := l.get(ctx, incidentKey(id))
	if err != nil {
		return quarantine.IncidentRecord{}, err
	}
	var i incidentItem
	if err := decode(head, &i); err != nil {
		return quarantine.IncidentRecord{}, unreadable(err)
	}
	record := quarantine.IncidentRecord{ID: id, Resource: i.Resource, Status: i.Status, Subnets: i.Subnets, Release: i.Release, ReleasedIn: i.ReleasedIn}
	holds, err := l.holdsOf(ctx, id)
	if err != nil {
		return quarantine.IncidentRecord{}, err
	}
	for _, h := range holds { // after a release, too: a late attempt may have cut another subnet
		record.Subnets = append(record.Subnets, h.SubnetID)
	}
	record.Subnets = append([]string{}, slices.Compact(slices.Sorted(slices.Values(record.Subnets)))...)
	if i.Status == "" {
		err = l.uncontained(ctx, &record, holds)
	}
	return record, err
}

// uncontained completes the record of an incident that has no item of its own:
// whose it is says a pointer or the failure, and how far it is its lock.
func (l *Ledger) uncontained(ctx context.Context, record *quarantine.IncidentRecord, holds []holdItem) error {
	if len(holds) == 0 {
		failures, err := list[holdItem](ctx, l, incidentPK(record.ID), prefixEvent+string(quarantine.EventFailed)+"#", attrResource)
		if err != nil {
			return err
		}
		holds = failures
	}
	if len(holds) == 0 || holds[0].Resource.ID == "" {
		return quarantine.Failf(quarantine.BadRequest, "the ledger knows no incident %s that could be released", record.ID)
	}
	record.Resource = holds[0].Resource
	i, err := l.get(ctx, lockKey(record.Resource))
	if err != nil {
		return err
	}
	var lock lockItem
	if err := decode(i, &lock); err != nil {
		return unreadable(err)
	}
	switch record.ID {
	case lock.Incident:
		record.Status = lock.Status
	case lock.LastReleased: // freed, and not on record yet
		record.Status = quarantine.StatusReleasing
	default:
		return quarantine.Failf(quarantine.BadRequest, "the ledger knows no incident %s that could be released", record.ID)
	}
	return nil
}
