package networkacl

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// attempts bounds how often one invocation starts over because another caller
// changed a subnet at the same moment. The state machine retries beyond that.
const attempts = 5

// yields is how many of them leave a subnet to another incident that is cutting it: its
// read-back comes within moments, and a replacement meanwhile would have it look again.
const yields = 3

// Apply puts every subnet of the instance under quarantine. An error says what EC2 shows of
// each subnet then, where anything was changed.
func (c *Cut) Apply(ctx context.Context) error {
	if err := c.apply(ctx); err != nil {
		return c.partly(ctx, err)
	}
	return nil
}

// apply cuts round by round. If another caller changed an association meanwhile, it reads
// EC2 again and retries, at most attempts times.
func (c *Cut) apply(ctx context.Context) error {
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			if err := c.reread(ctx); err != nil {
				return err
			}
		}
		if err = c.try(ctx, attempt); !retryable(err) {
			return quarantine.TransientFirst(err)
		}
		c.Log.InfoContext(ctx, "somebody changed a subnet meanwhile, starting over", "attempt", attempt+1, "reason", err.Error())
	}
	return quarantine.Failf(quarantine.Contended, "the subnets of %s kept changing: %w", c.instance.ID, err)
}

// try makes one round over all subnets, VPC by VPC side by side.
func (c *Cut) try(ctx context.Context, attempt int) error {
	places, err := c.places()
	if err != nil {
		return err
	}
	refused := c.refuseShared(places)
	places = c.own(places)
	var steps []func() error
	for _, p := range places {
		if c.cutOff(p) {
			steps = append(steps, func() error { return c.hold(ctx, p) })
		}
	}
	fresh := c.byVPC(places)
	for _, vpc := range slices.Sorted(maps.Keys(fresh)) {
		steps = append(steps, func() error { return c.cutVPC(ctx, vpc, fresh[vpc], attempt) })
	}
	return errors.Join(refused, c.together(steps...))
}

// cutVPC writes ahead and makes the ACL side by side, then replaces what is
// recorded and, beside that, puts on record that the ACL was made. An error on one subnet does not stop the cut of the others.
func (c *Cut) cutVPC(ctx context.Context, vpc string, fresh []place, attempt int) error {
	acl := c.quarantineACL(vpc)
	recorded := make([]bool, len(fresh))
	var steps []func() error
	for i, p := range fresh {
		steps = append(steps, func() error {
			err := c.record(ctx, p)
			recorded[i] = err == nil
			return err
		})
	}
	made := acl == ""
	if made {
		steps = append(steps, func() (err error) {
			acl, err = c.makeACL(ctx, vpc, attempt)
			return err
		})
	}
	err := c.together(steps...)
	if acl == "" {
		return err
	}
	steps = nil
	for i, p := range fresh {
		if recorded[i] {
			steps = append(steps, func() error { return c.replace(ctx, p, acl) })
		}
	}
	if made {
		steps = append(steps, func() error { return c.recordMade(ctx, fresh[0], acl) })
	}
	return errors.Join(err, c.together(steps...))
}

// hold adds the incident as a holder of a subnet that is under quarantine as EC2 shows it.
// That is believed if the association is on record as read back; otherwise, and if a release
// is under way, the association is replaced. Whatever was put there, the original is on
// record before it: if none is, what stands there is, unless the ledger has that as made. Then
// somebody else put it there, and nobody knows what stood before.
func (c *Cut) hold(ctx context.Context, p place) error {
	known := c.subnets[p.subnet]
	if known.replaced || known.fenced {
		return nil // held since the write-ahead, or since it was fenced off
	}
	q := c.quarantine(p)
	unknown := q
	unknown.Before, unknown.BeforeVersion = "", ""
	record, err := c.Ledger.HoldSubnet(ctx, unknown, c.Claim)
	if err == nil && record.Before == "" && record.BeforeVersion == "" {
		record, err = c.holdFirst(ctx, q, record)
	}
	if err != nil {
		return err
	}
	known.held, known.original = true, record.Before
	known.believe(record)
	switch {
	case known.fits(p.association):
		return nil
	case record.Releasing == "" && len(record.Holders) > 1 && known.yielded < yields:
		known.yielded++
		return quarantine.Failf(quarantine.Contended, "%s is being cut for another incident, too, and not read back yet", p.subnet)
	default:
		return c.fence(ctx, p)
	}
}

// holdFirst is the hold of a subnet of which nothing is on record yet.
func (c *Cut) holdFirst(ctx context.Context, q, record quarantine.Quarantine) (quarantine.Quarantine, error) {
	if made, err := isMade(ctx, c.Ledger, c.Claim.Resource, q.Before); made || err != nil {
		return record, err
	}
	return c.Ledger.HoldSubnet(ctx, q, c.Claim)
}

// fence replaces the association by a new one of the same ACL. A concurrent
// release may be about to restore the original ACL, by the association id that it
// read: this replacement invalidates that id. If the release replaced it first, or the
// association was replaced before it was read, this call fails with Contended, and the
// subnet is read again. See quarantine.Quarantine.Releasing.
func (c *Cut) fence(ctx context.Context, p place) error {
	made, err := c.ACLs.ReplaceAssociation(ctx, c.Claim.Resource, p.association, p.acl.ID)
	if err != nil {
		return err
	}
	known := c.subnets[p.subnet]
	known.fenced = true
	known.moved(p.association, made)
	return nil
}

// believe takes in what is on record of a subnet, unless a release of it is under way: that
// may have replaced what was read back.
func (k *known) believe(record quarantine.Quarantine) {
	if record.Releasing == "" {
		k.recorded(record)
	}
}

// record is the write-ahead for one subnet.
func (c *Cut) record(ctx context.Context, p place) error {
	if err := c.askOurs(ctx, p); err != nil {
		return err
	}
	known := c.subnets[p.subnet]
	supersedes := known.differs.Version
	if supersedes == p.association || known.judged != p.acl.ID {
		supersedes = "" // the first read was stale, or it is to be learned what stands there now
	}
	err := c.Ledger.RecordOriginal(ctx, c.quarantine(p), c.Claim, supersedes)
	if differs, ok := errors.AsType[*quarantine.OriginalDiffers](err); ok {
		return errors.Join(err, c.learn(ctx, p, *differs))
	}
	return err
}

// replace puts the quarantine ACL on one subnet.
func (c *Cut) replace(ctx context.Context, p place, acl string) error {
	made, err := c.ACLs.ReplaceAssociation(ctx, c.Claim.Resource, p.association, acl)
	if err != nil {
		return err
	}
	known := c.subnets[p.subnet]
	known.replaced, known.put, known.original = true, acl, c.originalOf(p)
	known.moved(p.association, made)
	return nil
}

// quarantine is the record of a place before its cut: its current association.
func (c *Cut) quarantine(p place) quarantine.Quarantine {
	return quarantine.Quarantine{
		AccountID: c.Claim.Resource.AccountID, Region: c.Claim.Resource.Region, VPCID: p.vpc, SubnetID: p.subnet,
		Before: c.originalOf(p), BeforeVersion: p.association,
	}
}

// retryable tells whether another read of EC2 can resolve any part of err.
func retryable(err error) bool { return slices.ContainsFunc(quarantine.Each(err), contended) }

func contended(err error) bool {
	_, differs := errors.AsType[*quarantine.OriginalDiffers](err)
	return differs || quarantine.Is(err, quarantine.Contended)
}
