package networkacl

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/measure"
	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// quarantineACL is the VPC's deny-all quarantine ACL, or "". One with an allow rule
// added is not used. Of several, every execution takes the lowest id.
func (c *Cut) quarantineACL(vpc string) string {
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

// makeACL makes the VPC's quarantine ACL. Its tags lead people to it and to the ledger, which
// alone says what it holds: a tag for each holder and each subnet would outgrow the 50 that a
// resource may have, https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions
func (c *Cut) makeACL(ctx context.Context, vpc string, attempt int) (string, error) {
	tags := map[string]string{quarantine.TagProduct: quarantine.Product, quarantine.TagLedger: c.Ledger.Table(), "Name": "ec2-quarantine " + vpc}
	acl, err := c.ACLs.CreateNetworkACL(ctx, c.Claim.Resource, vpc, c.token(vpc, attempt), tags)
	if err != nil {
		return "", err
	}
	if !acl.Quarantines() {
		return "", quarantine.Failf(quarantine.Contended, "%s was made to deny everything, and lets something pass", acl.ID)
	}
	return acl.ID, nil
}

// recordMade puts on record that the VPC's quarantine ACL was made, for the first of the places
// that get it. A failure does not fail the cut: [Cut.Record] tries again.
func (c *Cut) recordMade(ctx context.Context, first place, acl string) error {
	if err := c.made(ctx, acl); err != nil {
		c.Log.WarnContext(ctx, "a quarantine ACL is not on record as made yet", "acl", acl, "error", err.Error())
		c.subnets[first.subnet].unrecorded = acl
	}
	return nil
}

// made puts on record that an ACL was made: each by its own id, which never comes back, for
// executions of one moment can make more than one in a VPC.
func (c *Cut) made(ctx context.Context, acl string) error {
	_, err := c.Ledger.Making(ctx, Info().Name, c.Claim.Resource, acl, acl)
	return err
}

// isMade tells whether it is on record that the product made the ACL.
func isMade(ctx context.Context, ledger measure.Made, r quarantine.Resource, acl string) (bool, error) {
	id, _, err := ledger.Made(ctx, Info().Name, r, acl)
	return id == acl && acl != "", err
}

// recordingMade are the steps that put on record what [Cut.recordMade] could not.
func (c *Cut) recordingMade(ctx context.Context) (steps []func() error) {
	for _, p := range c.after {
		if acl := c.subnets[p.subnet].unrecorded; acl != "" {
			steps = append(steps, func() error { return c.made(ctx, acl) })
		}
	}
	return steps
}

// token is the client token for the VPC's quarantine ACL. It depends on nothing but the
// VPC, its associations, the hour and the attempt, so that executions for different
// instances at the same moment make one ACL between them. The association ids change with
// every cut and every release, so a token is not spent on an ACL that a release has
// removed since; the hour is for an ACL that was removed unused. No tag differs
// between incidents: with the same token, EC2 demands the same parameters (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html).
func (c *Cut) token(vpc string, attempt int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %d", vpc, c.associationIDs(vpc), c.Clock.Now().UTC().Format("2006-01-02T15"), attempt))
	return hex.EncodeToString(sum[:16])
}

// associationIDs are the association ids in the VPC as read last, sorted.
func (c *Cut) associationIDs(vpc string) []string {
	var ids []string
	for _, acl := range c.acls[vpc] {
		for _, a := range acl.Associations {
			ids = append(ids, a.ID)
		}
	}
	slices.Sort(ids)
	return ids
}
