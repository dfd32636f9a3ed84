package networkacl

import (
	"context"
	"log/slog"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Again is the measure taken again on subnets that an incident holds and somebody has opened.
// It adds no holder, and loses to a release that has begun. What stood before the first cut
// stays on record: what somebody has put there since is not put back by a release.
type Again struct {
	ACLs   NetworkACLs
	Ledger AgainLedger
	Clock  quarantine.Clock
	Log    *slog.Logger
	Claim  quarantine.Claim
	// Subnets are the records as the look has read them.
	Subnets []quarantine.Quarantine
}

// AgainLedger has the records of subnets that are cut again. See [quarantine.Quarantines].
type AgainLedger interface {
	Retake(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim, seen string) (quarantine.Quarantine, error)
	Retaken(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim) (quarantine.Quarantine, error)
	Quarantine(ctx context.Context, t quarantine.Resource, subnet string) (quarantine.Quarantine, error)
	quarantine.PutAssociations
	quarantine.Makings
}

// Apply cuts what stands open, and gives the records of what it has cut, as read back. What
// another hand has closed as tightly is left, and what was closed after all is put on record;
// neither is among them.
//
// Errors: LockLost if the incident does not hold a subnet any more, a release has begun, or
// somebody else has read it back since; and those of the ports.
func (a Again) Apply(ctx context.Context) (done []quarantine.Quarantine, warnings []string, err error) {
	c := Cut{ACLs: a.ACLs, Ledger: held{a.Ledger, a}, Clock: a.Clock, Log: a.Log, Claim: a.Claim}
	if err := c.Plan(ctx, a.instance()); err != nil {
		return nil, nil, err
	}
	c.instance.Interfaces = slices.DeleteFunc(c.instance.Interfaces, func(n quarantine.Interface) bool {
		p, found := c.acls.in(n.VPCID, n.SubnetID)
		return found && p.acl.Allows == 0 && p.acl.ID != a.record(n.SubnetID).After && !p.acl.MadeByProduct()
	})
	if len(c.instance.Interfaces) == 0 {
		return nil, nil, nil
	}
	for subnet, known := range c.subnets {
		known.ours = a.record(subnet).After // whatever has become of its tags
	}
	if err := c.Apply(ctx); err != nil {
		return nil, nil, err
	}
	if err := c.ReadBack(ctx); err != nil {
		return nil, nil, err
	}
	done, warnings, err = c.Record(ctx, a.Clock.Now().UTC())
	return slices.DeleteFunc(done, func(q quarantine.Quarantine) bool { return !c.subnets[q.SubnetID].replaced }), warnings, err
}

// instance stands for what is in the subnets: a cut asks no more of it.
func (a Again) instance() quarantine.Instance {
	i := quarantine.Instance{ID: a.Claim.Resource.ID, AccountID: a.Claim.Resource.AccountID}
	for _, q := range a.Subnets {
		i.Interfaces = append(i.Interfaces, quarantine.Interface{VPCID: q.VPCID, SubnetID: q.SubnetID})
	}
	return i
}

func (a Again) record(subnet string) quarantine.Quarantine {
	for _, q := range a.Subnets {
		if q.SubnetID == subnet {
			return q
		}
	}
	return quarantine.Quarantine{}
}

// held is the ledger as a cut sees it that is taken again: nothing that it writes makes the
// incident a holder, or changes what stood before.
type held struct {
	AgainLedger
	again Again
}

// RecordOriginal is the write-ahead of what is about to be replaced.
func (h held) RecordOriginal(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim, _ string) error {
	q.AfterVersion = q.BeforeVersion
	_, err := h.Retake(ctx, q, c, h.again.record(q.SubnetID).AfterVersion)
	return err
}

// HoldSubnet reads that the incident still holds a subnet that is closed already.
func (h held) HoldSubnet(ctx context.Context, q quarantine.Quarantine, c quarantine.Claim) (quarantine.Quarantine, error) {
	now, err := h.Quarantine(ctx, c.Resource, q.SubnetID)
	if err == nil && (!slices.Contains(now.Holders, c.Incident) || now.Releasing != "") {
		err = quarantine.Failf(quarantine.LockLost, "%s does not hold %s any more, or its release has begun: nothing is changed for it", c.Incident, q.SubnetID)
	}
	return now, err
}

// Verified puts the read-back on record.
func (h held) Verified(ctx context.Context, q quarantine.Quarantine) (quarantine.Quarantine, error) {
	return h.Retaken(ctx, q, h.again.Claim)
}
