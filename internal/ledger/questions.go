package ledger

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Questions gives every question of an incident, decided ones too, the oldest
// first. Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) Questions(ctx context.Context, incident string) ([]quarantine.ApprovalRequest, error) {
	return l.requests(ctx, expression.Name(attrIncident).Equal(value(incident)))
}

// requests scans for those for which the condition holds: there are few, and
// somebody waits for the answer, but nothing that cuts does.
func (l *Ledger) requests(ctx context.Context, c expression.ConditionBuilder) ([]quarantine.ApprovalRequest, error) {
	items, err := l.scan(ctx, expression.Name(sortKey).Equal(value(sortRequest)).And(c))
	if err != nil {
		return nil, err
	}
	now := l.Clock.Now()
	var out []quarantine.ApprovalRequest
	for _, i := range items {
		r, err := requestOf(i, now)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	slices.SortFunc(out, byAge)
	return out, nil
}

func byAge(a, b quarantine.ApprovalRequest) int {
	return cmp.Or(a.AskedAt.Compare(b.AskedAt), cmp.Compare(a.ID, b.ID))
}
