package networkacl

import (
	"context"
	"time"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Look is one look at the subnets that incidents hold: the ACLs of a VPC are read once.
type Look struct {
	From Reader
	read map[string][]quarantine.NetworkACL // by account, Region and VPC
}

// Deviates tells how a held subnet of the resource's account and Region stands. It changes nothing.
// Errors: AccessDenied; Throttled; Unavailable.
func (l *Look) Deviates(ctx context.Context, r quarantine.Resource, h quarantine.Hold, at time.Time) (measure.Deviation, error) {
	place := r.AccountID + "/" + r.Region + "/" + h.VPCID
	acls, known := l.read[place]
	if !known {
		var err error
		if acls, err = l.From.NetworkACLs(ctx, r, h.VPCID); err != nil {
			return measure.Deviation{}, err
		}
		if l.read == nil {
			l.read = map[string][]quarantine.NetworkACL{}
		}
		l.read[place] = acls
	}
	return deviates(h, acls, at), nil
}

// deviates tells how a held subnet stands, by the ACLs of its VPC. Association ids never come
// back: one of before the cut is an older state of EC2's.
func deviates(h quarantine.Hold, acls []quarantine.NetworkACL, at time.Time) measure.Deviation {
	q := h.Quarantine()
	if q.AfterVersion == "" || q.VerifiedAt.IsZero() {
		return measure.Deviation{Kind: quarantine.DriftUnverified, What: "no read-back is on record"}
	}
	p, found := view{q.VPCID: acls}.in(q.VPCID, q.SubnetID)
	marks := []string{q.SubnetID, q.AfterVersion, p.association, p.acl.ID}
	switch {
	case !found:
		return measure.Deviation{Busy: "EC2 shows no network ACL of " + q.SubnetID}
	case p.association == q.BeforeVersion:
		return measure.Deviation{Busy: "EC2 shows an older state of " + q.SubnetID}
	case p.association != q.AfterVersion && at.Sub(q.VerifiedAt) < measure.Settled:
		return measure.Deviation{Busy: "EC2 may show an older state of " + q.SubnetID}
	case p.acl.Allows == 0 && (p.acl.ID == q.After || p.acl.MadeByProduct()):
		return measure.Deviation{}
	case p.acl.Allows == 0:
		return measure.Deviation{Kind: quarantine.DriftOtherwise, What: "is under " + p.acl.ID + ", which denies everything and is not the quarantine's", Marks: marks}
	case p.acl.ID == q.After:
		return measure.Deviation{Kind: quarantine.DriftReopened, What: p.acl.ID + " has rules that let traffic pass", Marks: marks}
	}
	return measure.Deviation{Kind: quarantine.DriftReopened, What: "is under " + p.acl.ID, Marks: marks}
}
