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

// apply brings every subnet of the instance under quarantine. Where somebody
// else changed a subnet meanwhile, it looks again and starts over, a few times.
func (c *cut) apply(ctx context.Context) error {
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			if err := c.reread(ctx); err != nil {
				return err
			}
		}
		if err = c.try(ctx, attempt); !again(err) {
			return quarantine.TransientFirst(err)
		}
		c.Log.InfoContext(ctx, "somebody changed a subnet meanwhile, starting over", "attempt", attempt+1, "reason", err.Error())
	}
	return quarantine.Failf(quarantine.Contended, "the subnets of %s kept changing: %w", c.instance.ID, err)
}

// try makes one round over all subnets, VPC by VPC side by side.
func (c *cut) try(ctx context.Context, attempt int) error {
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
// recorded. One subnet's trouble does not keep the others open.
func (c *cut) cutVPC(ctx context.Context, vpc string, fresh []place, attempt int) error {
	acl := c.standing(vpc)
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
func (c *cut) hold(ctx context.Context, p place) error {
	c.mu.Lock() // another subnet may be replaced right now
	_, mine := c.replaced[p.subnet]
	mine = mine || c.fenced[p.subnet]
	c.mu.Unlock()
	if mine {
		return nil // held since the write-ahead, or since it was fenced off
	}
	q := c.quarantine(p)
	q.OriginalAssociation = "" // what stands there is the quarantine's
	record, err := c.Ledger.Hold(ctx, q, c.in.Claim.Incident)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.held[p.subnet] = record.OriginalACL
	c.mu.Unlock()
	if record.Releasing == "" {
		return nil
	}
	return c.fence(ctx, p)
}

// fence replaces the association by one of the same ACL. A release that was
// under way when the incident came may be about to put the original back, by
// the association that stood there: that one is gone from here on. If the
// release was quicker, the replacement is contended, and the subnet is cut
// afresh. See quarantine.Quarantine.Releasing.
func (c *cut) fence(ctx context.Context, p place) error {
	if _, err := c.ACLs.ReplaceAssociation(ctx, p.association, p.acl.ID); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fenced[p.subnet] = true
	return nil
}

// record is the write-ahead for one subnet.
func (c *cut) record(ctx context.Context, p place) error {
	c.mu.Lock()
	supersedes := c.recorded[p.subnet].Recorded
	c.mu.Unlock()
	if supersedes == p.association {
		supersedes = "" // it does stand there: the first look was too old
	}
	err := c.Ledger.RecordOriginal(ctx, c.quarantine(p), c.in.Claim.Incident, supersedes)
	if differs, ok := errors.AsType[*quarantine.OriginalDiffers](err); ok {
		// Association ids never come back: once EC2 shows another one after this
		// answer, nobody can replace the recorded one any more.
		c.mu.Lock()
		defer c.mu.Unlock()
		c.recorded[p.subnet] = *differs
	}
	return err
}

// standing is the VPC's quarantine ACL that cuts, or "": one that somebody has
// added an allow rule to is not used. Everybody takes the same of several.
func (c *cut) standing(vpc string) string {
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
func (c *cut) makeACL(ctx context.Context, vpc string, attempt int) (string, error) {
	tags := map[string]string{quarantine.TagProduct: quarantine.Product, "Name": "ec2-quarantine " + vpc}
	acl, err := c.ACLs.CreateNetworkACL(ctx, vpc, c.token(vpc, attempt), tags)
	if err != nil {
		return "", err
	}
	if !acl.Quarantines() {
		return "", quarantine.Failf(quarantine.Contended, "%s was made to deny everything, and lets something pass", acl.ID)
	}
	return acl.ID, nil
}

// token is the client token for the VPC's quarantine ACL. It depends on
// nothing but the VPC, what stands on its subnets, the hour and the attempt, so
// that executions for different instances at the same moment make one ACL
// between them. What stands there is another association after every cut and
// every release, and so a token is not spent on an ACL that a release has
// removed since; the hour is for an ACL that was removed unused. What differs
// between incidents is tagged afterwards: with the same token, EC2 demands the
// same parameters (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html).
func (c *cut) token(vpc string, attempt int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %d", vpc, c.stands(vpc), c.Clock.Now().UTC().Format("2006-01-02T15"), attempt))
	return hex.EncodeToString(sum[:16])
}

// stands are the associations in the VPC as read last, sorted.
func (c *cut) stands(vpc string) []string {
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
func (c *cut) replace(ctx context.Context, p place, acl string) error {
	if _, err := c.ACLs.ReplaceAssociation(ctx, p.association, acl); err != nil {
		return err
	}
	original := c.originalOf(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.replaced[p.subnet] = original
	return nil
}

// quarantine describes a place as what stands there now.
func (c *cut) quarantine(p place) quarantine.Quarantine {
	return quarantine.Quarantine{
		AccountID: c.in.Claim.Target.AccountID, Region: c.in.Claim.Target.Region, VPCID: p.vpc, SubnetID: p.subnet,
		OriginalACL: c.originalOf(p), OriginalAssociation: p.association,
	}
}
