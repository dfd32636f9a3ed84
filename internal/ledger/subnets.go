package ledger

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Attributes of a subnet's hold that expressions name.
const (
	attrOriginalACL         = prefixBefore + quarantine.PartState
	attrOriginalAssociation = prefixBefore + quarantine.PartVersion
	attrQuarantineACL       = prefixAfter + quarantine.PartState
	attrAssociation         = prefixAfter + quarantine.PartVersion
	attrPutAssociations     = prefixPuts + quarantine.PartVersion
)

// RecordOriginal is the write-ahead, in one call. With supersedes it is two
// where that association is not the one on record any more: another execution has
// superseded it, and its record counts.
//
// A q without OriginalACL says that the original ACL cannot be told from the
// current one, such as a quarantine ACL with an allow rule added: the
// association is recorded, and the original ACL stays as it is on record.
func (l *Ledger) RecordOriginal(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim, supersedes string) error {
	if supersedes != "" {
		err := l.supersede(ctx, q, c, supersedes)
		if _, changed := refused(err); !changed {
			return err
		}
	}
	original := expression.Name(attrOriginalAssociation)
	// The same association can be that of a quarantine ACL that somebody has opened: the
	// original on record is the one before that.
	u := once(holding(c.Incident), attrOriginalAssociation, q.BeforeVersion)
	if q.Before != "" {
		u = once(u, attrOriginalACL, q.Before)
	}
	err := l.held(ctx, q.Hold(), c, l.recorded(u, q),
		original.AttributeNotExists().Or(original.Equal(value(q.BeforeVersion))))
	if old, ok := refused(err); ok {
		return l.differs(q, old)
	}
	return err
}

// supersede replaces the originals outright, as far as q knows them, and
// forgets the cut that they led to: it does not stand any more either.
func (l *Ledger) supersede(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim, recorded string) error {
	u := set(holding(c.Incident), attrVPC, q.VPCID)
	u = set(u, attrOriginalAssociation, q.BeforeVersion)
	if q.Before != "" {
		u = set(set(u, attrOriginalACL, q.Before), attrRecordedAt, l.Clock.Now())
	}
	for _, a := range []string{attrQuarantineACL, attrAssociation, attrPutAssociations, attrVerifiedAt} {
		u = u.Remove(expression.Name(a))
	}
	return l.held(ctx, q.Hold(), c, u, expression.Name(attrOriginalAssociation).Equal(value(recorded)))
}

func (l *Ledger) differs(q quarantine.Quarantine, old item) error {
	recorded, err := quarantineOf(q, old)
	if err != nil {
		return err
	}
	return &quarantine.OriginalDiffers{SubnetID: q.SubnetID, Version: recorded.BeforeVersion, Before: recorded.Before, Put: recorded.After}
}

// HoldSubnet adds a holder, whatever is on record. A release that is under way stays
// on record until Verified: should the holder be stopped before it has replaced
// the association, it has to learn of the release again. A transaction returns no
// item: the record is read after it, and shows the holder or what came after it.
func (l *Ledger) HoldSubnet(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim) (quarantine.Quarantine, error) {
	u := holding(c.Incident)
	if q.VPCID != "" {
		u = once(u, attrVPC, q.VPCID)
	}
	if q.Before != "" {
		u = once(once(u, attrOriginalACL, q.Before), attrRecordedAt, l.Clock.Now())
	}
	if q.BeforeVersion != "" {
		u = once(u, attrOriginalAssociation, q.BeforeVersion)
	}
	if err := l.held(ctx, q.Hold(), c, u, expression.ConditionBuilder{}); err != nil {
		return quarantine.Quarantine{}, err
	}
	now, err := l.get(ctx, holdKey(q.Hold()))
	if err != nil {
		return quarantine.Quarantine{}, err
	}
	return quarantineOf(q, now)
}

