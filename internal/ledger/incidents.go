package ledger

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Attributes of locks and incidents that conditions name.
const (
	attrStatus   = "status"
	attrOwner    = "owner"
	attrIncident = "incident"

	attrContainedAt = "containedAt"
	attrResource    = "resource"
	attrRelease     = "release"
	attrReleasedIn  = "releasedIn"

	attrFinding  = "finding"
	attrAction   = "action"
	attrScore    = "score"
	attrReasons  = "reasons"
	attrOpenedAt = "openedAt"

	attrNeighbours  = "neighbours"
	attrContainedBy = "containedBy"
)

// Contained writes the incident first and then marks the lock: a lock that
// says contained has an incident behind it, even if the process stops between.
//
// An incident that was released stays released. A late attempt, or one that a
// person runs again under the execution's name of before, has put its hold on the
// subnets again by then; it is taken off, or no later release could restore them.
// The lock is freed, so that the state machine opens a new incident at once,
// which takes the subnets over.
func (l *Ledger) Contained(ctx context.Context, c quarantine.Claim, f quarantine.Finding, v quarantine.Verdict, done quarantine.Containment) (first bool, err error) {
	status := expression.Name(attrStatus)
	now, err := l.update(ctx, incidentKey(c.Incident), containedIncident(c, f, v, done),
		status.AttributeNotExists().Or(status.NotEqual(value(quarantine.StatusReleased))))
	if _, released := refused(err); released {
		return false, l.tooLate(ctx, c, done)
	}
	if err != nil {
		return false, err
	}
	_, err = l.update(ctx, lockKey(c.Resource),
		set(expression.UpdateBuilder{}, attrStatus, quarantine.StatusContained).Remove(expression.Name(attrNarrowedAt)),
		expression.Name(attrOwner).Equal(value(c.Owner)).
			And(expression.Name(attrIncident).Equal(value(c.Incident)), status.Equal(value(quarantine.StatusIsolating))))
	old, unchanged := refused(err)
	switch {
	case !unchanged:
		return err == nil, err
	case text(old, attrOwner) != c.Owner || text(old, attrIncident) != c.Incident || text(old, attrStatus) != string(quarantine.StatusContained):
		return false, quarantine.Failf(quarantine.LockLost, "the lock of %s is not held for %s by %s any more", c.Resource, c.Incident, c.Owner)
	}
	// It was marked before: by an earlier attempt, which has said another moment on
	// the incident, or by this one, if only the answer was lost.
	return text(now, attrContainedAt) == stamp(done.ContainedAt), nil
}

// tooLate takes the hold of an incident that is over off what was cut, and the
// incident off the lock if that is still the claim's.
func (l *Ledger) tooLate(ctx context.Context, c quarantine.Claim, done quarantine.Containment) error {
	for _, q := range done.Subnets {
		if _, err := l.LetGoSubnet(ctx, q, c.Incident); err != nil {
			return err
		}
	}
	for _, h := range done.Things {
		if _, err := l.letGoLate(ctx, h, c.Incident); err != nil {
			return err
		}
	}
	_, err := l.update(ctx, lockKey(c.Resource), freed(c.Incident), expression.Name(attrOwner).Equal(value(c.Owner)).
		And(expression.Name(attrIncident).Equal(value(c.Incident)), expression.Name(attrStatus).Equal(value(quarantine.StatusIsolating))))
	if _, otherOwner := refused(err); err != nil && !otherOwner {
		return err
	}
	return quarantine.Failf(quarantine.IncidentReleased, "incident %s was released; %s needs a new one", c.Incident, c.Resource)
}

// containedIncident says once what belongs to the incident's opening, and
// outright what the last isolation found.
func containedIncident(c quarantine.Claim, f quarantine.Finding, v quarantine.Verdict, done quarantine.Containment) expression.UpdateBuilder {
	opened := f.EventTime
	if opened.IsZero() {
		opened = done.ContainedAt
	}
	u := once(expression.UpdateBuilder{}, attrResource, c.Resource)
	finding := f.Summary()
	finding.Name = cmp.Or(done.Instance.Tags[quarantine.TagName], finding.Name)
	u = once(u, attrFinding, finding)
	u = once(u, attrAction, v.Action)
	u = once(u, attrScore, v.Score)
	u = once(u, attrReasons, v.Reasons)
	u = once(u, attrOpenedAt, opened)
	u = once(u, attrContainedAt, done.ContainedAt)
	u = set(u, attrStatus, quarantine.StatusContained)
	switch n := done.Neighbours; {
	case n == nil:
	case n.NotKnown != "": // an earlier attempt may have known
		u = once(u, attrNeighbours, n)
	default:
		u = set(u, attrNeighbours, n)
	}
	u = written(u, attrContainedBy, done.By)
	u = u.Remove(expression.Name(attrNarrowed)).Remove(expression.Name(attrNarrowedIn)) // its subnets are cut off again
	return set(u, attrOwner, c.Owner)
}
