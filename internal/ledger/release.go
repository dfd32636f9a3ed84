package ledger

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

var _ quarantine.Releases = (*Ledger)(nil)

// Attributes of a lock that releasing writes.
const (
	attrLeaseUntil   = "leaseUntil"
	attrFindings     = "findings"
	attrLastReleased = "lastReleased"

	// What the state machine asks when a finding comes whose activity may have ended before
	// the last release, and by which silence sees that a person was quicker.
	attrReleasedAt       = "releasedAt"
	attrReleasedBy       = "releasedBy"
	attrReleasedIncident = "releasedIncident"
)

// BeginRelease is one conditional write on the lock, which the owner can repeat
// to prolong the lease. An isolation whose lease is over was stopped for good: its incident
// can be released. A lock that was freed for this very incident before is
// left as it is: what is left to do after that can be finished.
func (l *Ledger) BeginRelease(ctx context.Context, c quarantine.Claim, lease time.Duration) error {
	now := l.Clock.Now()
	status := expression.Name(attrStatus)
	sameOwner := expression.Name(attrOwner).Equal(value(c.Owner))
	ranOut := expression.Name(attrLeaseUntil).LessThan(value(now.Unix()))
	u := set(expression.UpdateBuilder{}, attrStatus, quarantine.StatusReleasing)
	u = set(u, attrOwner, c.Owner)
	u = set(u, attrLeaseUntil, now.Add(lease).Unix()).Remove(expression.Name(attrNarrowing))
	_, err := l.update(ctx, lockKey(c.Resource), u, expression.Name(attrIncident).Equal(value(c.Incident)).And(
		status.In(value(quarantine.StatusContained), value(quarantine.StatusFailed)).
			Or(status.Equal(value(quarantine.StatusReleasing)).And(sameOwner.Or(ranOut)),
				status.Equal(value(quarantine.StatusIsolating)).And(ranOut))))
	return l.orFreed(c, err)
}

// Released frees the lock first and then writes the incident: a lock that is
// not freed would have the next finding go on with an incident that is over.
// What is said of the release is said once.
func (l *Ledger) Released(ctx context.Context, c quarantine.Claim, r quarantine.Release) error {
	u := set(set(set(freed(c.Incident), attrReleasedAt, r.ReleasedAt), attrReleasedBy, r.By), attrReleasedIncident, c.Incident)
	_, err := l.update(ctx, lockKey(c.Resource), u, expression.Name(attrIncident).Equal(value(c.Incident)).
		And(expression.Name(attrOwner).Equal(value(c.Owner)),
			expression.Name(attrStatus).Equal(value(quarantine.StatusReleasing))))
	if err := l.orFreed(c, err); err != nil {
		return err
	}
	_, err = l.update(ctx, incidentKey(c.Incident), once(released(c.Resource, r), attrReleasedIn, c.Owner), expression.ConditionBuilder{})
	return err
}

// released is what an incident's own item says of its release.
func released(resource quarantine.Resource, r quarantine.Release) expression.UpdateBuilder {
	u := set(expression.UpdateBuilder{}, attrStatus, quarantine.StatusReleased)
	u = once(u, attrResource, resource)
	u = once(set(u, attrListed, listReleased), attrListedAt, r.ReleasedAt)
	return once(u, attrRelease, r)
}

// freed frees a lock that the incident had, and says which one it was.
func freed(incident string) expression.UpdateBuilder {
	u := set(expression.UpdateBuilder{}, attrStatus, quarantine.StatusReleased)
	u = set(u, attrLastReleased, incident)
	for _, a := range []string{attrIncident, attrFindings, attrLeaseUntil, attrListed, attrListedAt, attrNarrowing, attrNarrowedAt} {
		u = u.Remove(expression.Name(a))
	}
	return u
}

// orFreed is nil also where the condition failed because the lock was freed for
// this incident already.
func (l *Ledger) orFreed(c quarantine.Claim, err error) error {
	old, lost := refused(err)
	if !lost {
		return err
	}
	var lock Lock
	if err := decode(old, &lock); err != nil {
		return unreadable(err)
	}
	switch {
	case lock.LastReleased == c.Incident && lock.Incident != c.Incident:
		return nil
	case lock.Incident != c.Incident:
		return quarantine.Failf(quarantine.LockLost, "the lock of %s is not held for %s: look at its latest incident", c.Resource, c.Incident)
	default:
		return quarantine.Failf(quarantine.LockLost, "%s is %s by %s: try again when that has ended", c.Incident, lock.Status, lock.Owner)
	}
}

// LetGoSubnet is one conditional write for the last holder, and another one for a
// holder beside others.
func (l *Ledger) LetGoSubnet(ctx context.Context, q quarantine.Quarantine, incident string) (quarantine.Quarantine, error) {
	h, err := l.letGoLate(ctx, q.Hold(), incident)
	return h.Quarantine(), err
}

// letGoLate takes an incident off a thing, whatever its lock is: a release has it, or the incident
// is over.
func (l *Ledger) letGoLate(ctx context.Context, h quarantine.Hold, incident string) (quarantine.Hold, error) {
	return l.lettingGo(h, incident, func(u expression.UpdateBuilder, c expression.ConditionBuilder) (quarantine.Hold, error) {
		return l.changed(ctx, h, u, c)
	})
}

// Forget deletes the record: a subnet that no incident holds or releases has none.
// What became of it stands in the incident's record of its release.
func (l *Ledger) Forget(ctx context.Context, q quarantine.Quarantine, incident string) error {
	forgotten, err := l.deleting(holdKey(q.Hold()), expression.Name(partitionKey).AttributeNotExists().
		Or(expression.Name(attrHolders).AttributeNotExists().And(expression.Name(attrReleasing).Equal(value(incident)))))
	if err != nil {
		return err
	}
	err = l.transact(ctx, forgotten)
	if _, held := refused(err); held {
		return quarantine.Failf(quarantine.Contended, "%s was taken back while %s was releasing it", q.SubnetID, incident)
	}
	return err
}
