package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var _ quarantine.Drills = (*Ledger)(nil)

// drillKey is beside the resource's lock.
func drillKey(r quarantine.Resource) key { return keyOf(quarantine.LockKey(r), sortDrill) }

// BeginDrill writes the record of a drill, in place of one of before. It expires.
// Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) BeginDrill(ctx context.Context, d quarantine.Drill) error {
	u := set(expression.UpdateBuilder{}, attrExpiresAt, d.Until.Unix())
	u = set(set(set(u, attrResource, d.Resource), "by", d.By), "stack", d.Stack)
	_, err := l.update(ctx, drillKey(d.Resource), set(set(u, "from", d.From), "until", d.Until), expression.ConditionBuilder{})
	return err
}

// Drill reads the record of a resource's drill. Of an incident, only messages and lists ask: what
// is cut and put back does not depend on it. DynamoDB deletes what has expired only by and by,
// so the clock decides.
func (l *Ledger) Drill(ctx context.Context, r quarantine.Resource) (*quarantine.Drill, error) {
	i, err := l.get(ctx, drillKey(r))
	if err != nil || len(i) == 0 {
		return nil, err
	}
	var d quarantine.Drill
	if known := decode(i, &d) == nil && d.Resource == r; known && l.Clock.Now().Before(d.Until) {
		return &d, nil
	}
	return nil, nil // what cannot be read is no drill, and hides nothing of the incident
}
