package networkacl

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/ec2-quarantine/quarantine/internal/quarantine"
)

// Share is how many of a VPC's subnets are under quarantine, and would be.
type Share struct {
	VPC         string
	Subnets     int // all of the VPC's
	Quarantined int // under quarantine already
	Counted     int // of those that the caller counts, and EC2 does not show yet
	Adds        int // that this cut adds
}

// Beyond says how the cut would take more of the VPC's subnets than that percentage of the policy's,
// or ""; 0 is no limit. The first cut in a VPC is within it: a VPC of one subnet must be containable.
func (s Share) Beyond(percent int) string {
	taken := s.Quarantined + s.Counted
	if percent == 0 || taken == 0 || (taken+s.Adds)*100 <= percent*s.Subnets {
		return ""
	}
	also := ""
	if s.Counted > 0 {
		also = fmt.Sprintf(", %d more (being cut, or cut in this hour)", s.Counted)
	}
	return fmt.Sprintf("%d of the %d subnets of %s are under quarantine%s, this cut would add %d, and the policy's limits.vpcSubnetsPercent is %d",
		s.Quarantined, s.Subnets, s.VPC, also, s.Adds, percent)
}

// Shares are those of the VPCs in which a subnet of the instance is not under quarantine
// yet, sorted; counted are subnets that cuts of the same moment will add. There are none
// where EC2 does not show a subnet of the instance: applying names that. The ACLs that show
// it are read anyway.
func (c *Cut) Shares(counted []string) []Share {
	places, err := c.places()
	if err != nil {
		return nil
	}
	fresh := c.byVPC(places)
	var out []Share
	for _, vpc := range slices.Sorted(maps.Keys(fresh)) {
		s := Share{VPC: vpc, Adds: len(fresh[vpc])}
		for _, acl := range c.acls[vpc] {
			for _, a := range acl.Associations {
				s.Subnets++
				if acl.Quarantines() {
					s.Quarantined++
				} else if slices.Contains(counted, a.SubnetID) && !slices.Contains(c.instance.Subnets(), a.SubnetID) {
					s.Counted++
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// PlannedShares are what Shares would be of a cut of the instance, as EC2 shows its subnets now. Errors:
// those of the Reader.
func PlannedShares(ctx context.Context, from Reader, r quarantine.Resource, i quarantine.Instance, counted []string) (out []Share, err error) {
	c := &Cut{Claim: quarantine.Claim{Resource: r}, instance: i, acls: view{}, subnets: map[string]*known{}}
	for _, subnet := range i.Subnets() {
		c.subnets[subnet] = &known{}
	}
	for _, vpc := range i.VPCs() {
		if c.acls[vpc], err = from.NetworkACLs(ctx, r, vpc); err != nil {
			return nil, err
		}
	}
	return c.Shares(counted), nil
}

// byVPC are the places that are not under quarantine, by VPC. Where EC2 shows what this cut
// has replaced, there is nothing to cut: the read-back looks again.
func (c *Cut) byVPC(places []place) map[string][]place {
	fresh := map[string][]place{}
	for _, p := range places {
		if !c.cutOff(p) && !c.subnets[p.subnet].isGone(p.association) {
			fresh[p.vpc] = append(fresh[p.vpc], p)
		}
	}
	return fresh
}
