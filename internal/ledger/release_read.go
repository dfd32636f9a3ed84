package ledger

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Attributes of an incident that releasing writes.
const (
	attrTarget     = "target"
	attrRelease    = "release"
	attrReleasedIn = "releasedIn"
)

type lockItem struct {
	PK           string            `json:"pk"`
	Incident     string            `json:"incident"`
	Owner        string            `json:"owner"`
	Status       quarantine.Status `json:"status"`
	LastReleased string            `json:"lastReleased"`
}

type incidentItem struct {
	Target  quarantine.Target   `json:"target"`
	Status  quarantine.Status   `json:"status"`
	Subnets []string            `json:"subnets"`
	Release *quarantine.Release `json:"release"`
	// ReleasedIn is an execution's ARN.
	ReleasedIn string `json:"releasedIn"`
}

// IncidentRecord reads an incident. What it holds is looked for in the whole
// table, which only a release needs: an incident that was never contained has no
// item of its own, and an attempt that failed half-way can hold a subnet that
// the item does not name.
func (l *Ledger) IncidentRecord(ctx context.Context, id string) (quarantine.IncidentRecord, error) {
	head, err := l.get(ctx, incidentKey(id))
	if err != nil {
		return quarantine.IncidentRecord{}, err
	}
	var i incidentItem
	if err := decode(head, &i); err != nil {
		return quarantine.IncidentRecord{}, unreadable(err)
	}
	if i.Status == "" {
		return l.uncontained(ctx, id)
	}
	record := quarantine.IncidentRecord{ID: id, Target: i.Target, Status: i.Status, Subnets: i.Subnets, Release: i.Release, ReleasedIn: i.ReleasedIn}
	if i.Status != quarantine.StatusReleased {
		held, err := l.uncontained(ctx, id)
		if err != nil && !quarantine.Is(err, quarantine.BadRequest) {
			return quarantine.IncidentRecord{}, err
		}
		record.Subnets = append(record.Subnets, held.Subnets...)
	}
	slices.Sort(record.Subnets)
	record.Subnets = slices.Compact(record.Subnets)
	return record, nil
}

// uncontained puts together what is on record of an incident besides its item.
func (l *Ledger) uncontained(ctx context.Context, id string) (quarantine.IncidentRecord, error) {
	items, err := l.mentioning(ctx, id)
	if err != nil {
		return quarantine.IncidentRecord{}, err
	}
	record := quarantine.IncidentRecord{ID: id, Subnets: []string{}}
	known := false
	for _, i := range items {
		var lock lockItem
		if err := decode(i, &lock); err != nil {
			return quarantine.IncidentRecord{}, unreadable(err)
		}
		kind, rest, _ := strings.Cut(lock.PK, "#")
		part := strings.SplitN(rest, "#", 3)
		switch {
		case len(part) < 3:
		case kind == "SUBNET":
			record.Subnets = append(record.Subnets, part[2])
		default:
			known = true
			record.Target = quarantine.Target{AccountID: part[0], Region: part[1], InstanceID: part[2]}
			record.Status = lock.Status
			if lock.Incident != id { // freed, and not on record yet
				record.Status = quarantine.StatusReleasing
			}
		}
	}
	if !known {
		return quarantine.IncidentRecord{}, quarantine.Failf(quarantine.BadRequest, "the ledger knows no incident %s that could be released", id)
	}
	slices.Sort(record.Subnets)
	return record, nil
}

// mentioning finds the lock that is held for the incident, or was freed for it
// last, and the subnets that it holds or is releasing.
func (l *Ledger) mentioning(ctx context.Context, id string) ([]item, error) {
	sk, this := expression.Name(sortKey), value(id)
	return l.scan(ctx, sk.Equal(value(sortLock)).And(expression.Name(attrIncident).Equal(this).Or(expression.Name(attrLastReleased).Equal(this))).
		Or(sk.Equal(value(sortQuarantine)).And(expression.Name(attrHolders).Contains(id).Or(expression.Name(attrReleasing).Equal(this)))),
		partitionKey, attrIncident, attrOwner, attrStatus, attrLastReleased)
}
