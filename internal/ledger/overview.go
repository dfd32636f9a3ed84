package ledger

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Summary is an incident as a list shows it.
type Summary struct {
	ID       string              `json:"incident"`
	Resource quarantine.Resource `json:"resource"`
	// Status is "" while nothing was tried yet, because a person is asked first.
	Status  quarantine.Status `json:"status"`
	Score   int               `json:"score"`
	Finding FirstFinding      `json:"finding"`
	// Since is when the incident was opened, or, before it is contained, when
	// its lock was taken or its question asked.
	Since time.Time `json:"since"`
	// Evidence is "" where none was begun.
	Evidence quarantine.EvidenceStatus `json:"evidence,omitempty"`
	// Subnets are those that it holds, or is releasing, with all their holders.
	Subnets []quarantine.Quarantine `json:"subnets"`
	// Questions are those that wait for a person's decision.
	Questions []quarantine.ApprovalRequest `json:"questions"`
}

// Open tells whether the incident is not released yet.
func (s Summary) Open() bool { return s.Status != quarantine.StatusReleased }

const prefixEvidenceEvent = prefixEvent + "evidence-"

// overviewAttributes are what a list needs. A question's token is not among
// them: it does not even leave the table.
var overviewAttributes = []string{
	partitionKey, sortKey, attrStatus, attrIncident, attrResource, "finding", "score", "openedAt", "acquiredAt", "at", "kind",
	attrVPC, attrOriginalACL, attrOriginalAssociation, attrQuarantineACL, attrAssociation, attrVerifiedAt, attrHolders, attrReleasing,
	"id", "purpose", "reasons", "execution", "askedAt", attrDeadline, attrAsked, "onSilence", attrReminders, attrDecision, attrDelivered,
}

// Overview reads every incident that is on record, the oldest first, in one
// scan. Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) Overview(ctx context.Context) ([]Summary, error) {
	sk := expression.Name(sortKey)
	items, err := l.scan(ctx, sk.In(value(sortIncident), value(sortLock), value(sortQuarantine), value(sortRequest)).
		Or(sk.BeginsWith(prefixEvidenceEvent)), overviewAttributes...)
	if err != nil {
		return nil, err
	}
	o := overview{now: l.Clock.Now(), incidents: map[string]*Summary{}, evidence: map[string]time.Time{}}
	for _, kind := range []func(pk []string, sk string, i item) error{o.incident, o.lock, o.subnet, o.request, o.evidenceEvent} {
		for _, i := range items {
			if err := kind(strings.Split(text(i, partitionKey), "#"), text(i, sortKey), i); err != nil {
				return nil, unreadable(err)
			}
		}
	}
	var out []Summary
	for _, s := range o.incidents {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b Summary) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// overview puts incidents together from items of each kind. Its methods take
// those of their kind and leave the others.
type overview struct {
	now       time.Time
	incidents map[string]*Summary
	evidence  map[string]time.Time // of the event that an incident's Evidence is from
}
