package ledger

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Attributes that giving back the subnets alone writes.
const (
	// attrNarrowing is, on a lock, when that began: the subnets can be open from then on.
	attrNarrowing = "narrowing"
	// attrNarrowedAt is that time once they are given back. The state machine takes the lock
	// over for activity of later.
	attrNarrowedAt = "narrowedAt"

	attrNarrowed   = "narrowed"
	attrNarrowedIn = "narrowedIn"
)

// BeginNarrowing is one conditional write on the lock, which the owner can repeat to prolong
// the lease. Until it ends, the lock is as that of a release: no isolation, measure or release
// comes between.
func (l *Ledger) BeginNarrowing(ctx context.Context, c quarantine.Claim, lease time.Duration) error {
	now := l.Clock.Now()
	status := expression.Name(attrStatus)
	u := set(expression.UpdateBuilder{}, attrStatus, quarantine.StatusReleasing)
	u = set(u, attrOwner, c.Owner)
	u = once(set(u, attrLeaseUntil, now.Add(lease).Unix()), attrNarrowing, now)
	left := status.Equal(value(quarantine.StatusReleasing)).And(expression.Name(attrNarrowing).AttributeExists(),
		expression.Name(attrOwner).Equal(value(c.Owner)).Or(expression.Name(attrLeaseUntil).LessThan(value(now.Unix()))))
	_, err := l.update(ctx, lockKey(c.Resource), u, expression.Name(attrIncident).Equal(value(c.Incident)).
		And(status.Equal(value(quarantine.StatusContained)).Or(left)))
	return notFreed(c, err)
}

// Narrowed writes each subnet's pointer and the incident, and then the lock: one that is
// contained again has all that on record.
func (l *Ledger) Narrowed(ctx context.Context, c quarantine.Claim, owner string, r quarantine.Release) error {
	for _, s := range r.Subnets {
		h := quarantine.Hold{
			Measure: quarantine.MeasureCut, AccountID: c.Resource.AccountID, Region: c.Resource.Region, Thing: s.SubnetID,
			Outcome: s.Outcome, Note: "given back by " + r.By + ", while the instance stays contained",
		}
		if err := l.Leave(ctx, h, c.Incident); err != nil {
			return err
		}
	}
	u := set(set(expression.UpdateBuilder{}, attrNarrowed, r), attrNarrowedIn, c.Owner)
	if _, err := l.update(ctx, incidentKey(c.Incident), u, expression.Name(attrStatus).Equal(value(quarantine.StatusContained))); err != nil {
		return err
	}
	since := expression.Set(expression.Name(attrNarrowedAt), expression.Name(attrNarrowing))
	return l.givenBackTo(ctx, c, owner, since)
}

// NotNarrowed gives the lock back, and changes nothing else.
func (l *Ledger) NotNarrowed(ctx context.Context, c quarantine.Claim, owner string) error {
	return l.givenBackTo(ctx, c, owner, expression.UpdateBuilder{})
}

// givenBackTo makes the lock the owner's again, contained, with that change.
func (l *Ledger) givenBackTo(ctx context.Context, c quarantine.Claim, owner string, u expression.UpdateBuilder) error {
	u = set(set(u, attrStatus, quarantine.StatusContained), attrOwner, owner).
		Remove(expression.Name(attrNarrowing)).Remove(expression.Name(attrLeaseUntil))
	_, err := l.update(ctx, lockKey(c.Resource), u, isClaims(c).
		And(expression.Name(attrStatus).Equal(value(quarantine.StatusReleasing)), expression.Name(attrNarrowing).AttributeExists()))
	return notFreed(c, err)
}

// notFreed says whose the lock is that is not as it has to be.
func notFreed(c quarantine.Claim, err error) error {
	old, lost := refused(err)
	if !lost {
		return err
	}
	return quarantine.Failf(quarantine.LockLost, "the lock of %s is not held for %s as it has to be: it is %q by %q. Look at the incident again, and try then",
		c.Resource, c.Incident, text(old, attrStatus), text(old, attrOwner))
}
