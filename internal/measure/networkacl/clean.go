package networkacl

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// clean removes the quarantine ACLs that nothing uses any more, and takes this
// incident's tags off those that stay. The subnets are released whatever comes
// of it: what passes is an error and is tried again, what does not is a warning.
func (u *Undo) clean(ctx context.Context, settled []verdict) error {
	var steps []func() error
	for _, vpc := range u.vpcs() {
		if !slices.ContainsFunc(settled, func(v verdict) bool { return v.subnet.record.VPCID == vpc }) {
			continue // nothing was released there, and nothing changes in EC2
		}
		for _, acl := range u.acls[vpc] {
			if acl.MadeByProduct() && !acl.Default {
				steps = append(steps, func() error { return u.discard(ctx, acl, settled) })
			}
		}
	}
	var passing []error
	for _, err := range quarantine.Each(u.together(steps...)) {
		if quarantine.Passes(err) {
			passing = append(passing, err)
			continue
		}
		u.warn("the subnets are released, but: " + err.Error())
	}
	return quarantine.TransientFirst(passing...)
}

// discard removes the ACL if it is of no use, or else takes the tags off.
func (u *Undo) discard(ctx context.Context, acl quarantine.NetworkACL, settled []verdict) error {
	if u.leftOver(acl, settled) {
		switch err := u.ACLs.DeleteNetworkACL(ctx, u.Incident.Resource, acl.ID); {
		case err == nil:
			u.mu.Lock()
			defer u.mu.Unlock()
			u.removed = append(u.removed, acl.ID)
			return nil
		case !quarantine.Is(err, quarantine.Contended):
			return fmt.Errorf("the quarantine ACL %s, which nothing uses any more, could not be removed: %w", acl.ID, err)
		}
	}
	if keys := u.tags(acl, settled); len(keys) > 0 {
		return u.ACLs.UntagNetworkACL(ctx, u.Incident.Resource, acl.ID, keys)
	}
	return nil
}

// leftOver tells whether an ACL that no subnet is under can go. One that
// has an allow rule added may be on record as a subnet's original ACL: it is
// deleted only if it was this incident's quarantine ACL.
func (u *Undo) leftOver(acl quarantine.NetworkACL, settled []verdict) bool {
	if len(acl.Associations) > 0 {
		return false
	}
	_, held := acl.Tags[quarantine.TagHolder+u.Incident.ID]
	return held || acl.Quarantines() || slices.ContainsFunc(settled, func(v verdict) bool {
		return v.subnet.replaced == acl.ID || v.subnet.record.QuarantineACL == acl.ID
	})
}

// tags are the keys of the tags that the ACL has for this incident, and for the
// subnets that are no longer associated with it.
func (u *Undo) tags(acl quarantine.NetworkACL, settled []verdict) (keys []string) {
	candidates := []string{quarantine.TagHolder + u.Incident.ID}
	for _, v := range settled {
		candidates = append(candidates, quarantine.TagOriginal+v.subnet.record.SubnetID)
	}
	for _, key := range candidates {
		if _, there := acl.Tags[key]; there {
			keys = append(keys, key)
		}
	}
	return keys
}