// Verified records what was read back. A holder has replaced the association
// by then, and no release can any more: none is under way. Where nobody holds the
// subnet any more, for the incident was released meanwhile, nothing is recorded.
func (l *Ledger) Verified(ctx context.Context, q quarantine.Quarantine) (quarantine.Quarantine, error) {
	u := set(expression.UpdateBuilder{}, attrQuarantineACL, q.After)
	u = set(u, attrAssociation, q.AfterVersion)
	u = set(u, attrVerifiedAt, q.VerifiedAt).Remove(expression.Name(attrReleasing)).Remove(expression.Name(attrPutAssociations))
	h, err := l.changed(ctx, q.Hold(), u, expression.Name(attrHolders).AttributeExists())
	return h.Quarantine(), err
}

// Retake is one transaction: the lock, which no release has taken, and the record, which is as
// it was verified, or as an earlier attempt has left it.
func (l *Ledger) Retake(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim, seen string) (quarantine.Quarantine, error) {
	lock, err := l.checking(lockKey(c.Resource), isClaims(c).And(expression.Name(attrStatus).Equal(value(quarantine.StatusContained))))
	if err != nil {
		return quarantine.Quarantine{}, err
	}
	verified := expression.Name(attrAssociation).Equal(value(seen))
	if seen == "" {
		verified = expression.Name(attrAssociation).AttributeNotExists()
	}
	record, err := l.updating(holdKey(q.Hold()), set(expression.UpdateBuilder{}, attrRetaking, q.AfterVersion), heldUnreleased(c.Incident).And(verified))
	if err != nil {
		return quarantine.Quarantine{}, err
	}
	if err := l.transact(ctx, lock, record); err != nil {
		return quarantine.Quarantine{}, overtaken(q.Hold(), err)
	}
	return l.Quarantine(ctx, c.Resource, q.SubnetID)
}

// Retaken records what was read back after that. Errors: LockLost if a release has begun since.
func (l *Ledger) Retaken(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim) (quarantine.Quarantine, error) {
	u := set(set(expression.UpdateBuilder{}, attrQuarantineACL, q.After), attrAssociation, q.AfterVersion)
	now, err := l.update(ctx, holdKey(q.Hold()), set(u, attrVerifiedAt, q.VerifiedAt).Remove(expression.Name(attrRetaking)).Remove(expression.Name(attrPutAssociations)), heldUnreleased(c.Incident))
	if err != nil {
		return quarantine.Quarantine{}, overtaken(q.Hold(), err)
	}
	return quarantineOf(q, now)
}

// heldUnreleased is the condition that the incident holds a subnet and nobody releases it.
func heldUnreleased(incident string) expression.ConditionBuilder {
	return holds(incident).And(expression.Name(attrReleasing).AttributeNotExists())
}

// PutAssociation is one conditional write.
func (l *Ledger) PutAssociation(ctx context.Context, q quarantine.Quarantine, association string) error {
	u := expression.Add(expression.Name(attrPutAssociations), stringSet(association))
	_, err := l.update(ctx, holdKey(q.Hold()), u, expression.Name(attrHolders).AttributeExists().
		Or(expression.Name(attrReleasing).AttributeExists()))
	if _, nobody := refused(err); nobody {
		return nil
	}
	return err
}

// recorded says where and when something was recorded first.
func (l *Ledger) recorded(u expression.UpdateBuilder, q quarantine.Quarantine) expression.UpdateBuilder {
	return once(once(u, attrVPC, q.VPCID), attrRecordedAt, l.Clock.Now())
}

// quarantineOf is q with what is on record of it.
func quarantineOf(q quarantine.Quarantine, from item) (quarantine.Quarantine, error) {
	h, err := holdOf(q.Hold(), from)
	return h.Quarantine(), err
}

// Quarantine reads what is on record of a subnet of the resource's account and
// region; beyond its name it is empty if nothing is.
// Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) Quarantine(ctx context.Context, t quarantine.Resource, subnet string) (quarantine.Quarantine, error) {
	q := quarantine.Quarantine{AccountID: t.AccountID, Region: t.Region, SubnetID: subnet}
	i, err := l.get(ctx, holdKey(q.Hold()))
	if err != nil {
		return quarantine.Quarantine{}, err
	}
	return quarantineOf(q, i)
}
