package networkacl

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// clean removes the quarantine ACLs that nothing uses any more, of those that the ledger
// has as made: a tag is no reason to delete anything. The subnets are released whatever comes
// of it: what passes is an error and is tried again, what does not is a warning.
func (u *Undo) clean(ctx context.Context, settled []verdict) error {
	var steps []func() error
	for _, vpc := range u.vpcs() {
		if !slices.ContainsFunc(settled, func(v verdict) bool { return v.subnet.record.VPCID == vpc }) {
			continue // nothing was released there, and nothing changes in EC2
		}
		for _, acl := range u.acls[vpc] {
			if u.made[acl.ID] && !acl.Default && u.leftOver(acl, settled) {
				steps = append(steps, func() error { return u.discard(ctx, acl) })
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

// discard removes the ACL, unless a subnet is under it by now.
func (u *Undo) discard(ctx context.Context, acl quarantine.NetworkACL) error {
	switch err := u.ACLs.DeleteNetworkACL(ctx, u.Incident.Resource, acl.ID); {
	case err == nil:
		u.mu.Lock()
		defer u.mu.Unlock()
		u.removed = append(u.removed, acl.ID)
		return nil
	case quarantine.Is(err, quarantine.Contended):
		return nil
	default:
		return fmt.Errorf("the quarantine ACL %s, which nothing uses any more, could not be removed: %w", acl.ID, err)
	}
}

// leftOver tells whether an ACL that no subnet is under can go. One that
// has an allow rule added may be on record as a subnet's original ACL: it is
// deleted only if it was this incident's quarantine ACL.
func (u *Undo) leftOver(acl quarantine.NetworkACL, settled []verdict) bool {
	if len(acl.Associations) > 0 {
		return false
	}
	return acl.Allows == 0 || slices.ContainsFunc(settled, func(v verdict) bool { return v.subnet.puts(acl.ID) })
}
