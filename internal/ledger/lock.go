package ledger

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Lock is a resource's lock as it is on record.
type Lock struct {
	Incident     string            `json:"incident"`
	Owner        string            `json:"owner"` // an execution's ARN
	Status       quarantine.Status `json:"status"`
	Score        int               `json:"score"`
	AcquiredAt   time.Time         `json:"acquiredAt"`
	LastReleased string            `json:"lastReleased"` // the incident that it was freed for last
}

// Lock reads a resource's lock; it is empty if there is none.
// Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) Lock(ctx context.Context, t quarantine.Resource) (Lock, error) {
	var lock Lock
	i, err := l.get(ctx, lockKey(t))
	if err != nil {
		return lock, err
	}
	if err := decode(i, &lock); err != nil {
		return lock, unreadable(err)
	}
	return lock, nil
}

// Reopen lets the owner of a contained lock take it again, so that what it had
// begun after the cut can be finished. The cut and its records stay.
// Errors: LockLost if the lock is not the claim's, or not contained;
// AccessDenied; Throttled; Unavailable.
func (l *Ledger) Reopen(ctx context.Context, c quarantine.Claim) error {
	_, err := l.update(ctx, lockKey(c.Resource),
		set(expression.UpdateBuilder{}, attrStatus, quarantine.StatusFailed),
		expression.Name(attrOwner).Equal(value(c.Owner)).
			And(expression.Name(attrIncident).Equal(value(c.Incident)),
				expression.Name(attrStatus).Equal(value(quarantine.StatusContained))))
	if _, lost := refused(err); lost {
		return quarantine.Failf(quarantine.LockLost, "the lock of %s is not held for %s by %s any more", c.Resource, c.Incident, c.Owner)
	}
	return err
}
