package ledger

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/expression"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Attributes of a subnet's item that expressions name.
const (
	attrOriginalACL         = "originalAcl"
	attrOriginalAssociation = "originalAssociation"
	attrRecordedAt          = "recordedAt"
	attrQuarantineACL       = "quarantineAcl"
	attrAssociation         = "association"
	attrVerifiedAt          = "verifiedAt"
	attrHolders             = "holders"
	attrVPC                 = "vpc"
	attrReleasing           = "releasing"
)

type subnetItem struct {
	VPC                 string    `json:"vpc"`
	OriginalACL         string    `json:"originalAcl"`
	OriginalAssociation string    `json:"originalAssociation"`
	QuarantineACL       string    `json:"quarantineAcl"`
	Association         string    `json:"association"`
	VerifiedAt          time.Time `json:"verifiedAt"`
	Holders             []string  `json:"holders"`
	Releasing           string    `json:"releasing"`
}

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
	// The same association is the same ACL, and a record without association can
	// hold an ACL that Hold took from a tag: what EC2 shows now counts.
	u := once(hold(c.Incident), attrOriginalAssociation, q.OriginalAssociation)
	if q.OriginalACL != "" {
		u = set(u, attrOriginalACL, q.OriginalACL)
	}
	err := l.held(ctx, q, c, l.recorded(u, q),
		original.AttributeNotExists().Or(original.Equal(value(q.OriginalAssociation))))
	if old, ok := refused(err); ok {
		return l.differs(q, old)
	}
	return err
}

// supersede replaces the originals outright, as far as q knows them, and
// forgets the cut that they led to: it does not stand any more either.
func (l *Ledger) supersede(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim, recorded string) error {
	u := set(hold(c.Incident), attrVPC, q.VPCID)
	u = set(u, attrOriginalAssociation, q.OriginalAssociation)
	if q.OriginalACL != "" {
		u = set(set(u, attrOriginalACL, q.OriginalACL), attrRecordedAt, l.Clock.Now())
	}
	for _, a := range []string{attrQuarantineACL, attrAssociation, attrVerifiedAt} {
		u = u.Remove(expression.Name(a))
	}
	return l.held(ctx, q, c, u, expression.Name(attrOriginalAssociation).Equal(value(recorded)))
}

func (l *Ledger) differs(q quarantine.Quarantine, old item) error {
	recorded, err := quarantineOf(q, old)
	if err != nil {
		return err
	}
	return &quarantine.OriginalDiffers{SubnetID: q.SubnetID, Recorded: recorded.OriginalAssociation, ACL: recorded.OriginalACL}
}

// Hold adds a holder, whatever is on record. A release that is under way stays
// on record until Verified: should the holder be stopped before it has replaced
// the association, it has to learn of the release again. A transaction returns no
// item: the record is read after it, and shows the holder or what came after it.
func (l *Ledger) Hold(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim) (quarantine.Quarantine, error) {
	u := hold(c.Incident)
	if q.VPCID != "" {
		u = once(u, attrVPC, q.VPCID)
	}
	if q.OriginalACL != "" {
		u = once(once(u, attrOriginalACL, q.OriginalACL), attrRecordedAt, l.Clock.Now())
	}
	if q.OriginalAssociation != "" {
		u = once(u, attrOriginalAssociation, q.OriginalAssociation)
	}
	if err := l.held(ctx, q, c, u, expression.ConditionBuilder{}); err != nil {
		return quarantine.Quarantine{}, err
	}
	now, err := l.get(ctx, subnetKey(q))
	if err != nil {
		return quarantine.Quarantine{}, err
	}
	return quarantineOf(q, now)
}

// Verified records what was read back. A holder has replaced the association
// by then, and no release can any more: none is under way. Where nobody holds the
// subnet any more, for the incident was released meanwhile, nothing is recorded.
func (l *Ledger) Verified(ctx context.Context, q quarantine.Quarantine) (quarantine.Quarantine, error) {
	u := set(expression.UpdateBuilder{}, attrQuarantineACL, q.QuarantineACL)
	u = set(u, attrAssociation, q.Association)
	u = set(u, attrVerifiedAt, q.VerifiedAt).Remove(expression.Name(attrReleasing))
	return l.changed(ctx, q, u, expression.Name(attrHolders).AttributeExists())
}

func hold(incident string) expression.UpdateBuilder {
	return expression.Add(expression.Name(attrHolders), stringSet(incident))
}

// recorded says where and when something was recorded first.
func (l *Ledger) recorded(u expression.UpdateBuilder, q quarantine.Quarantine) expression.UpdateBuilder {
	return once(once(u, attrVPC, q.VPCID), attrRecordedAt, l.Clock.Now())
}

// quarantineOf is q with what is on record of it.
func quarantineOf(q quarantine.Quarantine, from item) (quarantine.Quarantine, error) {
	var i subnetItem
	if err := decode(from, &i); err != nil {
		return quarantine.Quarantine{}, unreadable(err)
	}
	if i.VPC != "" {
		q.VPCID = i.VPC
	}
	q.OriginalACL, q.OriginalAssociation = i.OriginalACL, i.OriginalAssociation
	q.QuarantineACL, q.Association, q.VerifiedAt = i.QuarantineACL, i.Association, i.VerifiedAt
	q.Holders, q.Releasing = slices.Sorted(slices.Values(i.Holders)), i.Releasing
	return q, nil
}

// Quarantine reads what is on record of a subnet of the resource's account and
// region; beyond its name it is empty if nothing is.
// Errors: AccessDenied; Throttled; Unavailable.
func (l *Ledger) Quarantine(ctx context.Context, t quarantine.Resource, subnet string) (quarantine.Quarantine, error) {
	q := quarantine.Quarantine{AccountID: t.AccountID, Region: t.Region, SubnetID: subnet}
	i, err := l.get(ctx, subnetKey(q))
	if err != nil {
		return quarantine.Quarantine{}, err
	}
	return quarantineOf(q, i)
}
