package networkacl

import (
	"context"
	"fmt"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Planned says for each subnet of the instance what stands there and what comes.
func Planned(ctx context.Context, from Reader, r quarantine.Resource, i quarantine.Instance) (lines []string, err error) {
	for _, vpc := range i.VPCs() {
		acls, err := from.NetworkACLs(ctx, r, vpc)
		if err != nil {
			return nil, fmt.Errorf("what stands on the subnets of %s cannot be read: %w", vpc, err)
		}
		lines = append(lines, plannedIn(vpc, i, acls)...)
	}
	return lines, nil
}

// plannedIn are the lines of one VPC.
func plannedIn(vpc string, i quarantine.Instance, acls []quarantine.NetworkACL) (lines []string) {
	next := "a new quarantine ACL"
	var quarantineACLs []string
	for _, acl := range acls {
		if acl.Quarantines() {
			quarantineACLs = append(quarantineACLs, acl.ID)
		}
	}
	if len(quarantineACLs) > 0 {
		next = slices.Min(quarantineACLs) // the one that isolation takes
	}
	now := view{vpc: acls}
	for _, n := range i.Interfaces {
		p, found := now.in(vpc, n.SubnetID)
		if n.VPCID != vpc || !found {
			continue
		}
		line := fmt.Sprintf("%s in %s: %s (%s) is replaced by %s", n.SubnetID, vpc, p.acl.ID, p.association, next)
		switch {
		case p.acl.OwnerID != "" && i.AccountID != "" && p.acl.OwnerID != i.AccountID:
			line = plannedShared(n, p.acl)
		case p.acl.Quarantines():
			line = fmt.Sprintf("%s in %s is under quarantine already, %s", n.SubnetID, vpc, p.acl.ID)
		case p.acl.Allows == 0:
			line += fmt.Sprintf(". %s lets nothing pass: the subnet is cut off now, by hand for example, and a release would leave it so. "+
				"Put back what stood there before that first, or it is taken for what stood there", p.acl.ID)
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}
