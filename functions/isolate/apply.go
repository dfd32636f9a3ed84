package isolate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// apply puts every subnet of the instance under quarantine. If another caller
// changed an association meanwhile, it reads EC2 again and retries, at most
// attempts times.
func (c *isolation) apply(ctx context.Context) error {
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
func (c *isolation) try(ctx context.Context, attempt int) error {
	places, err := c.places()
	if err != nil {
		return err
	}
	var steps []func() error
	fresh := map[string][]place{}
	for _, p := range places {
		if p.acl.Quarantines() {
			steps = append(steps, func() error { return c.hold(ctx, p) })
		} else {
			fresh[p.vpc] = append(fresh[p.vpc], p)
		}
	}
	for _, vpc := range slices.Sorted(maps.Keys(fresh)) {
		steps = append(steps, func() error { return c.cutVPC(ctx, vpc, fresh[vpc], attempt) })
	}
	return c.together(steps...)
}

// cutVPC writes ahead and makes the ACL side by side, then replaces what is
// recorded. An error on one subnet does not stop the cut of the others.
func (c *isolation) cutVPC(ctx context.Context, vpc string, fresh []place, attempt int) error {
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
	if acl == "" {
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
	return errors.Join(err, c.together(steps...))
}

// hold adds the incident as a holder of a subnet that is under quarantine, and
// fences it off if its release is under way.
func (c *isolation) hold(ctx context.Context, p place) error {
	c.mu.Lock() // another subnet may be replaced right now
	_, held := c.replacedOriginal[p.subnet]
	held = held || c.fenced[p.subnet]
	c.mu.Unlock()
	if held {
		return nil // held since the write-ahead, or since it was fenced off
	}
	q := c.quarantine(p)
	q.OriginalAssociation = "" // the current association is the quarantine's
	record, err := c.Ledger.HoldSubnet(ctx, q, c.in.Claim)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.heldOriginal[p.subnet], c.unreleased[p.subnet] = record.OriginalACL, record.Releasing == ""
	c.mu.Unlock()
	if record.Releasing == "" {
		return nil
	}
	return c.fence(ctx, p)
}

// fence replaces the association by a new one of the same ACL. A concurrent
// release may be about to restore the original ACL, by the association id that it
// read: this replacement invalidates that id. If the release replaced it first,
// this call fails with Contended, and the subnet is cut again. See quarantine.Quarantine.Releasing.
func (c *isolation) fence(ctx context.Context, p place) error {
	if _, err := c.ACLs.ReplaceAssociation(ctx, c.in.Claim.Resource, p.association, p.acl.ID); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fenced[p.subnet] = true
	return nil
}

// record is the write-ahead for one subnet.
func (c *isolation) record(ctx context.Context, p place) error {
	c.mu.Lock()
	supersedes := c.differing[p.subnet].Recorded
	c.mu.Unlock()
	if supersedes == p.association {
		supersedes = "" // EC2 has this association now: the first read was stale
	}
	err := c.Ledger.RecordOriginal(ctx, c.quarantine(p), c.in.Claim, supersedes)
	if differs, ok := errors.AsType[*quarantine.OriginalDiffers](err); ok {
		// Association ids never come back: once EC2 shows another one after this
		// answer, the recorded one is gone for good.
		c.mu.Lock()
		defer c.mu.Unlock()
		c.differing[p.subnet] = *differs
	}
	return err
}

// quarantineACL is the VPC's deny-all quarantine ACL, or "". One with an allow rule
// added is not used. Of several, every execution takes the lowest id.
func (c *isolation) quarantineACL(vpc string) string {
	var ids []string
	for _, acl := range c.acls[vpc] {
		if acl.Quarantines() {
			ids = append(ids, acl.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return slices.Min(ids)
}

// makeACL makes the VPC's quarantine ACL.
func (c *isolation) makeACL(ctx context.Context, vpc string, attempt int) (string, error) {
	tags := map[string]string{quarantine.TagProduct: quarantine.Product, "Name": "ec2-quarantine " + vpc}
	acl, err := c.ACLs.CreateNetworkACL(ctx, c.in.Claim.Resource, vpc, c.token(vpc, attempt), tags)
	if err != nil {
		return "", err
	}
	if !acl.Quarantines() {
		return "", quarantine.Failf(quarantine.Contended, "%s was made to deny everything, and lets something pass", acl.ID)
	}
	return acl.ID, nil
}

// token is the client token for the VPC's quarantine ACL. It depends on
// nothing but the VPC, its associations, the hour and the attempt, so
// that executions for different instances at the same moment make one ACL
// between them. The association ids change with every cut and every release, so
// a token is not spent on an ACL that a release has
// removed since; the hour is for an ACL that was removed unused. What differs
// between incidents is tagged afterwards: with the same token, EC2 demands the
// same parameters (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html).
func (c *isolation) token(vpc string, attempt int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %d", vpc, c.associationIDs(vpc), c.Clock.Now().UTC().Format("2006-01-02T15"), attempt))
	return hex.EncodeToString(sum[:16])
}

// associationIDs are the association ids in the VPC as read last, sorted.
func (c *isolation) associationIDs(vpc string) []string {
	var ids []string
	for _, acl := range c.acls[vpc] {
		for _, a := range acl.Associations {
			ids = append(ids, a.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// replace puts the quarantine ACL on one subnet.
func (c *isolation) replace(ctx context.Context, p place, acl string) error {
	if _, err := c.ACLs.ReplaceAssociation(ctx, c.in.Claim.Resource, p.association, acl); err != nil {
		return err
	}
	original := c.originalOf(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.replacedOriginal[p.subnet] = original
	return nil
}

// quarantine is the record of a place before its cut: its current association.
func (c *isolation) quarantine(p place) quarantine.Quarantine {
	return quarantine.Quarantine{
		AccountID: c.in.Claim.Resource.AccountID, Region: c.in.Claim.Resource.Region, VPCID: p.vpc, SubnetID: p.subnet,
		OriginalACL: c.originalOf(p), OriginalAssociation: p.association,
	}
}

// retryable tells whether another read of EC2 can resolve any part of err.
func retryable(err error) bool { return slices.ContainsFunc(quarantine.Each(err), contended) }

func contended(err error) bool {
	_, differs := errors.AsType[*quarantine.OriginalDiffers](err)
	return differs || quarantine.Is(err, quarantine.Contended)
}
