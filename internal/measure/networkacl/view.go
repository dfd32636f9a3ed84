package networkacl

import (
	"context"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// view are the network ACLs of VPCs as read last, by VPC. Every subnet has exactly one
// association, and so a VPC's ACLs show all of its subnets.
type view map[string][]quarantine.NetworkACL

// place is a subnet's current association and network ACL.
type place struct {
	vpc, subnet, association string
	acl                      quarantine.NetworkACL
}

// find looks for the association of that subnet, and of no other: the ACL of a
// subnet can be that of many.
func (v view) find(subnet string) (place, bool) {
	for vpc := range v {
		if p, found := v.in(vpc, subnet); found {
			return p, true
		}
	}
	return place{}, false
}

// Quarantined tells whether a subnet of the instance's VPCs was under quarantine as EC2 was read last.
func (c *Cut) Quarantined(subnet string) bool {
	p, found := c.acls.find(subnet)
	return found && p.acl.Quarantines()
}

// in looks for the association in one VPC.
func (v view) in(vpc, subnet string) (place, bool) {
	for _, acl := range v[vpc] {
		for _, a := range acl.Associations {
			if a.SubnetID == subnet {
				return place{vpc: vpc, subnet: subnet, association: a.ID, acl: acl}, true
			}
		}
	}
	return place{}, false
}

// places gives the current association of each of the subnets.
func (v view) places(subnets []string) ([]place, error) {
	var out []place
	for _, subnet := range subnets {
		p, found := v.find(subnet)
		if !found {
			return nil, quarantine.Failf(quarantine.Unavailable, "EC2 shows no network ACL association for %s", subnet)
		}
		out = append(out, p)
	}
	return out, nil
}

// read reads the ACLs of VPCs side by side, and takes other steps beside that.
func read(ctx context.Context, clock quarantine.Clock, acls NetworkACLs, r quarantine.Resource, vpcs []string, beside ...func() error) (view, error) {
	all := make([][]quarantine.NetworkACL, len(vpcs))
	steps := make([]func() error, len(vpcs))
	for i, vpc := range vpcs {
		steps[i] = func() (err error) {
			all[i], err = acls.NetworkACLs(ctx, r, vpc)
			return err
		}
	}
	err := quarantine.JoinErrors(clock, append(steps, beside...)...)
	v := view{}
	for i, vpc := range vpcs {
		v[vpc] = all[i]
	}
	return v, err
}
