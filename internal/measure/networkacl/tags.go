package networkacl

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// aclTags are the tags that quarantine ACLs are to get, by ACL.
type aclTags struct {
	acls []string // in the order of the subnets
	of   map[string]map[string]string
}

// tags say on each quarantine ACL which incident holds it for which instance,
// and the original ACL of each of its subnets, also of those that another
// execution cut: it may have ended before it tagged them.
func (c *Cut) tags() aclTags {
	out := aclTags{of: map[string]map[string]string{}}
	for _, p := range c.after {
		if out.of[p.acl.ID] == nil {
			out.acls = append(out.acls, p.acl.ID)
			out.of[p.acl.ID] = map[string]string{quarantine.TagHolder + c.Claim.Incident: c.instance.ID}
		}
		if original := c.subnets[p.subnet].original; original != "" {
			out.of[p.acl.ID][quarantine.TagOriginal+p.subnet] = original
		}
	}
	return out
}

// tagLearned adds the originals that nothing but the ledger's answer to the
// read-back gave: those of subnets under a quarantine ACL without a tag.
func (c *Cut) tagLearned(ctx context.Context, done []quarantine.Quarantine) error {
	var steps []func() error
	for i, p := range c.after {
		q := done[i]
		if q.OriginalACL == "" || c.subnets[p.subnet].original != "" {
			continue
		}
		tags := map[string]string{quarantine.TagOriginal + q.SubnetID: q.OriginalACL}
		steps = append(steps, func() error { return c.ACLs.TagNetworkACL(ctx, c.Claim.Resource, q.QuarantineACL, tags) })
	}
	return c.together(steps...)
}
